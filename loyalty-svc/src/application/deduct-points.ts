import type { NewId } from '@microshop/chassis/clock';
import type { Handle } from '@microshop/chassis/consumer/subscription';
import type { IncomingEvent } from '@microshop/chassis/events/event';
import type { EventOf, ordersByCustomer } from '@microshop/contracts';
import { identifyBuyer } from './buyer.ts';
import { registerCustomer } from './customer.ts';
import { recordOrderFact } from './record-order-fact.ts';

export type OrderRequested = EventOf<typeof ordersByCustomer, 'OrderRequested'>;

/** Answers an order: takes the points that it redeems, or refuses it. Registers a guest whose e-mail address nobody has. */
export const deductPoints =
  ({ newId }: { newId: NewId }): Handle<OrderRequested> =>
  async (event, tx) => {
    const { orderId, redeemPoints } = event.data;
    const { customerId, customer, isNew } = await identifyBuyer(tx, event.data, newId);
    const fact = { type: 'requested', customerId, points: redeemPoints, isLate: isLate(event, tx.now), customer } as const;
    const entered = await recordOrderFact(tx, orderId, fact);
    if (isNew && entered?.state === 'deducted') registerCustomer(tx, customer);
  };

const isLate = ({ appendedAt, data }: IncomingEvent<OrderRequested>, now: Date): boolean =>
  now.getTime() > appendedAt.getTime() + data.timeoutMs;
