import { ProblemError } from './problem.ts';

const FIRST_MS = 250;
const MOST_MS = 5000;
/** Passing troubles: of the service, and of what is between here and it. */
const PASSING = new Set([408, 429, 502, 503, 504]);

/** Whether the same request may fare better later: the service says so, or no answer came (`fetch` and a broken body throw a TypeError). */
export const isPassing = (error: unknown): boolean =>
  error instanceof ProblemError ? PASSING.has(error.status) : error instanceof TypeError;

/** The wait before the next attempt: as the service said, else 250 ms, doubled each time up to 5 s, with jitter. */
export function waitMs(attempt: number, error?: unknown): number {
  if (error instanceof ProblemError && error.retryAfter !== undefined) return error.retryAfter * 1000;
  return Math.min(FIRST_MS * 2 ** attempt, MOST_MS) * (0.5 + Math.random() / 2);
}

/** Ends early, by rejecting, when the signal fires. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const abort = () => reject(signal?.reason);
  const timer = setTimeout(resolve, ms);
  signal?.addEventListener('abort', abort, { once: true });
  return promise.finally(() => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  });
}
