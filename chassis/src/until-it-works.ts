import { backoffMs, sleep } from './clock.ts';
import { findAppError } from './errors.ts';
import type { Logger } from './logger.ts';

/** A first start meets topics and coordinators that are just being made; only what lasts is worth a warning. */
const levelOf = (attempt: number) => (attempt < 5 ? 'debug' : 'warn');

/** Ends when the work is done; throws when it is refused, or when it is time to stop. */
export async function untilItWorks(what: string, stopping: AbortSignal, logger: Logger, work: () => Promise<void>): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const failure = await work().then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
    stopping.throwIfAborted();
    if (!failure) return;
    if (findAppError(failure.error)?.kind === 'refused') throw failure.error;
    logger[levelOf(attempt)]({ err: failure.error, attempt }, `The ${what} can not be prepared yet; it is tried again.`);
    await sleep(backoffMs(attempt, 100, 1000), stopping);
  }
}
