import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pointsEarned } from './earning.ts';

describe('points earned', () => {
  it.each([
    [0, 100, 0],
    [99, 100, 0],
    [100, 100, 1],
    [2599, 100, 25],
    [2599, 1, 2599],
    [2599, 1000, 2],
  ])('of %i spent at %i a point are %i', (total, spendPerPoint, earned) => {
    expect(pointsEarned(total, spendPerPoint)).toBe(earned);
  });

  it('are an integer, rounded down, and never worth more than was spent on them', () => {
    const total = fc.maxSafeNat();
    const spendPerPoint = fc.integer({ min: 1, max: 1_000_000 });
    fc.assert(
      fc.property(total, spendPerPoint, (spent, rate) => {
        const earned = pointsEarned(spent, rate);
        expect(Number.isSafeInteger(earned)).toBe(true);
        expect(BigInt(earned) * BigInt(rate)).toBeLessThanOrEqual(BigInt(spent));
        expect(BigInt(earned + 1) * BigInt(rate)).toBeGreaterThan(BigInt(spent));
      }),
    );
  });
});
