import { describe, expect, test } from 'vitest';
import { counted, duration, money } from './format.ts';

describe('numbers as people read them', () => {
  test.each([
    [-5, '0 ms'],
    [350, '350 ms'],
    [1000, '1 s'],
    [119_000, '119 s'],
    [120_000, '2 min'],
    [7_199_000, '119 min'],
    [7_200_000, '2 h'],
    [172_800_000, '2 d'],
  ])('%i ms are %s', (ms, words) => expect(duration(ms)).toBe(words));

  test.each([
    [1290, 'EUR', '€12.90'],
    [500, 'JPY', '¥500'],
    [-5, 'USD', '-$0.05'],
  ])('%i minor units of %s are %s', (minor, currency, words) => expect(money(minor, currency)).toBe(words));

  test('one is not plural', () => {
    expect([counted(1, 'order'), counted(1200, 'order'), counted(0, 'entry', 'entries')]).toEqual(['1 order', '1,200 orders', '0 entries']);
  });
});
