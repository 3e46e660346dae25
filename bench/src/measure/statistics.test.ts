import { expect, test } from 'vitest';
import { median, significant, spreadOf } from './statistics.ts';

test.each([
  [[3], 3],
  [[5, 1, 3], 3],
  [[4, 1, 3, 2], 2.5],
  [[], 0],
])('the median of %j is %d', (values, expected) => {
  expect(median(values)).toBe(expected);
});

test('a figure has the digits that it is good for', () => {
  expect(significant(1234.56)).toBe(1230);
  expect(significant(0.012345)).toBe(0.0123);
  expect(spreadOf([2, 9, 4])).toEqual({ least: 2, most: 9 });
});
