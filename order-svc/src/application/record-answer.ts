import type { Handle } from '@microshop/chassis/consumer/subscription';
import type { IncomingEvent } from '@microshop/chassis/events/event';
import type { OrderFact } from '../domain/order.ts';
import { orders } from './collections.ts';
import type { SettleOrder } from './settle-order.ts';

/** Joins an answer of inventory-svc or loyalty-svc to its order; the last one decides it. */
export const createRecordAnswer =
  (settle: SettleOrder) =>
  <Data extends { orderId: string }>(factOf: (event: IncomingEvent<Data>) => OrderFact): Handle<Data> =>
  async (event, tx) => {
    const order = await tx.get(orders, event.data.orderId);
    if (!order) throw new Error(`There is no order ${event.data.orderId} that ${event.type} could answer.`);
    await settle(tx, order, factOf(event));
  };
