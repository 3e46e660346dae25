import { sleep } from '@microshop/chassis/clock';
import type { Running } from '@microshop/chassis/lifecycle';
import type { Logger } from '@microshop/chassis/logger';

export type Poll<T> = Running & {
  /** Told of each reading from now on, and of the last one at once when there is one. Call the answer to listen no more. */
  listen(listener: (value: T) => void): () => void;
  /** Something has changed: read now, if anybody listens. */
  soon(): void;
};

export type PollOptions<T> = { name: string; intervalMs: number; read(): Promise<T>; logger: Logger };

/** At most ten readings a second, however often it is told that something changed. */
const PAUSE_MS = 100;

/** One reading for all who listen, again and again; none while nobody does. */
export function createPoll<T>({ name, intervalMs, read, logger }: PollOptions<T>): Poll<T> {
  const listeners = new Set<(value: T) => void>();
  const stopping = new AbortController();
  let last: { value: T } | undefined;
  let woken = new AbortController();
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    while (listeners.size > 0 && !stopping.signal.aborted) {
      woken = new AbortController();
      try {
        last = { value: await read() };
        for (const listener of listeners) listener(last.value);
      } catch (err) {
        logger.debug({ err, poll: name }, 'A reading failed and is tried again.');
      }
      await sleep(PAUSE_MS, stopping.signal);
      await sleep(intervalMs - PAUSE_MS, AbortSignal.any([woken.signal, stopping.signal]));
    }
    running = undefined;
    // What was read before everybody had left is old news.
    last = undefined;
  }

  return {
    listen(listener) {
      listeners.add(listener);
      if (last) listener(last.value);
      running ??= run();
      return () => void listeners.delete(listener);
    },
    soon: () => woken.abort(),
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
