import type { HoldDocument, MovementDocument, ReservationDocument, StockDocument } from '@microshop/inventory-svc/application/collections';
import { emptyLevel, type Level, rebuildLevel } from '@microshop/inventory-svc/domain/stock';
import type { Fault, Finding } from './finding.ts';

/** What a SKU's movements come to, and how many there are. */
export type Ledger = { level: Level; rows: number };

/** A movement, or the sum of several of one type. */
export type MovementSum = Pick<MovementDocument, 'sku' | 'type' | 'change'> & { rows?: number };

export function tallyLedgers(movements: Iterable<MovementSum>): Map<string, Ledger> {
  const ledgers = new Map<string, Ledger>();
  for (const { sku, type, change, rows = 1 } of movements) {
    const { level, rows: before } = ledgers.get(sku) ?? { level: emptyLevel, rows: 0 };
    ledgers.set(sku, { level: addLevels(level, rebuildLevel([{ type, change }])), rows: before + rows });
  }
  return ledgers;
}

/** What orders and holds have of each SKU. */
export type Promised = { reserved: number; sold: number };
export type Promises = Map<string, Promised>;

export function addReservation(
  promised: Promises,
  { sku, state, quantity }: Pick<ReservationDocument, 'sku' | 'state' | 'quantity'>,
): void {
  if (state === 'reserved' || state === 'sold') add(promised, sku, state, quantity);
}

export function addHold(promised: Promises, { items }: Pick<HoldDocument, 'items'>): void {
  for (const { sku, quantity, settled } of items) if (!settled) add(promised, sku, 'reserved', quantity);
}

function add(promised: Promises, sku: string, state: keyof Promised, quantity: number): void {
  const before = promised.get(sku) ?? { reserved: 0, sold: 0 };
  promised.set(sku, { ...before, [state]: before[state] + quantity });
}

export function tallyPromises(reservations: Iterable<ReservationDocument>, holds: Iterable<HoldDocument>): Promises {
  const promised: Promises = new Map();
  for (const reservation of reservations) addReservation(promised, reservation);
  for (const hold of holds) addHold(promised, hold);
  return promised;
}

export type Inventory = { levels: readonly StockDocument[]; ledgers: ReadonlyMap<string, Ledger>; promised: Promises };

/** 1. All of it, where all of it was read at one moment. */
export function* checkStock({ levels, ledgers, promised }: Inventory): Generator<Finding> {
  yield* checkLedgers(levels, ledgers);
  yield* checkPromises(levels, promised);
}

/** 1. The level of each SKU is what its ledger amounts to, so received = available + reserved + sold; nothing is negative. */
export function* checkLedgers(levels: Iterable<StockDocument>, ledgers: ReadonlyMap<string, Ledger>): Generator<Finding> {
  for (const level of levels)
    for (const [sentence, fault] of ledgerFaults(level, ledgers.get(level._id) ?? { level: emptyLevel, rows: 0 }))
      yield found(level, sentence, fault);
}

function* ledgerFaults({ version, available, reserved, sold }: StockDocument, ledger: Ledger): Generator<[string, Fault]> {
  const level = { available, reserved, sold };
  if (available < 0 || reserved < 0 || sold < 0) yield [`is negative: ${show(level)}`, { kind: 'level_negative', level }];
  if (!same(level, ledger.level))
    yield [`has ${show(level)}, its ledger amounts to ${show(ledger.level)}`, { kind: 'level_not_ledger', level, ledger: ledger.level }];
  // A product begins at version 1, without a movement.
  if (version !== ledger.rows + 1)
    yield [`is at version ${version}, its ledger has ${ledger.rows} rows`, { kind: 'ledger_gap', version, rows: ledger.rows }];
}

/** 1. What is reserved and sold of each SKU is what reservations and holds have. */
export function* checkPromises(levels: Iterable<StockDocument>, promised: Promises): Generator<Finding> {
  for (const level of levels) {
    const { reserved, sold } = promised.get(level._id) ?? { reserved: 0, sold: 0 };
    if (level.reserved === reserved && level.sold === sold) continue;
    const sentence = `has ${show(level)}, its reservations and holds amount to reserved ${reserved}, sold ${sold}`;
    yield found(level, sentence, { kind: 'level_not_promised' });
  }
}

const found = ({ _id }: StockDocument, sentence: string, fault: Fault): Finding => ({
  invariant: 'stock',
  subject: { kind: 'sku', id: _id },
  sentence: `${_id} ${sentence}`,
  fault,
});

const show = ({ available, reserved, sold }: Level) => `available ${available}, reserved ${reserved}, sold ${sold}`;
const same = (a: Level, b: Level) => a.available === b.available && a.reserved === b.reserved && a.sold === b.sold;
const addLevels = (a: Level, b: Level): Level => ({
  available: a.available + b.available,
  reserved: a.reserved + b.reserved,
  sold: a.sold + b.sold,
});
