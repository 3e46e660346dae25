import { MAX_UNIT_PRICE } from '@microshop/contracts/values';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { discountPriceOf, itemsPriceOf, lineOf, mergeItems, type PriceTerms, priceOf } from './pricing.ts';

const sku = fc.constantFrom('A', 'B', 'a', 'MUG-1', 'MUG.2', 'Z9');
const items = fc.array(fc.record({ sku, quantity: fc.integer({ min: 1, max: 999 }) }), { minLength: 1, maxLength: 50 });
const line = fc
  .record({ sku: fc.uuid(), quantity: fc.integer({ min: 1, max: 999 }), unitPrice: fc.integer({ min: 0, max: MAX_UNIT_PRICE }) })
  .map(({ unitPrice, ...item }) => lineOf(item, { name: 'Mug', unitPrice }));
const reduction = fc.oneof(
  fc.integer({ min: 1, max: 100 }).map((percent) => ({ code: 'CODE', percent })),
  fc.integer({ min: 1, max: 1_000_000_000 }).map((amountOff) => ({ code: 'CODE', amountOff })),
);
const terms = fc.record(
  {
    items: fc.array(line, { minLength: 1, maxLength: 50 }),
    currency: fc.constant('EUR'),
    discount: reduction,
    redeemPoints: fc.oneof(fc.nat(1000), fc.nat(1_000_000_000)),
    pointValue: fc.integer({ min: 1, max: 1000 }),
  },
  { requiredKeys: ['items', 'currency', 'redeemPoints', 'pointValue'] },
) as fc.Arbitrary<PriceTerms>;

const termsOf = (itemsPrice: number, overrides: Partial<PriceTerms> = {}): PriceTerms => ({
  items: [lineOf({ sku: 'MUG', quantity: 1 }, { name: 'Mug', unitPrice: itemsPrice })],
  currency: 'EUR',
  redeemPoints: 0,
  pointValue: 1,
  ...overrides,
});

describe('merging items', () => {
  it('sums equal SKUs and sorts by SKU', () => {
    const merged = mergeItems([
      { sku: 'TEA', quantity: 1 },
      { sku: 'MUG', quantity: 2 },
      { sku: 'TEA', quantity: 3 },
    ]);
    expect(merged).toEqual([
      { sku: 'MUG', quantity: 2 },
      { sku: 'TEA', quantity: 4 },
    ]);
  });

  it('keeps the sum, has each SKU once, and does not depend on the order of the items', () => {
    const sum = (all: { quantity: number }[]) => all.reduce((total, { quantity }) => total + quantity, 0);
    const withShuffle = items.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })));
    fc.assert(
      fc.property(withShuffle, ([all, shuffled]) => {
        const merged = mergeItems(all);
        expect(sum(merged)).toBe(sum(all));
        expect(new Set(merged.map((item) => item.sku)).size).toBe(merged.length);
        expect(mergeItems(shuffled)).toEqual(merged);
        expect(mergeItems(merged)).toEqual(merged);
      }),
    );
  });
});

describe('a discount', () => {
  it.each([
    [5, 10, 1],
    [4, 10, 0],
    [149, 1, 1],
    [150, 1, 2],
    [50, 1, 1],
    [49, 1, 0],
    [999, 100, 999],
    [0, 50, 0],
  ])('on %d of %d percent is %d: to the nearest minor unit, half up', (itemsPrice, percent, expected) => {
    expect(discountPriceOf(itemsPrice, { percent })).toBe(expected);
  });

  it('in percent is exact up to the highest price of an order', () => {
    const highest = 50 * 999 * MAX_UNIT_PRICE;
    fc.assert(
      fc.property(fc.oneof(fc.nat(100_000), fc.integer({ min: 0, max: highest })), fc.integer({ min: 1, max: 100 }), (price, percent) => {
        const exact = (BigInt(price) * BigInt(percent) * 2n + 100n) / 200n;
        expect(BigInt(discountPriceOf(price, { percent }))).toBe(exact);
      }),
    );
  });

  it('of an amount is never more than the items cost', () => {
    expect(discountPriceOf(300, { amountOff: 299 })).toBe(299);
    expect(discountPriceOf(300, { amountOff: 300 })).toBe(300);
    expect(discountPriceOf(300, { amountOff: 301 })).toBe(300);
  });

  it('of nothing is nothing', () => {
    expect(discountPriceOf(300, {})).toBe(0);
  });
});

describe('the price of an order', () => {
  it('is items minus discount minus points, an exact integer, never below zero', () => {
    fc.assert(
      fc.property(terms, (each) => {
        const price = priceOf(each);
        if (!price) return;
        expect(price.itemsPrice).toBe(itemsPriceOf(each.items));
        expect(BigInt(price.totalPrice)).toBe(BigInt(price.itemsPrice) - BigInt(price.discountPrice) - BigInt(price.pointsDiscountPrice));
        for (const amount of [price.itemsPrice, price.discountPrice, price.pointsDiscountPrice, price.totalPrice]) {
          expect(Number.isSafeInteger(amount)).toBe(true);
          expect(amount).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  it('is refused exactly when the points are worth more than what the discount leaves', () => {
    fc.assert(
      fc.property(terms, (each) => {
        const left = itemsPriceOf(each.items) - (each.discount ? discountPriceOf(itemsPriceOf(each.items), each.discount) : 0);
        expect(priceOf(each) === undefined).toBe(each.redeemPoints * each.pointValue > left);
      }),
    );
  });

  it('takes the discount first: points may pay what is left, and not one more', () => {
    const discount = { code: 'HALF', percent: 50 };
    expect(priceOf(termsOf(1001, { discount, redeemPoints: 500 }))).toMatchObject({
      itemsPrice: 1001,
      discountCode: 'HALF',
      discountPrice: 501,
      redeemedPoints: 500,
      pointsDiscountPrice: 500,
      totalPrice: 0,
    });
    expect(priceOf(termsOf(1001, { discount, redeemPoints: 501 }))).toBeUndefined();
  });

  it('counts a point at its value', () => {
    expect(priceOf(termsOf(1000, { redeemPoints: 3, pointValue: 100 }))).toMatchObject({
      redeemedPoints: 3,
      pointsDiscountPrice: 300,
      totalPrice: 700,
    });
  });

  it('names no code when there is no discount', () => {
    expect(priceOf(termsOf(1000))).toMatchObject({ discountCode: null, discountPrice: 0, totalPrice: 1000 });
  });
});
