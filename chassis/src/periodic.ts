import { sleep as realSleep } from './clock.ts';
import type { Running } from './lifecycle.ts';
import type { Logger } from './logger.ts';

/** How often to look for what its time has run out for: it is found late by a hundredth of that time, but no more than 5 s, and not sooner than after 1 s. */
export const sweepIntervalMs = (timeoutMs: number): number => Math.min(5000, Math.max(1000, timeoutMs / 100));

/** Runs `job` again and again, `intervalMs` after the last run ended. A run that fails is logged once in a row and tried again. */
export function every(
  intervalMs: number,
  name: string,
  logger: Logger,
  job: (signal: AbortSignal) => Promise<void>,
  sleep = realSleep,
): Running {
  const stopping = new AbortController();
  const running = (async () => {
    let failures = 0;
    while (!stopping.signal.aborted) {
      try {
        await job(stopping.signal);
        failures = 0;
      } catch (err) {
        if (failures++ === 0) logger.warn({ err, job: name }, 'A periodic job failed and is tried again.');
      }
      await sleep(intervalMs, stopping.signal);
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
