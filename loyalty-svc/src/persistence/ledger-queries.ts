import type { Db } from 'mongodb';
import { type LedgerDocument, pointsLedger } from '../application/collections.ts';
import type { LedgerQueries } from '../application/queries.ts';

export function createLedgerQueries(db: Db): LedgerQueries {
  const rows = db.collection<LedgerDocument>(pointsLedger.name);
  return {
    list: ({ customerId, beforeSequence, limit }) =>
      rows
        .find({ customerId, ...(beforeSequence !== undefined && { sequence: { $lt: beforeSequence } }) })
        .sort({ sequence: -1 })
        .limit(limit)
        .toArray(),
  };
}
