import type { Db } from 'mongodb';
import { type HoldDocument, holds } from '../application/collections.ts';
import type { FindDueHolds } from '../application/ports.ts';

/** Bounds the transaction that expires them. */
const BATCH = 50;

export const createFindDueHolds =
  (db: Db): FindDueHolds =>
  async (now, skus) => {
    const due = await db
      .collection<HoldDocument>(holds.name)
      .find({ status: 'held', expiresAt: { $lte: now }, ...(skus && { 'items.sku': { $in: [...skus] } }) })
      .project<{ _id: string }>({ _id: 1 })
      .sort({ expiresAt: 1 })
      .limit(BATCH)
      .toArray();
    return due.map(({ _id }) => _id);
  };
