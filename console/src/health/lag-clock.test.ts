import { expect, test } from 'vitest';
import { createLagClock } from './lag-clock.ts';

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second));
const positions = (...offsets: number[]) => new Map(offsets.map((offset, partition) => [`t/${partition}`, BigInt(offset)]));

test('a group that has handled everything has no lag', () => {
  const clock = createLagClock();
  clock.sample(positions(5, 3), at(0));
  expect(clock.lagOf(positions(5, 3), at(10))).toEqual({ records: 0, seconds: 0 });
});

test('a lag is as old as the first sample that counts a record which is not handled', () => {
  const clock = createLagClock();
  clock.sample(positions(5, 3), at(0));
  clock.sample(positions(6, 3), at(5));
  clock.sample(positions(9, 4), at(10));
  expect(clock.lagOf(positions(5, 3), at(12))).toEqual({ records: 5, seconds: 7 });
  expect(clock.lagOf(positions(6, 3), at(12))).toEqual({ records: 4, seconds: 2 });
});

test('what was there before the first sample has waited at least since then', () => {
  const clock = createLagClock();
  clock.sample(positions(5), at(0));
  expect(clock.lagOf(positions(2), at(30))).toEqual({ records: 3, seconds: 30 });
});

test('partitions of which the group says nothing do not count', () => {
  const clock = createLagClock();
  clock.sample(positions(5, 8), at(0));
  expect(clock.lagOf(positions(5), at(1))).toEqual({ records: 0, seconds: 0 });
});
