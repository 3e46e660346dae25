import { expect, test } from 'vitest';
import { createBackoff, createExitLimit } from './backoff.ts';

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

test.each<[string, number[], boolean]>([
  ['five exits in a row', [0, 1, 2, 3, 4], true],
  ['four exits', [0, 1, 2, 3], false],
  ['five exits within ten minutes', [0, 100, 200, 300, 599], true],
  ['five exits, the first of them ten minutes ago', [0, 100, 200, 300, 600], false],
  ['one exit an hour, for a day', Array.from({ length: 24 }, (_, hour) => hour * 3600), false],
])('the limit of exits: %s', (_, seconds, expected) => {
  const limit = createExitLimit();
  expect(seconds.map((second) => limit.reached(second * 1000)).at(-1)).toBe(expected);
});
