import type { Db } from 'mongodb';
import { type HoldDocument, holds, type StockDocument, stock } from '../application/collections.ts';
import type { StockQueries, StockTotals } from '../application/metrics.ts';

/** A count goes no further, and takes no longer. */
const MAX_HOLDS = 10_000;
const MAX_TIME_MS = 1500;

const sumOf = (counter: string) => ({ $sum: `$${counter}` });

export const createStockQueries = (db: Db): StockQueries => ({
  countHolds: () =>
    db.collection<HoldDocument>(holds.name).countDocuments({ status: 'held' }, { limit: MAX_HOLDS, maxTimeMS: MAX_TIME_MS }),
  async sumStock() {
    const [totals] = await db
      .collection<StockDocument>(stock.name)
      .aggregate<StockTotals>(
        [
          {
            $group: {
              _id: null,
              available: sumOf('available'),
              reserved: sumOf('reserved'),
              sold: sumOf('sold'),
              lowest: { $min: { $min: ['$available', '$reserved', '$sold'] } },
            },
          },
          { $unset: '_id' },
        ],
        { maxTimeMS: MAX_TIME_MS },
      )
      .toArray();
    return totals ?? { available: 0, reserved: 0, sold: 0, lowest: 0 };
  },
});
