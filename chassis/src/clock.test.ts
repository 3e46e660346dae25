import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { backoffMs, newUuid, sleep, systemClock } from './clock.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('sleep', () => {
  test('waits', async () => {
    const awake = vi.fn();
    void sleep(1000).then(awake);
    await vi.advanceTimersByTimeAsync(999);
    expect(awake).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(awake).toHaveBeenCalledOnce();
  });

  test('ends early without an error when it is aborted, and leaves no timer and no listener behind', async () => {
    const controller = new AbortController();
    const added = vi.spyOn(controller.signal, 'addEventListener');
    const removed = vi.spyOn(controller.signal, 'removeEventListener');
    const asleep = sleep(1000, controller.signal);
    controller.abort();
    await asleep;
    await sleep(1000, controller.signal);
    const slept = sleep(5, new AbortController().signal);
    await vi.advanceTimersByTimeAsync(5);
    await slept;
    expect(vi.getTimerCount()).toBe(0);
    expect(removed).toHaveBeenCalledTimes(added.mock.calls.length);
  });

  test('of more than 24 days does not end at once: timers count in 32 bits', async () => {
    const awake = vi.fn();
    void sleep(2 ** 31).then(awake);
    await vi.advanceTimersByTimeAsync(1000);
    expect(awake).not.toHaveBeenCalled();
  });
});

test('backoff doubles up to its limit and has jitter downwards to the half', () => {
  const waits = (random: number) => [0, 1, 2, 3, 99].map((attempt) => backoffMs(attempt, 50, 1000, () => random));
  expect(waits(1)).toEqual([50, 100, 200, 400, 1000]);
  expect(waits(0)).toEqual([25, 50, 100, 200, 500]);
});

test('ids are UUIDv7, and the clock is the wall clock', () => {
  expect(newUuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(systemClock.now()).toEqual(new Date());
});
