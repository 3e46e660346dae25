import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Logger } from './logger.ts';
import { every, sweepIntervalMs } from './periodic.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const setUp = () => {
  const warn = vi.fn();
  return { logger: { warn } as unknown as Logger, warn };
};

test('runs at once, and again an interval after the last run ended', async () => {
  const { logger } = setUp();
  let underWay = 0;
  const job = vi.fn(async () => {
    expect(underWay++).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, 70));
    underWay--;
  });
  const running = every(100, 'job', logger, job);
  expect(job).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(169);
  expect(job).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(job).toHaveBeenCalledTimes(2);
  const stopped = running.stop();
  await vi.advanceTimersByTimeAsync(70);
  await stopped;
  await vi.advanceTimersByTimeAsync(1000);
  expect(job).toHaveBeenCalledTimes(2);
});

test('a run that fails, even at once, is tried again and told once in a row', async () => {
  const { logger, warn } = setUp();
  let runs = 0;
  const running = every(100, 'job', logger, () => {
    runs++;
    if (runs === 3) return Promise.resolve();
    throw new Error('no');
  });
  await vi.advanceTimersByTimeAsync(350);
  expect(runs).toBe(4);
  expect(warn).toHaveBeenCalledTimes(2);
  await running.stop();
});

test('a stop waits for the run under way, which is told by its signal', async () => {
  const { logger } = setUp();
  const end = Promise.withResolvers<void>();
  let signal: AbortSignal | undefined;
  const running = every(100, 'job', logger, async (given) => {
    signal = given;
    await end.promise;
  });
  const stopped = vi.fn();
  void running.stop().then(stopped);
  await vi.advanceTimersByTimeAsync(1000);
  expect(signal?.aborted).toBe(true);
  expect(stopped).not.toHaveBeenCalled();
  end.resolve();
  await vi.advanceTimersByTimeAsync(0);
  expect(stopped).toHaveBeenCalled();
});

test.each([
  [500, 1000],
  [200_000, 2000],
  [600_000, 5000],
])('what has %i ms is looked for every %i ms', (timeoutMs, ms) => {
  expect(sweepIntervalMs(timeoutMs)).toBe(ms);
});
