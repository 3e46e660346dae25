import type { Tx } from '@microshop/chassis/store/unit-of-work';
import { decideHold } from '../domain/hold.ts';
import type { ChangeHold } from './change-hold.ts';
import { type HoldDocument, holds, stock } from './collections.ts';

export type ExpireHolds = (tx: Tx, holdIds: readonly string[]) => Promise<void>;

/** Expires those of the holds that are still due as this transaction sees them: someone may have claimed one meanwhile. */
export const createExpireHolds =
  (changeHold: ChangeHold): ExpireHolds =>
  async (tx, holdIds) => {
    await tx.load(holds, holdIds);
    const found = await Promise.all(holdIds.map((id) => tx.get(holds, id)));
    const present = found.filter((hold): hold is HoldDocument => hold !== undefined);
    await tx.load(
      stock,
      present.flatMap(({ items }) => items.map(({ sku }) => sku)),
    );
    for (const hold of present) {
      const change = decideHold(hold, { type: 'looked_at' }, tx.now);
      if (change !== 'unchanged') await changeHold(tx, hold._id, change, { reason: `hold ${hold._id} expired` });
    }
  };
