import { newUuid } from '@microshop/chassis/clock';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MovementDocument, movements, type StockDocument, stock } from '../application/collections.ts';
import { rebuildLevel } from '../domain/stock.ts';
import { HOLD_TTL_MS, openInventoryOnMongodb } from '../testing/inventory-on-mongodb.ts';

let database: Awaited<ReturnType<typeof openInventoryOnMongodb>>;
let one: ReturnType<typeof database.newInstance>;
let other: typeof one;

beforeAll(async () => {
  database = await openInventoryOnMongodb();
  one = database.newInstance();
  other = database.newInstance();
});
afterAll(() => database.close());

async function stocked(units: number): Promise<string> {
  const sku = newUuid();
  await one.createProduct({ sku, name: 'A thing', unitPrice: 900, currency: 'EUR' }, {});
  await one.adjustStock({ sku, change: units, reason: 'delivery' }, {});
  return sku;
}

const reserve = (sku: string, quantity: number) => ({ items: [{ sku, quantity }], reserve: true });
const readLevel = async (sku: string) => {
  const { available, reserved, sold } = await one.readStock(sku, {});
  return { available, reserved, sold };
};

describe('the database', () => {
  it.each([{ available: -1 }, { reserved: -1 }, { sold: -1 }, { available: 0.5 }, { version: 'v1' }])(
    'itself refuses a level with %o, whatever the code does',
    async (wrong) => {
      const level = { _id: newUuid(), available: 1, reserved: 1, sold: 1, version: 1, ...wrong } as StockDocument;
      const write = one.transact(async (tx) => tx.insert(stock, level));
      await expect(write).rejects.toMatchObject({ code: 121 });
    },
  );
});

describe('two instances', () => {
  it('never hold more than there is, and lose no request to a conflict', async () => {
    const sku = await stocked(30);
    const asked = Array.from({ length: 60 }, (_, i) => (i % 2 ? one : other).validateStock(reserve(sku, 1), {}));
    expect((await Promise.all(asked)).filter(({ ok }) => ok)).toHaveLength(30);
    expect(await readLevel(sku)).toEqual({ available: 0, reserved: 30, sold: 0 });
  });

  it('sweep the same holds at once and give their units back once', async () => {
    const sku = await stocked(70);
    await Promise.all(Array.from({ length: 70 }, () => one.validateStock(reserve(sku, 1), {})));
    database.pass(HOLD_TTL_MS + 1);
    const { signal } = new AbortController();
    await Promise.all([one.sweepHolds(signal), other.sweepHolds(signal)]);
    expect(await readLevel(sku)).toEqual({ available: 70, reserved: 0, sold: 0 });
  });

  it('make one ledger without gaps, from which the level can be rebuilt', async () => {
    const sku = await stocked(5);
    await Promise.all([1, 2, 3, 4, 5, 6].map((change) => (change % 2 ? one : other).adjustStock({ sku, change, reason: 'delivery' }, {})));
    const ledger = await database.db.collection<MovementDocument>(movements.name).find({ sku }).sort({ version: 1 }).toArray();
    expect(ledger.map(({ version }) => version)).toEqual([2, 3, 4, 5, 6, 7, 8]);
    expect(rebuildLevel(ledger)).toEqual(await readLevel(sku));
  });
});

describe('holds whose time is over', () => {
  it('are not in the way of another cart, before any sweep', async () => {
    const [sku, untouched] = [await stocked(2), await stocked(2)];
    await one.validateStock(reserve(sku, 2), {});
    await one.validateStock(reserve(untouched, 1), {});
    database.pass(HOLD_TTL_MS + 1);
    expect(await one.validateStock(reserve(sku, 2), {})).toMatchObject({ ok: true });
    expect(await readLevel(untouched)).toEqual({ available: 2, reserved: 0, sold: 0 });
  });
});
