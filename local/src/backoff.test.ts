import { expect, test } from 'vitest';
import { createBackoff } from './backoff.ts';

test('waits 250 ms, then twice as long each time, at most 2 s', () => {
  const backoff = createBackoff();
  expect([1, 2, 3, 4, 5, 6].map(() => backoff.next(0, undefined))).toEqual([250, 500, 1000, 2000, 2000, 2000]);
});

test('counts anew after 10 s of health, not before', () => {
  const backoff = createBackoff();
  backoff.next(0, undefined);
  backoff.next(0, undefined);
  expect(backoff.next(20_000, 10_001)).toBe(1000);
  expect(backoff.next(40_000, 30_000)).toBe(250);
});
