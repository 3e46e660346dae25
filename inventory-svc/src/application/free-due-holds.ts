import type { Tx } from '@microshop/chassis/store/unit-of-work';
import type { ExpireHolds } from './expire-holds.ts';
import type { FindDueHolds } from './ports.ts';

export type FreeDueHolds = (tx: Tx, skus: readonly string[]) => Promise<void>;

/**
 * A hold expires when it is looked at, not when the sweep comes by: before a SKU counts as short, what is due is given back.
 * Each SKU is asked for once in a transaction, because a batch may bring hundreds of orders for one that is sold out.
 */
export function createFreeDueHolds({ findDueHolds, expireHolds }: { findDueHolds: FindDueHolds; expireHolds: ExpireHolds }): FreeDueHolds {
  // `now` stands for the transaction: each has a Date object of its own.
  const askedIn = new WeakMap<Date, ReadonlySet<string>>();
  return async (tx, skus) => {
    const asked = askedIn.get(tx.now) ?? new Set<string>();
    const unasked = skus.filter((sku) => !asked.has(sku));
    if (unasked.length === 0) return;
    askedIn.set(tx.now, asked.union(new Set(unasked)));
    await expireHolds(tx, await findDueHolds(tx.now, unasked));
  };
}
