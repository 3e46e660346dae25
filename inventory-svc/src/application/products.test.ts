import { beforeEach, describe, expect, it } from 'vitest';
import { createInventoryInMemory, type InventoryInMemory } from '../testing/inventory-in-memory.ts';

const mug = { sku: 'MUG', name: 'Mug', unitPrice: 900, currency: 'EUR' };
let inventory: InventoryInMemory;

beforeEach(() => {
  inventory = createInventoryInMemory();
});

const catalogue = () =>
  inventory
    .published()
    .filter(({ type }) => type === 'ProductChanged')
    .map(({ payload }) => JSON.parse(String(payload)));

describe('a product', () => {
  it('begins active, with an empty stock, and is told to the others whole', async () => {
    await inventory.createProduct(mug, {});
    expect(inventory.level('MUG')).toBe('0/0/0');
    expect(catalogue()).toEqual([{ ...mug, active: true, version: 1 }]);
    expect(inventory.published().map(({ type }) => type)).toContain('StockLevelChanged');
  });

  it('is there once', async () => {
    await inventory.createProduct(mug, {});
    await expect(inventory.createProduct(mug, {})).rejects.toMatchObject({ status: 409, code: 'product_exists' });
  });

  it('has a price in the currency of the shop', async () => {
    await expect(inventory.createProduct({ ...mug, currency: 'USD' }, {})).rejects.toMatchObject({
      status: 422,
      code: 'currency_mismatch',
    });
    expect(inventory.products()).toEqual([]);
  });

  it('is changed by whoever has seen its present version', async () => {
    await inventory.createProduct(mug, {});
    await inventory.changeProduct({ ...mug, unitPrice: 950, version: 1 }, {});
    expect(catalogue()).toMatchObject([{ version: 1 }, { unitPrice: 950, version: 2 }]);
    const stale = inventory.changeProduct({ ...mug, unitPrice: 990, version: 1 }, {});
    await expect(stale).rejects.toMatchObject({ status: 412, code: 'precondition_failed' });
  });

  it('that is replaced by the same has not changed', async () => {
    await inventory.createProduct(mug, {});
    expect(await inventory.changeProduct({ ...mug, version: 1 }, {})).toMatchObject({ version: 1 });
    expect(catalogue()).toHaveLength(1);
  });

  it('that is retired is kept, and retiring it again changes nothing', async () => {
    await inventory.createProduct(mug, {});
    await inventory.retireProduct('MUG', {});
    await inventory.retireProduct('MUG', {});
    expect(await inventory.readProduct('MUG')).toMatchObject({ active: false, version: 2 });
    expect(catalogue()).toMatchObject([{ active: true }, { active: false, version: 2 }]);
  });

  it('that nobody knows is neither read, changed, retired nor stocked', async () => {
    const unknown = { status: 404, code: 'unknown_sku' };
    const page = { limit: 20 };
    await expect(inventory.readProduct('MUG')).rejects.toMatchObject(unknown);
    await expect(inventory.changeProduct({ ...mug, version: 1 }, {})).rejects.toMatchObject(unknown);
    await expect(inventory.retireProduct('MUG', {})).rejects.toMatchObject(unknown);
    await expect(inventory.readStock('MUG', {})).rejects.toMatchObject(unknown);
    await expect(inventory.adjustStock({ sku: 'MUG', change: 1, reason: 'delivery' }, {})).rejects.toMatchObject(unknown);
    await expect(inventory.readMovements('MUG', page)).rejects.toMatchObject(unknown);
  });
});

describe('an adjustment', () => {
  const delivery = { sku: 'MUG', change: 10, reason: 'delivery', idempotencyKey: 'k1' };
  beforeEach(() => inventory.createProduct(mug, {}));

  it('is received when units come in, adjusted when they go', async () => {
    await inventory.adjustStock({ sku: 'MUG', change: 10, reason: 'delivery' }, {});
    await inventory.adjustStock({ sku: 'MUG', change: -4, reason: 'broken' }, {});
    expect(inventory.level('MUG')).toBe('6/0/0');
    expect(inventory.movements('MUG')).toMatchObject([
      { type: 'received', change: 10, reason: 'delivery', version: 2 },
      { type: 'adjusted', change: -4, reason: 'broken', version: 3 },
    ]);
  });

  it('can not take what is not available', async () => {
    await inventory.adjustStock(delivery, {});
    await inventory.hold({ sku: 'MUG', quantity: 8 });
    const tooMuch = inventory.adjustStock({ sku: 'MUG', change: -3, reason: 'broken' }, {});
    await expect(tooMuch).rejects.toMatchObject({ status: 409, code: 'stock_below_zero', extensions: { available: 2 } });
    expect(inventory.level('MUG')).toBe('2/8/0');
  });

  it('with the same key is done once, also at the same time', async () => {
    const answers = await Promise.all([delivery, delivery, delivery].map((each) => inventory.adjustStock(each, {})));
    expect(answers.map(({ replayed }) => replayed)).toEqual([false, true, true]);
    expect(answers.map(({ level }) => level.available)).toEqual([10, 10, 10]);
    expect(inventory.movements('MUG')).toHaveLength(1);
  });

  it('with the same key and another change is refused', async () => {
    await inventory.adjustStock(delivery, {});
    const other = inventory.adjustStock({ ...delivery, change: 11 }, {});
    await expect(other).rejects.toMatchObject({ status: 422, code: 'idempotency_key_reused' });
  });

  it('that was refused leaves its key free', async () => {
    const taking = { ...delivery, change: -1 };
    await expect(inventory.adjustStock(taking, {})).rejects.toMatchObject({ code: 'stock_below_zero' });
    expect(await inventory.adjustStock(delivery, {})).toMatchObject({ replayed: false });
  });
});
