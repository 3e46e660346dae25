import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { StockDocument } from './collections.ts';
import { foldLevel, foldProduct, levelOf } from './fold-stock.ts';

const at = (n: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, n));
const level = (version: number) => ({ sku: 'A', available: version * 10, reserved: version, sold: 0, version });
const product = (version: number) => ({ sku: 'A', name: `Mug ${version}`, unitPrice: 100, currency: 'EUR', active: version < 3, version });

test('of products and levels the greatest version counts, whatever the order in which they are read', () => {
  type Fact = (present: StockDocument | undefined) => StockDocument;
  const facts: Fact[] = [1, 2, 3].flatMap((version) => [
    (present) => foldProduct(present, product(version)),
    (present) => foldLevel(present, level(version), at(version)),
    // Published again, later.
    (present) => foldLevel(present, level(version), at(version + 10)),
  ]);
  fc.assert(
    fc.property(fc.shuffledSubarray(facts, { minLength: facts.length }), (shuffled) => {
      const folded = shuffled.reduce<StockDocument | undefined>((present, fact) => fact(present), undefined);
      expect(folded).toEqual({
        _id: 'A',
        name: 'Mug 3',
        unitPrice: 100,
        currency: 'EUR',
        active: false,
        productVersion: 3,
        available: 30,
        reserved: 3,
        sold: 0,
        version: 3,
        changedAt: at(3),
      });
    }),
  );
});

test('a level that is told twice is one point of the history, when it was told first', () => {
  const first = levelOf(undefined, level(1), at(5));
  expect(levelOf(first, level(1), at(9))).toEqual({ ...first, at: at(5) });
  expect(levelOf(first, level(1), at(2)).at).toEqual(at(2));
  expect(first._id).toBe('A@1');
});
