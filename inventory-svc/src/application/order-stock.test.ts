import { newUuid } from '@microshop/chassis/clock';
import { beforeEach, describe, expect, it } from 'vitest';
import { createInventoryInMemory, type InventoryInMemory, type OrderLine } from '../testing/inventory-in-memory.ts';

const TEN_MINUTES = 600_000;
let inventory: InventoryInMemory;
let line: OrderLine;

beforeEach(async () => {
  inventory = createInventoryInMemory();
  await inventory.stocked('MUG', 10);
  line = { orderId: newUuid(), sku: 'MUG', quantity: 3 };
});

describe('an order that is requested', () => {
  it('reserves its units and is told so', async () => {
    await inventory.requested(line);
    expect(inventory.level('MUG')).toBe('7/3/0');
    expect(inventory.answers(line)).toEqual(['StockReserved']);
  });

  it('is refused when units are short, and told how many there are', async () => {
    await inventory.requested({ ...line, quantity: 11 });
    expect(inventory.level('MUG')).toBe('10/0/0');
    expect(inventory.answers(line)).toEqual(['StockRejected out_of_stock']);
    expect(inventory.reservations()).toMatchObject([{ state: 'rejected', available: 10 }]);
  });

  it('is refused a SKU that nobody knows', async () => {
    const unknown = { ...line, sku: 'NOTHING' };
    await inventory.requested(unknown);
    expect(inventory.answers(unknown)).toEqual(['StockRejected out_of_stock']);
  });

  it('is refused past its deadline, counted from when the broker had it', async () => {
    const event = inventory.requestedEvent(line);
    inventory.pass(TEN_MINUTES + 1);
    await inventory.transact((tx) => inventory.reserveStock(event, tx));
    expect(inventory.level('MUG')).toBe('10/0/0');
    expect(inventory.answers(line)).toEqual(['StockRejected timed_out']);
  });

  it('changes nothing and is not answered again when it comes twice', async () => {
    await inventory.requested(line);
    await inventory.requested(line);
    expect(inventory.level('MUG')).toBe('7/3/0');
    expect(inventory.answers(line)).toEqual(['StockReserved']);
  });

  it('stays refused although units came in meanwhile', async () => {
    await inventory.requested({ ...line, quantity: 11 });
    await inventory.adjustStock({ sku: 'MUG', change: 5, reason: 'delivery' }, {});
    await inventory.requested({ ...line, quantity: 11 });
    expect(inventory.level('MUG')).toBe('15/0/0');
    expect(inventory.answers(line)).toEqual(['StockRejected out_of_stock']);
  });

  it('sees what the orders before it in the same batch have taken', async () => {
    const lines = Array.from({ length: 4 }, () => ({ ...line, orderId: newUuid() }));
    await inventory.transact(async (tx) => {
      for (const each of lines) await inventory.reserveStock(inventory.requestedEvent(each), tx);
    });
    expect(inventory.level('MUG')).toBe('1/9/0');
    expect(lines.flatMap((each) => inventory.answers(each))).toEqual([
      ...['StockReserved', 'StockReserved', 'StockReserved'],
      'StockRejected out_of_stock',
    ]);
  });

  it('publishes the level of a batch once, the last one', async () => {
    const before = inventory.published().length;
    await inventory.transact(async (tx) => {
      for (let i = 0; i < 3; i++) await inventory.reserveStock(inventory.requestedEvent({ ...line, orderId: newUuid() }), tx);
    });
    const levels = inventory
      .published()
      .slice(before)
      .filter(({ type }) => type === 'StockLevelChanged');
    expect(levels).toHaveLength(1);
    expect(JSON.parse(String(levels[0]?.payload))).toMatchObject({ available: 1, reserved: 9, version: 5 });
  });
});

describe('an order that is confirmed', () => {
  it('has bought what it reserved, once', async () => {
    await inventory.requested(line);
    await inventory.confirmed(line);
    await inventory.confirmed(line);
    expect(inventory.level('MUG')).toBe('7/0/3');
    expect(inventory.answers(line)).toEqual(['StockReserved']);
  });

  it('is a bug when it never reserved anything: nothing is sold', async () => {
    await expect(inventory.confirmed(line)).rejects.toThrow('never reserved');
    expect(inventory.level('MUG')).toBe('10/0/0');
  });

  it('sells nothing when its cancellation was applied first', async () => {
    await inventory.requested(line);
    await inventory.cancelled(line);
    await inventory.confirmed(line);
    expect(inventory.level('MUG')).toBe('10/0/0');
  });
});

describe('an order that ends', () => {
  it('gives back what it reserved, once', async () => {
    await inventory.requested(line);
    await inventory.rejected(line);
    await inventory.rejected(line);
    expect(inventory.level('MUG')).toBe('10/0/0');
    expect(inventory.answers(line)).toEqual(['StockReserved', 'StockReleased']);
  });

  it('gives back what it bought when it is cancelled after its confirmation', async () => {
    await inventory.requested(line);
    await inventory.confirmed(line);
    await inventory.cancelled(line);
    expect(inventory.level('MUG')).toBe('10/0/0');
    expect(inventory.answers(line)).toEqual(['StockReserved', 'StockReleased']);
    expect(inventory.movements('MUG').map(({ type, change }) => [type, change])).toEqual([
      ['received', 10],
      ['reserved', -3],
      ['sold', -3],
      ['returned', 3],
    ]);
  });

  it('gives back nothing of what it was refused', async () => {
    await inventory.requested({ ...line, quantity: 11 });
    await inventory.rejected({ ...line, quantity: 11 });
    expect(inventory.level('MUG')).toBe('10/0/0');
    expect(inventory.answers(line)).toEqual(['StockRejected out_of_stock']);
  });

  it('leaves a tombstone when it overtakes its request, which then reserves nothing and is answered once', async () => {
    await inventory.rejected(line);
    expect(inventory.answers(line)).toEqual([]);
    await inventory.requested(line);
    await inventory.requested(line);
    await inventory.rejected(line);
    expect(inventory.level('MUG')).toBe('10/0/0');
    expect(inventory.answers(line)).toEqual(['StockRejected order_ended']);
  });
});
