import { describe, expect, it } from 'vitest';
import { anOrder, sentences } from '../testing/documents.ts';
import { checkDiscounts, tallyUses } from './discounts.ts';
import { checkKeys, tallyKeys } from './idempotency.ts';

describe('6 idempotency', () => {
  const check = (orders: string[], keys: string[]) => sentences(checkKeys(orders, tallyKeys(keys.map((orderId) => ({ orderId })))));

  it('holds when keys and orders are one to one', () => {
    expect(check(['a', 'b'], ['b', 'a'])).toEqual([]);
  });

  it.each([
    ['an order of two keys', ['a'], ['a', 'a'], 'a was made by 2 keys'],
    ['an order without a key', ['a', 'b'], ['a'], 'b has no idempotency key'],
    ['a key without an order', ['a'], ['a', 'b'], 'b is named by an idempotency key and is not there'],
  ])('names %s', (_, orders, keys, sentence) => {
    expect(check(orders, keys)).toEqual([sentence]);
  });
});

describe('7 discounts', () => {
  const used = (...statuses: ('pending' | 'confirmed' | 'rejected' | 'cancelled' | 'fulfilled')[]) =>
    tallyUses([...statuses.map((status) => anOrder({ status, discountCode: 'TEN' })), anOrder()]);
  const check = (uses: number, counted: Map<string, number>) => sentences(checkDiscounts([{ _id: 'TEN', uses }], counted));

  it('counts the orders that have it and were not rejected or cancelled', () => {
    expect(check(3, used('pending', 'confirmed', 'rejected', 'cancelled', 'fulfilled'))).toEqual([]);
    expect(check(0, new Map())).toEqual([]);
    expect(check(4, tallyUses([{ discountCode: 'TEN', status: 'confirmed', count: 4 }]))).toEqual([]);
  });

  it('names one that counts more or less', () => {
    expect(check(2, used('confirmed'))).toEqual(['discount TEN counts 2 uses, 1 orders have it']);
    expect(check(0, used('confirmed'))).toEqual(['discount TEN counts 0 uses, 1 orders have it']);
  });
});
