import fc from 'fast-check';
import { Value } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { CustomerId, canonicalItems, MAX_UNIT_PRICE, normalizeEmail, OrderId, Quantity, ReservationId, Sku, UnitPrice } from './values.ts';

describe('an identifier', () => {
  it.each(['A', 'a', '0', 'MUG-BLUE', 'mug.blue_2', 'x'.repeat(64)])('may be %s', (text) => {
    expect([Value.Check(Sku, text), Value.Check(CustomerId, text)]).toEqual([true, true]);
  });

  it.each(['', '-mug', '.mug', '_mug', 'mug blue', 'mug/blue', 'mug\n', 'MÜG', 'x'.repeat(65), '__proto__'])('may not be %j', (text) => {
    expect([Value.Check(Sku, text), Value.Check(CustomerId, text)]).toEqual([false, false]);
  });
});

describe('an order or reservation id', () => {
  const id = '019bd6a0-3c1e-7a40-9b1f-2d0c6f4e8a11';

  it('is a UUID in either case', () => {
    for (const text of [id, id.toUpperCase()]) expect(Value.Check(ReservationId, text)).toBe(true);
  });

  it('is not a URN, which validators disagree about', () => {
    const schema = ReservationId as { maxLength?: number };
    expect(schema.maxLength).toBe(id.length);
    for (const text of [`urn:uuid:${id}`, `{${id}}`, id.replaceAll('-', '')]) expect(Value.Check(OrderId, text)).toBe(false);
  });
});

describe('amounts', () => {
  it('stay exact integers for the largest order there can be, also a hundredfold', () => {
    expect(Value.Check(Quantity, 999)).toBe(true);
    expect(Value.Check(Quantity, 1000)).toBe(false);
    expect(Value.Check(UnitPrice, MAX_UNIT_PRICE + 1)).toBe(false);
    expect(Number.isSafeInteger(50 * 999 * MAX_UNIT_PRICE * 100)).toBe(true);
  });

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, '1', null])('are not %j', (value) => {
    expect(Value.Check(UnitPrice, value)).toBe(false);
  });
});

describe('the canonical text of items', () => {
  it('is SKU and quantity, sorted by SKU', () => {
    const items = [
      { sku: 'b', quantity: 2 },
      { sku: 'B', quantity: 10 },
      { sku: 'a', quantity: 1 },
    ];
    expect(canonicalItems(items)).toBe('B:10,a:1,b:2');
    expect(canonicalItems([])).toBe('');
  });

  it('does not depend on the order of the items, leaves them as they were, and differs with every quantity', () => {
    const sku = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,5}$/);
    const items = fc.uniqueArray(fc.record({ sku, quantity: fc.integer({ min: 1, max: 998 }) }), {
      minLength: 1,
      maxLength: 20,
      selector: (item) => item.sku,
    });
    const withShuffle = items.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })));
    fc.assert(
      fc.property(withShuffle, ([all, shuffled]) => {
        const before = structuredClone(all);
        expect(canonicalItems(shuffled)).toBe(canonicalItems(all));
        expect(all).toEqual(before);
        const [first, ...rest] = all;
        if (first) expect(canonicalItems([{ ...first, quantity: first.quantity + 1 }, ...rest])).not.toBe(canonicalItems(all));
      }),
    );
  });
});

describe('a normalised e-mail address', () => {
  it('is trimmed and in lower case', () => expect(normalizeEmail('  Ada.Lovelace@Example.COM\t')).toBe('ada.lovelace@example.com'));

  it('is the same when it is normalised again', () => {
    fc.assert(
      fc.property(fc.oneof(fc.emailAddress(), fc.string()), (email) => normalizeEmail(normalizeEmail(email)) === normalizeEmail(email)),
    );
  });
});
