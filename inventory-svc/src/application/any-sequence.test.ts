import { newUuid } from '@microshop/chassis/clock';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { rebuildLevel } from '../domain/stock.ts';
import { createInventoryInMemory, HOLD_TTL_MS, type InventoryInMemory } from '../testing/inventory-in-memory.ts';
import type { HoldDocument, ReservationDocument, StockDocument } from './collections.ts';

const skus = ['MUG', 'PEN'];
const orderIds = Array.from({ length: 2 }, () => newUuid());

const pair = fc.nat(1);
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom('request', 'request late', 'confirm', 'reject', 'cancel'),
      order: pair,
      sku: pair,
      hold: pair,
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('hold', 'roll back'), hold: pair, quantity: fc.constantFrom(2, 2, 3) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('adjust'), sku: pair, change: fc.constantFrom(-5, -1, 1, 5) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('pass time', 'sweep') }) },
);
type Step = Partial<{ order: number; sku: number; hold: number; quantity: number; change: number }> & { do: string };

/** Whatever is asked, in whatever sequence: refusals and bugs must leave everything as it was. */
async function run(inventory: InventoryInMemory, holds: string[], wish: Step): Promise<unknown> {
  const { order = 0, sku = 0, hold = 0, quantity = 2, change = 1 } = wish;
  const items = skus.map((each) => ({ sku: each, quantity: 2 }));
  const reservationId = holds[hold];
  const line = { orderId: orderIds[order] ?? '', sku: skus[sku] ?? '', quantity: 2, ...(reservationId !== undefined && { reservationId }) };
  switch (wish.do) {
    case 'request':
      return inventory.requested({ ...line, items });
    case 'request late': {
      const event = { ...inventory.requestedEvent({ ...line, items }), appendedAt: new Date(0) };
      return inventory.transact((tx) => inventory.reserveStock(event, tx));
    }
    case 'confirm':
      return inventory.confirmed(line);
    case 'reject':
      return inventory.rejected(line);
    case 'cancel':
      return inventory.cancelled(line);
    case 'hold':
      return holds.push(await inventory.hold(...items.map((item) => ({ ...item, quantity }))));
    case 'roll back':
      return inventory.rollBackHold(reservationId ?? newUuid(), {});
    case 'adjust':
      return inventory.adjustStock({ sku: line.sku, change, reason: 'by hand' }, {});
    case 'sweep':
      return inventory.sweep();
    default:
      return inventory.pass(HOLD_TTL_MS / 2);
  }
}

/** A counter that would have gone below zero is not a refusal: someone decided wrongly. */
function onlyRefusals(error: unknown): void {
  if (error instanceof RangeError || error instanceof TypeError) throw error;
}

const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0);

function reservedBy(sku: string, reservations: ReservationDocument[], holds: HoldDocument[]): number {
  const byOrders = reservations.filter((each) => each.sku === sku && each.state === 'reserved').map(({ quantity }) => quantity);
  const byHolds = holds.flatMap(({ items }) => items.filter((item) => item.sku === sku && !item.settled).map(({ quantity }) => quantity));
  return sum([...byOrders, ...byHolds]);
}

function checkInvariants(inventory: InventoryInMemory, { _id: sku, available, reserved, sold, version }: StockDocument): void {
  const reservations = inventory.reservations();
  const ledger = inventory.movements(sku);
  expect(Math.min(available, reserved, sold)).toBeGreaterThanOrEqual(0);
  expect(rebuildLevel(ledger)).toEqual({ available, reserved, sold });
  expect(ledger.map((movement) => movement.version)).toEqual(ledger.map((_, index) => index + 2));
  expect(version).toBe(ledger.length + 1);
  expect(reserved).toBe(reservedBy(sku, reservations, inventory.holds()));
  expect(sold).toBe(sum(reservations.filter((each) => each.sku === sku && each.state === 'sold').map(({ quantity }) => quantity)));
}

it('whatever happens in whatever sequence, no counter is negative, the ledger rebuilds the level and each order is answered once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40, size: 'max' }), async (steps) => {
      const inventory = createInventoryInMemory();
      for (const sku of skus) await inventory.stocked(sku, 6);
      const holds: string[] = [];
      for (const wish of steps) await run(inventory, holds, wish as Step).catch(onlyRefusals);
      for (const level of inventory.stock()) checkInvariants(inventory, level);
      for (const reservation of inventory.reservations()) {
        const answers = inventory.answers(reservation).filter((answer) => answer !== 'StockReleased');
        expect(answers).toHaveLength(reservation.state === 'tombstone' ? 0 : 1);
      }
    }),
    { numRuns: 300 },
  );
});
