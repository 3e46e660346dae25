import { describe, expect, test } from 'vitest';
import { DURATION, durationMs } from './duration.ts';

describe('a duration', () => {
  test.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['10m', 600_000],
    ['1h', 3_600_000],
    ['250', 250],
    ['999999999h', 3_599_999_996_400_000],
  ])('%s', (duration, ms) => {
    expect(duration).toMatch(new RegExp(DURATION));
    expect(durationMs(duration)).toBe(ms);
    expect(Number.isSafeInteger(durationMs(duration))).toBe(true);
  });

  test.each(['', '0', '0s', '-1s', '1.5s', '1 s', '1d', '1S', '01s', 's', '1e3', '9999999999'])('%j is none', (text) => {
    expect(text).not.toMatch(new RegExp(DURATION));
  });
});
