import { refused } from '@microshop/chassis/errors';
import type { Cause } from '@microshop/chassis/events/event';
import type { RunInTransaction } from '@microshop/chassis/store/unit-of-work';
import type { Order } from '../domain/order.ts';
import { orders } from './collections.ts';
import type { SettleOrder } from './settle-order.ts';

/** Cancels or fulfils an order; repeated, the answer is the same. Refused (404, 409) when there is none or its status does not allow it. */
export type ChangeOrder = (orderId: string, cause?: Cause) => Promise<Order>;

export const unknownOrder = (orderId: string) => refused(404, 'unknown_order', `There is no order ${orderId}.`, { orderId });

const createChangeOrder =
  (
    transact: RunInTransaction,
    settle: SettleOrder,
    fact: { type: 'CancelRequested' | 'FulfilRequested' },
    refusal: (order: Order) => Error,
  ): ChangeOrder =>
  (orderId, cause = {}) =>
    transact(
      async (tx) => {
        const order = await tx.get(orders, orderId);
        if (!order) throw unknownOrder(orderId);
        const outcome = await settle(tx, order, fact);
        if (outcome.kind === 'refused') throw refusal(order);
        return outcome.kind === 'changed' ? outcome.order : order;
      },
      { ...cause, correlationId: orderId },
    );

export const createCancelOrder = (transact: RunInTransaction, settle: SettleOrder): ChangeOrder =>
  createChangeOrder(transact, settle, { type: 'CancelRequested' }, ({ orderId, status }) =>
    refused(409, 'order_not_cancellable', `The order is ${status} and can not be cancelled any more.`, { orderId, orderStatus: status }),
  );

export const createFulfilOrder = (transact: RunInTransaction, settle: SettleOrder): ChangeOrder =>
  createChangeOrder(transact, settle, { type: 'FulfilRequested' }, ({ orderId, status }) =>
    refused(409, 'order_not_fulfillable', `The order is ${status}; only a confirmed one can be fulfilled.`, {
      orderId,
      orderStatus: status,
    }),
  );
