import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from './errors.ts';

export interface PollOptions {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly everyMs?: number;
  /** Ends the sentence "… within 60 s" when the time is over. */
  readonly what: string;
}

/** Asks until the answer is not undefined. An error counts as "not yet"; the last one is told when the time is over. */
export async function pollUntil<T>(ask: () => Promise<T | undefined>, options: PollOptions): Promise<T> {
  const deadline = Date.now() + options.timeoutMs;
  let last = '';
  for (;;) {
    options.signal.throwIfAborted();
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      last = messageOf(error);
    }
    if (Date.now() > deadline) throw new Error(`${options.what} within ${options.timeoutMs / 1000} s${last === '' ? '' : ` (${last})`}`);
    await delay(options.everyMs ?? 50, undefined, { signal: options.signal });
  }
}
