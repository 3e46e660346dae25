import { newUuid } from '@microshop/chassis/clock';
import { beforeEach, describe, expect, it } from 'vitest';
import { createInventoryInMemory, HOLD_TTL_MS, type InventoryInMemory } from '../testing/inventory-in-memory.ts';

const items = [
  { sku: 'MUG', quantity: 4 },
  { sku: 'PEN', quantity: 2 },
];
let inventory: InventoryInMemory;
let reservationId: string;
let mugs: { orderId: string; sku: string; quantity: number; reservationId: string; items: typeof items };
let pens: typeof mugs;

beforeEach(async () => {
  inventory = createInventoryInMemory();
  await inventory.stocked('MUG', 5);
  await inventory.stocked('PEN', 5);
  reservationId = await inventory.hold(...items);
  const orderId = newUuid();
  mugs = { orderId, sku: 'MUG', quantity: 4, reservationId, items };
  pens = { orderId, sku: 'PEN', quantity: 2, reservationId, items };
});

const levels = () => [inventory.level('MUG'), inventory.level('PEN')];
const status = () => inventory.holds()[0]?.status;

describe('a hold', () => {
  it('takes its units out of what others can have', () => {
    expect(levels()).toEqual(['1/4/0', '3/2/0']);
  });

  it('becomes the reservations of the first order that brings it', async () => {
    await inventory.requested(mugs);
    await inventory.requested(pens);
    expect(levels()).toEqual(['1/4/0', '3/2/0']);
    expect([...inventory.answers(mugs), ...inventory.answers(pens)]).toEqual(['StockReserved', 'StockReserved']);
    expect(inventory.holds()).toMatchObject([{ status: 'claimed', orderId: mugs.orderId, settledAt: expect.any(Date) }]);
    expect(inventory.movements('MUG').map(({ type }) => type)).toEqual(['received', 'held']);
  });

  it('is then sold or released like any reservation', async () => {
    await inventory.requested(mugs);
    await inventory.requested(pens);
    await inventory.confirmed(mugs);
    await inventory.rejected(pens);
    expect(levels()).toEqual(['1/0/4', '5/0/0']);
  });

  it('stays with its order: neither time, nor rollback, nor another order takes it', async () => {
    await inventory.requested(mugs);
    inventory.pass(HOLD_TTL_MS + 1);
    await inventory.sweep();
    expect(await inventory.rollBackHold(reservationId, {})).toEqual({ reservationId, status: 'claimed' });
    const other = { ...mugs, orderId: newUuid() };
    await inventory.requested(other);
    expect(inventory.answers(other)).toEqual(['StockRejected reservation_invalid']);
    await inventory.requested(pens);
    expect(inventory.answers(pens)).toEqual(['StockReserved']);
    expect(levels()).toEqual(['1/4/0', '3/2/0']);
  });

  it('is not for an order of other items', async () => {
    await inventory.requested({ ...mugs, items: [{ sku: 'MUG', quantity: 4 }] });
    expect(inventory.answers(mugs)).toEqual(['StockRejected reservation_invalid']);
    expect(status()).toBe('held');
  });

  it('is not for an order that comes when its time is over, also before the sweep', async () => {
    inventory.pass(HOLD_TTL_MS);
    await inventory.requested(mugs);
    expect(inventory.answers(mugs)).toEqual(['StockRejected reservation_invalid']);
  });

  it('that nobody knows is refused', async () => {
    await inventory.requested({ ...mugs, reservationId: newUuid() });
    expect(inventory.answers(mugs)).toEqual(['StockRejected reservation_invalid']);
  });

  it('is not claimed by an order that is past its own deadline', async () => {
    const event = { ...inventory.requestedEvent(mugs), appendedAt: new Date(0) };
    await inventory.transact((tx) => inventory.reserveStock(event, tx));
    expect(inventory.answers(mugs)).toEqual(['StockRejected timed_out']);
    expect(status()).toBe('held');
  });
});

describe('a hold whose order ends before all of its requests came', () => {
  it('gives back the part that was overtaken, once', async () => {
    await inventory.requested(mugs);
    await inventory.rejected(pens);
    await inventory.rejected(pens);
    expect(levels()).toEqual(['1/4/0', '5/0/0']);
    await inventory.requested(pens);
    expect(inventory.answers(pens)).toEqual(['StockRejected order_ended']);
    await inventory.rejected(mugs);
    expect(levels()).toEqual(['5/0/0', '5/0/0']);
  });

  it('gives back the part whose request came too late', async () => {
    await inventory.requested(mugs);
    const late = { ...inventory.requestedEvent(pens), appendedAt: new Date(0) };
    await inventory.transact((tx) => inventory.reserveStock(late, tx));
    await inventory.rejected(pens);
    expect(levels()).toEqual(['1/4/0', '5/0/0']);
  });

  it('gives back a part whose order had ended before another part claimed the hold', async () => {
    await inventory.rejected(pens);
    await inventory.requested(pens);
    await inventory.requested(mugs);
    await inventory.rejected(mugs);
    expect(levels()).toEqual(['5/0/0', '5/0/0']);
  });

  it('stays with its cart when the order never claimed it', async () => {
    await inventory.rejected(mugs);
    await inventory.rejected(pens);
    expect(status()).toBe('held');
    expect(levels()).toEqual(['1/4/0', '3/2/0']);
  });
});

describe('a hold whose time is over', () => {
  beforeEach(() => inventory.pass(HOLD_TTL_MS));

  it('is swept, once, and its units go back', async () => {
    await inventory.sweep();
    await inventory.sweep();
    expect(levels()).toEqual(['5/0/0', '5/0/0']);
    expect(status()).toBe('expired');
    expect(inventory.movements('MUG').map(({ type }) => type)).toEqual(['received', 'held', 'hold_released']);
  });

  it('does not count when the stock is read', async () => {
    expect(await inventory.readStock('PEN', {})).toMatchObject({ available: 5, reserved: 0 });
  });

  it('is not in the way of an order', async () => {
    const { reservationId: _, items: __, ...line } = mugs;
    await inventory.requested({ ...line, quantity: 5 });
    expect(inventory.answers(mugs)).toEqual(['StockReserved']);
  });

  it('is not in the way of another cart, nor of a correction', async () => {
    expect(await inventory.validateStock({ items: [{ sku: 'MUG', quantity: 5 }] }, {})).toEqual({ ok: true, shortages: [] });
    await inventory.adjustStock({ sku: 'PEN', change: -5, reason: 'broken' }, {});
    expect(levels()).toEqual(['5/0/0', '0/0/0']);
  });

  it('is expired, not released, when it is rolled back', async () => {
    expect(await inventory.rollBackHold(reservationId, {})).toEqual({ reservationId, status: 'expired' });
    expect(levels()).toEqual(['5/0/0', '5/0/0']);
  });
});

describe('validate-stock', () => {
  it('sums the items of one SKU before it looks', async () => {
    const three = { sku: 'PEN', quantity: 2 };
    const answer = await inventory.validateStock({ items: [three, three], reserve: true }, {});
    expect(answer).toEqual({ ok: false, shortages: [{ sku: 'PEN', requested: 4, available: 3 }] });
  });

  it('holds all or nothing', async () => {
    const answer = await inventory.validateStock(
      {
        items: [
          { sku: 'PEN', quantity: 1 },
          { sku: 'MUG', quantity: 2 },
        ],
        reserve: true,
      },
      {},
    );
    expect(answer).toEqual({ ok: false, shortages: [{ sku: 'MUG', requested: 2, available: 1 }] });
    expect(levels()).toEqual(['1/4/0', '3/2/0']);
  });

  it('calls unknown and retired products short', async () => {
    await inventory.retireProduct('PEN', {});
    const answer = await inventory.validateStock(
      {
        items: [
          { sku: 'PEN', quantity: 1 },
          { sku: 'CUP', quantity: 1 },
        ],
      },
      {},
    );
    expect(answer.shortages).toEqual([
      { sku: 'PEN', requested: 1, available: 0 },
      { sku: 'CUP', requested: 1, available: 0 },
    ]);
  });

  it('never holds more than there is, however many ask at once', async () => {
    const asked = Array.from({ length: 10 }, () => inventory.validateStock({ items: [{ sku: 'PEN', quantity: 1 }], reserve: true }, {}));
    const made = (await Promise.all(asked)).filter(({ reservationId: id }) => id !== undefined);
    expect(made).toHaveLength(3);
    expect(inventory.level('PEN')).toBe('0/5/0');
  });
});
