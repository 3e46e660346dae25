import { atMost } from './clock.ts';
import type { Logger } from './logger.ts';

const STOP_MS = 9000;

/**
 * Waits for a part to stop, so long that all together stay below the 10 s after which the process is ended. A part that waits for a dependency
 * that is away, or fails, keeps no other from its end: what it leaves undone is done after the next start.
 */
export function createStop(logger: Logger): (ms: number, part: string, end: Promise<unknown> | undefined) => Promise<void> {
  const deadline = performance.now() + STOP_MS;
  return async (ms, part, end) => {
    try {
      if (end) await atMost(Math.min(ms, Math.max(100, deadline - performance.now())), end);
    } catch (err) {
      logger.warn({ err, part }, 'A part did not stop cleanly.');
    }
  };
}
