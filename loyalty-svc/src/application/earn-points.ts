import type { Handle } from '@microshop/chassis/consumer/subscription';
import type { EventOf, ordersByCustomer } from '@microshop/contracts';
import { pointsEarned } from '../domain/earning.ts';
import { recordOrderFact } from './record-order-fact.ts';

type OrderConfirmed = EventOf<typeof ordersByCustomer, 'OrderConfirmed'>;

/** Gives what a confirmed order earns, once; nothing when the order has ended. */
export const earnPoints =
  ({ spendPerPoint }: { spendPerPoint: number }): Handle<OrderConfirmed> =>
  async ({ data: { orderId, totalPrice } }, tx) => {
    await recordOrderFact(tx, orderId, { type: 'confirmed', earns: pointsEarned(totalPrice, spendPerPoint) });
  };
