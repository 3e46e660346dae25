import fc from 'fast-check';
import { expect, test } from 'vitest';
import { priceOf, productAt } from './price.ts';

const mug = { name: 'Mug', unitPrice: 1000 };
const terms = {
  lines: [{ sku: 'MUG', quantity: 2 }],
  totalPrice: 1900,
  currency: 'EUR',
  redeemPoints: 100,
  pointValue: 1,
  product: () => mug,
};

const checkout = { idempotencyKey: 'key', fingerprint: '', unitPrices: [1100], discountCode: 'WELCOME', discountPrice: 220 };

test('what the request tells is taken, also when the catalogue and the worth of a point have changed', () => {
  expect(priceOf({ ...terms, totalPrice: 1780, redeemPoints: 100, pointValue: 9, checkout })).toEqual({
    items: [{ sku: 'MUG', name: 'Mug', quantity: 2, unitPrice: 1100, lineTotal: 2200 }],
    currency: 'EUR',
    itemsPrice: 2200,
    discountCode: 'WELCOME',
    discountPrice: 220,
    redeemedPoints: 100,
    pointsDiscountPrice: 200,
    totalPrice: 1780,
  });
});

test('a request with prices of more lines than are known tells none', () => {
  expect(priceOf({ ...terms, checkout: { ...checkout, unitPrices: [1100, 50] } })).toEqual(priceOf(terms));
});

test('lines get the price of the catalogue', () => {
  expect(priceOf(terms)).toMatchObject({
    items: [{ sku: 'MUG', name: 'Mug', quantity: 2, unitPrice: 1000, lineTotal: 2000 }],
    itemsPrice: 2000,
    discountPrice: 0,
    pointsDiscountPrice: 100,
    totalPrice: 1900,
  });
});

test('what is missing to the total was a discount, whose code nobody knows', () => {
  expect(priceOf({ ...terms, totalPrice: 1500 })).toMatchObject({ discountPrice: 400, discountCode: null, totalPrice: 1500 });
});

test('a total above the catalogue is believed', () => {
  expect(priceOf({ ...terms, totalPrice: 2400 })).toMatchObject({ itemsPrice: 2500, items: [{ lineTotal: 2500 }], discountPrice: 0 });
});

test('whatever is known, the total is kept and is what its parts make', () => {
  const money = fc.integer({ min: 0, max: 1_000_000 });
  fc.assert(
    fc.property(money, money, money, fc.integer({ min: 1, max: 9 }), (totalPrice, redeemPoints, unitPrice, quantity) => {
      const lines = [
        { sku: 'A', quantity },
        { sku: 'B', quantity: 1 },
      ];
      const price = priceOf({
        ...terms,
        lines,
        totalPrice,
        redeemPoints,
        product: (sku) => (sku === 'A' ? { name: 'A', unitPrice } : undefined),
      });
      expect(price.totalPrice).toBe(totalPrice);
      expect(price.itemsPrice - price.discountPrice - price.pointsDiscountPrice).toBe(totalPrice);
      expect(price.items.reduce((sum, { lineTotal }) => sum + lineTotal, 0)).toBe(price.itemsPrice);
      expect(Math.min(price.discountPrice, ...price.items.map(({ lineTotal }) => lineTotal))).toBeGreaterThanOrEqual(0);
    }),
  );
});

test('the price is that of the time of the order', () => {
  const told = [2, 3].map((version) => ({
    sku: 'MUG',
    name: 'Mug',
    currency: 'EUR',
    active: true,
    version,
    unitPrice: version * 100,
    at: new Date(version),
  }));
  expect(productAt({ ...mug, version: 1 }, told, new Date(1))).toMatchObject(mug);
  expect(productAt({ ...mug, version: 1 }, told, new Date(2))).toMatchObject({ unitPrice: 200 });
  expect(productAt(undefined, told, new Date(9))).toMatchObject({ unitPrice: 300 });
});
