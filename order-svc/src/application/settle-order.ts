import type { Tx } from '@microshop/chassis/store/unit-of-work';
import { type Order, type OrderFact, type Transition, transition } from '../domain/order.ts';
import { type OrderDocument, orders } from './collections.ts';
import { giveBackDiscountUse } from './discount-uses.ts';
import { publishEnding } from './events.ts';

export type Announce = (order: Order) => void;

/** Applies a fact to an order in the transaction: keeps the new state, tells the others of an ending, gives the discount use back. */
export type SettleOrder = (tx: Tx, order: OrderDocument, fact: OrderFact) => Promise<Transition>;

export function createSettleOrder(announce: Announce): SettleOrder {
  return async (tx, order, fact) => {
    const outcome = transition(order, fact, tx.now);
    if (outcome.kind !== 'changed') return outcome;
    tx.put(orders, { ...order, ...outcome.order });
    if (outcome.event) {
      publishEnding(tx, outcome.event, outcome.order);
      if (outcome.event === 'OrderRejected' || outcome.event === 'OrderCancelled') await giveBackDiscountUse(tx, outcome.order);
      tx.afterCommit(() => announce(outcome.order));
    }
    return outcome;
  };
}
