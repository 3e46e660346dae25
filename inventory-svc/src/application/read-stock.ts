import type { Cause } from '@microshop/chassis/events/event';
import type { RunInTransaction } from '@microshop/chassis/store/unit-of-work';
import { type StockDocument, stock } from './collections.ts';
import type { FreeDueHolds } from './free-due-holds.ts';
import { unknownSku } from './refusals.ts';

/** The level, in which no hold counts whose time is over. */
export const createReadStock =
  ({ transact, freeDueHolds }: { transact: RunInTransaction; freeDueHolds: FreeDueHolds }) =>
  (sku: string, cause: Cause): Promise<StockDocument> =>
    transact(async (tx) => {
      await freeDueHolds(tx, [sku]);
      const level = await tx.get(stock, sku);
      if (!level) throw unknownSku(sku);
      return level;
    }, cause);

export type ReadStock = ReturnType<typeof createReadStock>;
