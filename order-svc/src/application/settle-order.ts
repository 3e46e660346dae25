import type { Tx } from '@microshop/chassis/store/unit-of-work';
import { type Order, type OrderFact, type Transition, transition } from '../domain/order.ts';
import { discounts, discountUses, type OrderDocument, orders } from './collections.ts';
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

async function giveBackDiscountUse(tx: Tx, { discountCode, customerKey }: Order): Promise<void> {
  if (discountCode === null) return;
  const discount = await tx.get(discounts, discountCode);
  if (discount) tx.put(discounts, { ...discount, uses: discount.uses - 1 });
  const use = await tx.get(discountUses, discountUseId(discountCode, customerKey));
  if (use) tx.put(discountUses, { ...use, uses: use.uses - 1 });
}

export const discountUseId = (code: string, customerKey: string): string => `${code}\n${customerKey}`;
