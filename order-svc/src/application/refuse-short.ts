import { refused } from '@microshop/chassis/errors';
import { createGroupCommit } from '@microshop/chassis/group-commit';
import type { RunInTransaction } from '@microshop/chassis/store/unit-of-work';
import type { Shortage } from '@microshop/contracts/http';
import { rejectionDetails } from '../domain/rejection.ts';
import { idempotencyKeys } from './collections.ts';
import type { PlaceOrder } from './place-order.ts';
import type { Shortages } from './shortages.ts';

export type RefuseShortPorts = { transact: RunInTransaction; shortOf: Shortages['of'] };

/** Keys that are looked up at once. */
const MOST = 500;

/**
 * As `placeOrder`, but makes no order of what is known not to be had: in a flash sale most come for what is sold out. A hold has units of its own, and a key
 * that made an order, or is about to, is answered with it.
 */
export function refuseShort(placeOrder: PlaceOrder, { transact, shortOf }: RefuseShortPorts): PlaceOrder {
  const placing = new Set<string>();
  const known = createGroupCommit<string, boolean>({
    maxWeight: MOST,
    weigh: () => 1,
    commit: (ids) =>
      transact(async (tx) => {
        await tx.load(idempotencyKeys, ids);
        return Promise.all(ids.map(async (id) => (await tx.get(idempotencyKeys, id)) !== undefined));
      }),
  });

  return async (checkout, cause) => {
    const { idempotencyId, reservationId, items } = checkout;
    const missing = reservationId === undefined && !placing.has(idempotencyId) ? shortOf(items) : [];
    if (missing.length > 0 && !(await known.submit(idempotencyId))) return { kind: 'refused', refusal: outOfStock(missing) };
    placing.add(idempotencyId);
    try {
      return await placeOrder(checkout, cause);
    } finally {
      placing.delete(idempotencyId);
    }
  };
}

const outOfStock = (errors: readonly Shortage[]) => refused(409, 'out_of_stock', rejectionDetails.out_of_stock, { errors });
