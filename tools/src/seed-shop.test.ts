import { describe, expect, it } from 'vitest';
import { SeedFailure } from './seed-failure.ts';
import { createFakeShop } from './seed-fake-shop.ts';
import { seedOptions } from './seed-options.ts';
import { seedShop } from './seed-shop.ts';

async function seed(shop: ReturnType<typeof createFakeShop>, ...args: string[]): Promise<string[]> {
  const options = seedOptions(args, { OPERATOR_TOKEN: 'token' });
  if (!options) throw new Error('only help was asked for');
  let text = '';
  await seedShop(shop.client, options, { write: (part) => (text += part) });
  return text.trimEnd().split('\n');
}

describe('the seed', () => {
  it('loads the demo data and says what it did, line by line', async () => {
    const shop = createFakeShop();
    expect(await seed(shop)).toEqual([
      'discount codes: 3, of which 3 new',
      'customers: 5, of which 5 new',
      'products: 12, of which 12 new',
      expect.stringMatching(/^The catalogue has 12 demo products; new ones can be ordered as soon as/),
    ]);
    expect(shop.stock('LAMP-LIMITED')).toBe(5);
    expect(shop.points('ada')).toBe(2000);
    expect(shop.has('mallory')).toMatchObject({ blocked: true });
    expect(shop.has('LASTONE')).toMatchObject({ maxUses: 1 });
  });

  it('changes nothing when it runs again', async () => {
    const shop = createFakeShop();
    await seed(shop);
    shop.sellAll('MUG-BLUE');
    shop.spendAll('ada');
    expect((await seed(shop, '--stock', '7')).at(-1)).toBe('The catalogue has 12 demo products.');
    expect(shop.stock('MUG-BLUE')).toBe(0);
    expect(shop.stock('CAP')).toBe(60);
    expect(shop.points('ada')).toBe(0);
  });

  it('makes as many as it is told, with the stock it is told, but of the scarce one five', async () => {
    const shop = createFakeShop();
    const said = await seed(shop, '--products', '30', '--customers', '8', '--stock', '7');
    expect(said.slice(1, 3)).toEqual(['customers: 8, of which 8 new', 'products: 30, of which 30 new']);
    expect([shop.stock('SKU-000018'), shop.stock('MUG-RED'), shop.stock('LAMP-LIMITED')]).toEqual([7, 7, 5]);
    expect(shop.has('SKU-000019')).toBeUndefined();
    expect(shop.has('customer-000003')).toMatchObject({ email: 'customer-000003@example.com' });
  });

  it('ends what an interrupted run began', async () => {
    const shop = createFakeShop();
    for (const path of ['/customers/ada/points', '/products/CAP/stock']) {
      shop.failAt(path);
      await expect(seed(shop)).rejects.toThrow(SeedFailure);
    }
    shop.failAt(undefined);
    await seed(shop);
    expect(shop.stock('CAP')).toBe(60);
    expect(shop.points('ada')).toBe(2000);
  });

  it('does nothing with --if-empty when there is a product', async () => {
    const shop = createFakeShop();
    await seed(shop, '--if-empty');
    expect(await seed(shop, '--if-empty')).toEqual(['The catalogue has products already: nothing was loaded.']);
  });
});
