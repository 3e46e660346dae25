import type { Order } from '@microshop/client';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cartOf, checkoutOf, emptyCart, itemsPriceOf, MOST, quantityOf, quoteOf, unitsIn, withQuantity } from './cart.ts';

const product = (sku: string, unitPrice = 1000) => ({ sku, name: `The ${sku}`, unitPrice, currency: 'EUR' });
const full = withQuantity(withQuantity(emptyCart, product('CAP'), 2), product('MUG', 550), 3);

describe('the cart', () => {
  it('adds up what is in it', () => {
    expect([unitsIn(full), itemsPriceOf(full), quantityOf(full, 'CAP'), quantityOf(full, 'LAMP')]).toEqual([5, 3650, 2, 0]);
  });

  it('keeps the place of a line that changes, and drops one of none', () => {
    expect(withQuantity(full, product('CAP'), 7).lines.map(({ sku, quantity }) => [sku, quantity])).toEqual([
      ['CAP', 7],
      ['MUG', 3],
    ]);
    expect(withQuantity(full, product('CAP'), 0).lines.map(({ sku }) => sku)).toEqual(['MUG']);
  });

  it('takes the newest price of a product', () => {
    expect(itemsPriceOf(withQuantity(full, product('CAP', 900), 2))).toBe(3450);
  });

  it('never holds what a checkout would refuse', () => {
    const change = fc.record({ sku: fc.integer({ min: 0, max: 60 }).map((number) => `SKU-${number}`), quantity: fc.integer() });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 100 }), (changes) => {
        const { lines } = changes.reduce((cart, { sku, quantity }) => withQuantity(cart, product(sku), quantity), emptyCart);
        expect(lines.length).toBeLessThanOrEqual(MOST.lines);
        expect(new Set(lines.map(({ sku }) => sku)).size).toBe(lines.length);
        for (const { quantity } of lines) expect(quantity >= 1 && quantity <= MOST.quantity).toBe(true);
      }),
    );
  });
});

describe('what is sent', () => {
  it('is what is in the cart, without prices', () => {
    expect(checkoutOf({ ...full, discountCode: ' WELCOME10 ', points: 50 }, { customerId: 'ada' })).toEqual({
      customer: { customerId: 'ada' },
      items: [
        { sku: 'CAP', quantity: 2 },
        { sku: 'MUG', quantity: 3 },
      ],
      discountCode: 'WELCOME10',
      redeemPoints: 50,
    });
  });

  it('leaves out what was not given, and the points of a guest', () => {
    const guest = { name: 'Bob', email: 'bob@example.com' };
    expect(Object.keys(checkoutOf({ ...full, discountCode: ' ', points: 50 }, guest))).toEqual(['customer', 'items']);
  });
});

describe('the price that is asked for', () => {
  const items = [
    { sku: 'CAP', quantity: 2 },
    { sku: 'MUG', quantity: 3 },
  ];

  it('is that of what would be sent', () => {
    const cart = { ...full, discountCode: 'WELCOME10', points: 50 };
    expect(quoteOf(cart, { kind: 'customer', customerId: 'ada' })).toEqual(checkoutOf(cart, { customerId: 'ada' }));
  });

  it('is there for a guest who has not said who they are', () => {
    expect(quoteOf({ ...full, points: 50 }, { kind: 'guest', name: '', email: '' })).toEqual({ items });
  });
});

it('a rejected order comes back into the cart with what is left of it', () => {
  const order = {
    items: [
      { ...product('CAP'), quantity: 2, lineTotal: 2000 },
      { ...product('LAMP'), quantity: 6, lineTotal: 6000 },
      { ...product('MUG'), quantity: 1, lineTotal: 1000 },
    ],
    currency: 'EUR',
    discountCode: 'WELCOME10',
    redeemedPoints: 50,
    rejection: {
      code: 'out_of_stock',
      detail: 'short',
      errors: [
        { sku: 'LAMP', requested: 6, available: 5 },
        { sku: 'MUG', requested: 1, available: 0 },
      ],
    },
  } as unknown as Order;
  const again = cartOf(order);
  expect(again.lines.map(({ sku, quantity, currency }) => [sku, quantity, currency])).toEqual([
    ['CAP', 2, 'EUR'],
    ['LAMP', 5, 'EUR'],
  ]);
  expect(again).toMatchObject({ discountCode: 'WELCOME10', points: 50 });
});
