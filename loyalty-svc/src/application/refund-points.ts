import type { Handle } from '@microshop/chassis/consumer/subscription';
import { recordOrderFact } from './record-order-fact.ts';

/** The end of an order: gives back what it redeemed and takes back what it earned. One that was never asked for is refused from now on. */
export const refundPoints: Handle<{ orderId: string }> = async ({ data: { orderId } }, tx) => {
  await recordOrderFact(tx, orderId, { type: 'ended' });
};
