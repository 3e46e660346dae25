import {
  holds,
  movements,
  type ReservationDocument,
  reservations,
  type StockDocument,
  stock,
} from '@microshop/inventory-svc/application/collections';
import { emptyLevel } from '@microshop/inventory-svc/domain/stock';
import type { Filter } from 'mongodb';
import { type Database, of, onSnapshot, type Snapshot } from '../databases.ts';
import { type AuditContext, type Checkpoints, count, forEachPage, lowestIdAt } from './context.ts';
import {
  addHold,
  addReservation,
  checkLedgers,
  checkPromises,
  type Ledger,
  type MovementSum,
  type Promises,
  tallyLedgers,
} from './rules/stock.ts';

/**
 * Compares all levels with their ledgers, page by page, and on one snapshot with reservations and holds. Since a time, the levels that have moved
 * with their ledgers alone: no index finds a SKU's reservations.
 */
export async function auditStock(context: AuditContext): Promise<void> {
  const { databases, since, checkpoints, findings } = context;
  const inventory = databases['inventory-svc'];
  const moved = since && (await movedSince(inventory, since));
  const total = moved?.length ?? (await of(inventory, stock).estimatedDocumentCount());
  let done = 0;
  await forEachPage(inventory, stock, moved, async (levels, snapshot) => {
    const wrong = [...checkLedgers(levels, await ledgersOf(snapshot, levels, checkpoints))];
    remember(checkpoints, levels, new Set(wrong.map(({ subject }) => subject.id)));
    findings.violations.push(...wrong);
    count(findings, 'stock', levels.length);
    done += levels.length;
    context.onProgress('levels', done, total);
  });
  if (since) return;
  await onSnapshot(inventory, async (snapshot) => {
    const promised = await promisedNow(snapshot, context);
    for await (const level of snapshot.find(stock, {})) findings.violations.push(...checkPromises([level], promised));
  });
}

/** A movement's id begins with its time. */
const movedSince = (inventory: Database, since: Date): Promise<string[]> =>
  onSnapshot(inventory, async (snapshot) => {
    const moved = [{ $match: { _id: { $gte: lowestIdAt(since) } } }, { $group: { _id: '$sku' } }];
    return (await snapshot.aggregate<{ _id: string }>(movements, moved).toArray()).map(({ _id }) => _id);
  });

/** The whole ledger of each SKU, from its checkpoint on where there is one. */
async function ledgersOf(snapshot: Snapshot, levels: readonly StockDocument[], checkpoints: Checkpoints): Promise<Map<string, Ledger>> {
  const starts = levels.map(({ _id, version }) => {
    const checkpoint = checkpoints.get(_id);
    // A database that was set back does not go on from where it was.
    return checkpoint && checkpoint.version <= version ? checkpoint : { _id, version: 1, ...emptyLevel };
  });
  const sums = snapshot.aggregate<{ _id: Pick<MovementSum, 'sku' | 'type'>; change: number; rows: number }>(movements, [
    { $match: { $or: starts.map(({ _id, version }) => ({ sku: _id, version: { $gt: version } })) } },
    { $group: { _id: { sku: '$sku', type: '$type' }, change: { $sum: '$change' }, rows: { $sum: 1 } } },
  ]);
  const later = tallyLedgers((await sums.toArray()).map(({ _id, change, rows }) => ({ ..._id, change, rows })));
  return new Map(starts.map((start) => [start._id, after(start, later.get(start._id))]));
}

const after = ({ version, available, reserved, sold }: StockDocument, later: Ledger | undefined): Ledger => ({
  rows: version - 1 + (later?.rows ?? 0),
  level: {
    available: available + (later?.level.available ?? 0),
    reserved: reserved + (later?.level.reserved ?? 0),
    sold: sold + (later?.level.sold ?? 0),
  },
});

function remember(checkpoints: Checkpoints, levels: readonly StockDocument[], wrong: ReadonlySet<string>): void {
  for (const level of levels)
    if (wrong.has(level._id)) checkpoints.delete(level._id);
    else checkpoints.set(level._id, level);
}

/** What all orders and holds have of each SKU. */
async function promisedNow(snapshot: Snapshot, { databases, onProgress }: AuditContext): Promise<Promises> {
  const promised: Promises = new Map();
  for await (const hold of snapshot.find(holds, { status: { $in: ['held', 'claimed'] } })) addHold(promised, hold);
  const total = await of(databases['inventory-svc'], reservations).estimatedDocumentCount();
  let done = 0;
  const taken = { state: { $in: ['reserved', 'sold'] } } as const;
  const lean = { projection: { sku: 1, state: 1, quantity: 1 }, batchSize: 10_000 };
  for await (const reservation of snapshot.find(reservations, taken as Filter<ReservationDocument>, lean)) {
    addReservation(promised, reservation);
    if (++done % 10_000 === 0) onProgress('reservations', done, total);
  }
  return promised;
}
