import { findAppError } from '@microshop/chassis/errors';
import type { CheckoutRequest } from '@microshop/contracts/http';
import { CustomerId } from '@microshop/contracts/values';
import fc from 'fast-check';
import { Value } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { guestId, toCheckout } from './checkout-request.ts';

const body = (overrides: Partial<CheckoutRequest> = {}): CheckoutRequest => ({
  customer: { customerId: 'ada' },
  items: [
    { sku: 'MUG', quantity: 2 },
    { sku: 'TEA', quantity: 1 },
  ],
  ...overrides,
});
const fingerprintOf = (request: CheckoutRequest) => toCheckout(request, 'key').fingerprint;

describe('a checkout', () => {
  it('has its items merged and sorted, its code in capitals and its reservation in lower case', () => {
    const items = [
      { sku: 'TEA', quantity: 1 },
      { sku: 'MUG', quantity: 1 },
      { sku: 'TEA', quantity: 2 },
    ];
    const request = body({ items, discountCode: 'welcome-1', reservationId: '019BD6A0-0000-7000-8000-00000000000A' });
    expect(toCheckout(request, 'key')).toMatchObject({
      customerId: 'ada',
      items: [
        { sku: 'MUG', quantity: 1 },
        { sku: 'TEA', quantity: 3 },
      ],
      discountCode: 'WELCOME-1',
      redeemPoints: 0,
      reservationId: '019bd6a0-0000-7000-8000-00000000000a',
    });
  });

  it('keeps its key apart for each customer', () => {
    const idOf = (customerId: string) => toCheckout(body({ customer: { customerId } }), 'key').idempotencyId;
    expect(idOf('ada')).not.toBe(idOf('bob'));
    expect(idOf('ada')).toBe(idOf('ada'));
  });

  it('is malformed when the items of one SKU add up to more than 999, and names the last of them', () => {
    const items = [
      { sku: 'MUG', quantity: 500 },
      { sku: 'TEA', quantity: 1 },
      { sku: 'MUG', quantity: 500 },
    ];
    const error = catchFrom(() => toCheckout(body({ items }), 'key'));
    expect(error).toMatchObject({ kind: 'invalid', code: 'invalid_request', extensions: { errors: [{ pointer: '/items/2/quantity' }] } });
    expect(toCheckout(body({ items: [...items.slice(0, 2), { sku: 'MUG', quantity: 499 }] }), 'key').items[0]?.quantity).toBe(999);
  });
});

describe('the fingerprint of a checkout', () => {
  it('is the same however its items are split and ordered', () => {
    const item = fc.record({ sku: fc.constantFrom('A', 'B', 'C'), quantity: fc.integer({ min: 2, max: 9 }) });
    const requests = fc
      .array(item, { minLength: 1, maxLength: 10 })
      .chain((items) => fc.tuple(fc.constant(items), fc.shuffledSubarray(items.flatMap(split), { minLength: items.length * 2 })));
    fc.assert(
      fc.property(requests, ([items, shuffled]) => {
        expect(fingerprintOf(body({ items: shuffled }))).toBe(fingerprintOf(body({ items })));
      }),
    );
  });

  it('does not depend on the case of code, reservation and e-mail, nor on points that are not redeemed', () => {
    const guest = (email: string) => ({ email, name: 'Ada' });
    const plain = body({ customer: guest('ada@example.com'), discountCode: 'X', reservationId: '019bd6a0-0000-7000-8000-00000000000a' });
    const other = body({
      customer: guest('Ada@Example.com'),
      discountCode: 'x',
      reservationId: '019BD6A0-0000-7000-8000-00000000000A',
      redeemPoints: 0,
    });
    expect(fingerprintOf(other)).toBe(fingerprintOf(plain));
  });

  it.each<[string, Partial<CheckoutRequest>]>([
    [
      'another quantity',
      {
        items: [
          { sku: 'MUG', quantity: 3 },
          { sku: 'TEA', quantity: 1 },
        ],
      },
    ],
    [
      'another SKU',
      {
        items: [
          { sku: 'MUG', quantity: 2 },
          { sku: 'HAT', quantity: 1 },
        ],
      },
    ],
    ['one item less', { items: [{ sku: 'MUG', quantity: 2 }] }],
    ['a discount code', { discountCode: 'WELCOME' }],
    ['points', { redeemPoints: 1 }],
    ['a reservation', { reservationId: '019bd6a0-0000-7000-8000-00000000000a' }],
    ['another customer', { customer: { customerId: 'bob' } }],
    ['a guest', { customer: { email: 'ada@example.com', name: 'Ada' } }],
  ])('differs with %s', (_what, difference) => {
    expect(fingerprintOf(body(difference))).not.toBe(fingerprintOf(body()));
  });
});

describe('a guest', () => {
  const guest = (email: string, name = 'Ada') => toCheckout(body({ customer: { email, name } }), 'key');

  it('has an id that follows from the normalised e-mail, so that two first orders at once are one customer', () => {
    expect(guest(' Ada@Example.COM ').customerId).toBe(guestId('ada@example.com'));
    expect(guest('ada@example.com').idempotencyId).toBe(guest('ADA@example.com').idempotencyId);
    expect(guest('bob@example.com').customerId).not.toBe(guestId('ada@example.com'));
  });

  it('has an id that any customer could have', () => {
    fc.assert(fc.property(fc.emailAddress(), (email) => Value.Check(CustomerId, guestId(email))));
  });

  it('is told of with the normalised e-mail and the trimmed name; a customer by id is not', () => {
    expect(guest(' Ada@Example.COM ', ' Ada ').guest).toEqual({ email: 'ada@example.com', name: 'Ada' });
    expect(toCheckout(body(), 'key')).not.toHaveProperty('guest');
  });
});

const split = ({ sku, quantity }: { sku: string; quantity: number }) => [
  { sku, quantity: 1 },
  { sku, quantity: quantity - 1 },
];

function catchFrom(work: () => unknown) {
  try {
    work();
  } catch (error) {
    return findAppError(error);
  }
  return undefined;
}
