import { stockMovementTypes } from '@microshop/contracts/http';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyMovement, emptyLevel, type Level, type Movement, rebuildLevel, received } from './stock.ts';

const level: Level = { available: 10, reserved: 10, sold: 10 };

describe('a movement', () => {
  it.each<[Movement, Level]>([
    [
      { type: 'received', change: 3 },
      { available: 13, reserved: 10, sold: 10 },
    ],
    [
      { type: 'adjusted', change: -3 },
      { available: 7, reserved: 10, sold: 10 },
    ],
    [
      { type: 'reserved', change: -3 },
      { available: 7, reserved: 13, sold: 10 },
    ],
    [
      { type: 'released', change: 3 },
      { available: 13, reserved: 7, sold: 10 },
    ],
    [
      { type: 'held', change: -3 },
      { available: 7, reserved: 13, sold: 10 },
    ],
    [
      { type: 'hold_released', change: 3 },
      { available: 13, reserved: 7, sold: 10 },
    ],
    [
      { type: 'sold', change: -3 },
      { available: 10, reserved: 7, sold: 13 },
    ],
    [
      { type: 'returned', change: 3 },
      { available: 13, reserved: 10, sold: 7 },
    ],
  ])('%o of 10/10/10 makes %o', (movement, expected) => {
    expect(applyMovement(level, movement)).toEqual(expected);
  });

  it.each<Movement>([
    { type: 'adjusted', change: -11 },
    { type: 'reserved', change: -11 },
    { type: 'held', change: -11 },
    { type: 'released', change: 11 },
    { type: 'hold_released', change: 11 },
    { type: 'sold', change: -11 },
    { type: 'returned', change: 11 },
  ])('%o of 10/10/10 is refused, because a counter would be negative', (movement) => {
    expect(() => applyMovement(level, movement)).toThrow(RangeError);
  });
});

describe('a ledger', () => {
  const movement: fc.Arbitrary<Movement> = fc.record({
    type: fc.constantFrom(...stockMovementTypes),
    change: fc.integer({ min: -50, max: 50 }),
  });

  /** Applies what is possible, as the service does, and keeps it. */
  function run(wishes: readonly Movement[]): { level: Level; ledger: Movement[] } {
    const ledger: Movement[] = [];
    let present = emptyLevel;
    for (const wish of wishes) {
      try {
        present = applyMovement(present, wish);
        ledger.push(wish);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }
    return { level: present, ledger };
  }

  it('never has a negative counter, and always sums up to what was received', () => {
    fc.assert(
      fc.property(fc.array(movement), (wishes) => {
        const { level: present, ledger } = run(wishes);
        expect(Math.min(present.available, present.reserved, present.sold)).toBeGreaterThanOrEqual(0);
        const cameIn = ledger.filter(({ type }) => type === 'received' || type === 'adjusted').reduce((sum, { change }) => sum + change, 0);
        expect(received(present)).toBe(cameIn);
      }),
    );
  });

  it('rebuilds the level, in whatever order it is read', () => {
    fc.assert(
      fc.property(fc.array(movement), (wishes) => {
        const { level: present, ledger } = run(wishes);
        expect(rebuildLevel(ledger)).toEqual(present);
        expect(rebuildLevel(ledger.toReversed())).toEqual(present);
      }),
    );
  });
});
