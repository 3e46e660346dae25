import { randomUUIDv7 } from 'node:crypto';

/** The wall clock, as a port: business time never comes from `Date.now` inside a rule. */
export type Clock = { now(): Date };
export const systemClock: Clock = { now: () => new Date() };

/** Makes ids (UUIDv7: unique, roughly in order of time). Order is never taken from them. */
export type NewId = () => string;
export const newUuid: NewId = () => randomUUIDv7();

/** Waits, at most 24 days; ends early, without an error, when `signal` is aborted. Zero is until what has already arrived at this process was looked at. */
export type Sleep = (ms: number, signal?: AbortSignal) => Promise<void>;

/** To abort a wait with: without a reason Node makes an error of it each time, with its stack. */
export const OVER = 'over';

/** Node's timers count in 32 bits and end at once above. */
const MAX_TIMER_MS = 2 ** 31 - 1;

export const sleep: Sleep = (ms, signal) =>
  new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    if (ms <= 0) return void setImmediate(resolve);
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, Math.min(ms, MAX_TIMER_MS));
    signal?.addEventListener('abort', done, { once: true });
  });

/** Full-jitter exponential backoff in milliseconds: between 0.5 and 1 times `base * 2^attempt`, at most `max`. */
export const backoffMs = (attempt: number, base: number, max: number, random: () => number = Math.random): number =>
  Math.min(max, base * 2 ** Math.min(attempt, 20)) * (0.5 + random() / 2);

/** Waits for the work, but not longer than `ms`; what it fails with later is nobody's. */
export async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  const done = new AbortController();
  await Promise.race([work.finally(() => done.abort()), sleep(ms, done.signal)]);
  work.catch(() => undefined);
}
