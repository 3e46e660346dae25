import { newUuid } from '@microshop/chassis/clock';
import type { Tx } from '@microshop/chassis/store/unit-of-work';
import { createChangeHold } from '@microshop/inventory-svc/application/change-hold';
import { createChangeReservation, presentOf, readReservation } from '@microshop/inventory-svc/application/change-reservation';
import { holds, products, reservationKey, reservations, type StockDocument, stock } from '@microshop/inventory-svc/application/collections';
import { createMoveStock } from '@microshop/inventory-svc/application/move-stock';
import { decideHold } from '@microshop/inventory-svc/domain/hold';
import { decideReservation, type ReservationChange } from '@microshop/inventory-svc/domain/reservation';
import { emptyLevel, received } from '@microshop/inventory-svc/domain/stock';
import type { Place } from '../../dlt/shop.ts';
import { type Facts, type LevelFact, type Line, type OrderFacts, type StockAnswer, toldOf } from './facts.ts';
import { CHUNK, quiet, REASON } from './quiet.ts';
import type { Remarks } from './remarks.ts';

export type ReplayStockOptions = { facts: Facts; remarks: Remarks };

/** What an order had of a SKU. */
type Claim = { orderId: string; told: OrderFacts; answer: StockAnswer | undefined };

const moveStock = createMoveStock(newUuid);
const changeReservation = createChangeReservation(moveStock);
const changeHold = createChangeHold(moveStock);

/** The SKUs that the topics tell of, each with its orders, the oldest first. */
export function claimsBySku({ orders, levels, products: told }: Facts): Map<string, Claim[]> {
  const bySku = new Map<string, Claim[]>([...levels.keys(), ...told.keys()].map((sku) => [sku, []]));
  for (const [orderId, facts] of [...orders].sort(([a], [b]) => (a < b ? -1 : 1)))
    for (const sku of new Set([...facts.lines.keys(), ...facts.answers.keys()]))
      bySku.getOrInsertComputed(sku, () => []).push({ orderId, told: facts, answer: facts.answers.get(sku) });
  return bySku;
}

/** Gives a hold to the order that had claimed it, as the topics tell, and ends what nobody had claimed. */
export async function replayHold(
  { transact }: Pick<Place, 'transact'>,
  _id: string,
  { facts, remarks }: ReplayStockOptions,
): Promise<void> {
  await transact(async (tx) => {
    for (const orderId of facts.holders.get(_id) ?? [])
      for (const [sku, line] of facts.orders.get(orderId)?.lines ?? [])
        await replayHoldClaim(tx, _id, { orderId, sku, ...line }, facts.orders.get(orderId)?.answers.get(sku));
    const left = await tx.get(holds, _id);
    const end = left ? decideHold(left, { type: 'rolled_back' }, tx.now) : 'unchanged';
    if (end === 'unchanged') return;
    await changeHold(tx, _id, end, { reason: REASON });
    remarks.add('hold_ended', _id);
  });
}

async function replayHoldClaim(
  tx: Tx,
  holdId: string,
  line: Line & { orderId: string; sku: string },
  answer: StockAnswer | undefined,
): Promise<void> {
  const { orderId, sku, itemsDigest = '' } = line;
  const hold = await tx.get(holds, holdId);
  if (!hold || !answer?.reserved || (await readReservation(tx, line))) return;
  const change = decideHold(hold, { type: 'requested', orderId, sku, itemsDigest }, answer.at);
  if (change === 'unchanged') return;
  await changeReservation(quiet(tx), line, { next: { state: 'reserved' } }, REASON);
  await changeHold(tx, holdId, change, { reason: REASON, orderId });
}

/** Brings a product, its stock and what orders have of it to where the topics say they were. */
export async function replayStock(
  { transact }: Pick<Place, 'transact'>,
  sku: string,
  claims: readonly Claim[],
  options: ReplayStockOptions,
): Promise<void> {
  const { facts, remarks } = options;
  const level = facts.levels.get(sku);
  const missing = await transact(async (tx) => {
    await replayProduct(tx, sku, facts);
    const present = await tx.get(stock, sku);
    if (!present || !level || level.version <= present.version) return 0;
    const change = received(level) - received(present);
    if (change !== 0) remarks.add('stock_corrected', sku);
    if (change > 0) await moveStock(tx, sku, { type: 'received', change, reason: REASON });
    return Math.min(0, change);
  });
  // What gives back comes before what takes.
  for (const isLater of [false, true])
    for (let from = 0; from < claims.length; from += CHUNK)
      await transact(async (tx) => {
        const chunk = claims.slice(from, from + CHUNK);
        await tx.load(
          reservations,
          chunk.map(({ orderId }) => reservationKey(orderId, sku)),
        );
        for (const claim of chunk) await replayClaim(tx, sku, claim, isLater, remarks);
      });
  await transact((tx) => takeOut(tx, sku, missing));
  while (level && (await transact((tx) => passTold(tx, level)))) {
    // A ledger that is far behind takes several transactions.
  }
}

async function replayProduct(tx: Tx, sku: string, facts: Facts): Promise<void> {
  const versions = [...(facts.products.get(sku)?.values() ?? [])].sort((a, b) => a.version - b.version);
  const [first, last] = [versions[0], versions.at(-1)];
  const present = await tx.get(products, sku);
  if (!first || !last || (present && present.version >= last.version)) return;
  const { at, sku: _id, ...product } = last;
  tx.put(products, { _id, ...product, createdAt: present?.createdAt ?? first.at });
  if (!(await tx.get(stock, sku))) tx.put(stock, { _id: sku, ...emptyLevel, version: 1 });
}

/** Reservations that were there at the backup go on; then, with `isLater`, those that came after it. */
async function replayClaim(tx: Tx, sku: string, { orderId, told, answer }: Claim, isLater: boolean, remarks: Remarks): Promise<void> {
  const present = await tx.get(reservations, reservationKey(orderId, sku));
  if (isLater ? present || !answer : !present) return;
  const quantity = present?.quantity ?? answer?.quantity ?? 0;
  const line = { orderId, sku, quantity };
  const ends = hasEnded(told, sku);
  if (isLater && answer) {
    const next = answer.reserved ? ({ state: 'reserved' } as const) : ({ state: 'rejected', ...refusalOf(answer) } as const);
    // What it took and gave back again since then moves nothing.
    const takes = answer.reserved && !ends;
    if (takes) await requireUnits(tx, sku, quantity, remarks);
    await changeReservation(quiet(tx), line, takes ? { next, movement: { type: 'reserved', change: -quantity } } : { next }, REASON);
    if (answer.reserved && ends) await change(tx, line, { next: { state: 'released' } }, told);
  }
  for (const type of ['confirmed', 'ended'] as const) {
    if (type === 'confirmed' ? !isConfirmed(told, sku) : !ends) continue;
    const reservation = await readReservation(tx, line);
    if (reservation?.state !== 'reserved' && reservation?.state !== 'sold') return;
    const decided = decideReservation(presentOf(reservation), { type, quantity }, tx.now);
    if (decided !== 'unchanged') await change(tx, line, decided, told);
  }
}

const refusalOf = ({ reason, available }: Extract<StockAnswer, { reserved: false }>) => ({ reason, available });

const hasEnded = ({ endings }: OrderFacts, sku: string): boolean =>
  [...endings.values()].some(({ type, copies }) => (type === 'OrderRejected' || type === 'OrderCancelled') && copies.has(sku));

const isConfirmed = ({ endings }: OrderFacts, sku: string): boolean =>
  [...endings.values()].some(({ type, copies }) => type === 'OrderConfirmed' && copies.has(sku));

/** Told again only where it was not told yet. */
function change(
  tx: Tx,
  line: { orderId: string; sku: string; quantity: number },
  decided: ReservationChange,
  { told }: OrderFacts,
): Promise<void> {
  const isTold = decided.next.state !== 'released' || told.has(toldOf('StockReleased', line.sku));
  return changeReservation(isTold ? quiet(tx) : tx.because({ correlationId: line.orderId }), line, decided, REASON);
}

async function requireUnits(tx: Tx, sku: string, quantity: number, remarks: Remarks): Promise<void> {
  const available = (await tx.get(stock, sku))?.available ?? 0;
  if (available >= quantity) return;
  await moveStock(tx, sku, { type: 'received', change: quantity - available, reason: REASON });
  remarks.add('stock_short', sku);
}

async function takeOut(tx: Tx, sku: string, missing: number): Promise<void> {
  const change = Math.max(missing, -((await tx.get(stock, sku))?.available ?? 0));
  if (change < 0) await moveStock(tx, sku, { type: 'adjusted', change, reason: REASON });
}

/**
 * Goes past the last version that was told: who reads levels takes the higher version, and would not believe a lower one. The rows without a
 * change stand for movements that no topic tells one by one. Answers whether there is more to do.
 */
async function passTold(tx: Tx, told: LevelFact): Promise<boolean> {
  const present = await tx.get(stock, told.sku);
  if (!present || present.version > told.version || isSame(present, told)) return false;
  const rows = Math.min(CHUNK, told.version + 1 - present.version);
  for (let row = 0; row < rows; row++) await moveStock(tx, told.sku, { type: 'adjusted', change: 0, reason: REASON });
  return true;
}

const isSame = (present: StockDocument, told: LevelFact): boolean =>
  (['available', 'reserved', 'sold', 'version'] as const).every((field) => present[field] === told[field]);
