import { isSupervised } from './config.ts';
import { findAppError } from './errors.ts';
import type { Logger } from './logger.ts';

/** Something that runs until it is stopped. */
export type Running = { stop(): Promise<void> };

export type ServiceOptions = {
  name: string;
  logger: Logger;
  start: () => Promise<Running>;
  /** How long a stop may take before the process gives up and exits 1; milliseconds. */
  stopTimeoutMs?: number;
};

/**
 * Runs a service as this process until SIGTERM, SIGINT or, under a supervisor, the end of stdin; then stops it and exits 0.
 * Further signals change nothing. Exits 1 when the start or the stop fails, the stop takes too long, or an error was caught by nobody.
 * Call it last in main.ts: it ends by ending the process.
 */
export async function runService({ name, logger, start, stopTimeoutMs = 10_000 }: ServiceOptions): Promise<void> {
  dieOnUncaughtErrors(logger);
  const stopAsked = whenAskedToStop();
  const starting = startOrExit(name, logger, start);
  logger.info({ reason: await stopAsked }, 'stopping');
  setTimeout(() => exitFailed(logger, 'did not stop in time', { stopTimeoutMs }), stopTimeoutMs);
  const service = await starting;
  await service.stop().catch((err) => exitFailed(logger, 'did not stop cleanly', { err }));
  logger.info('stopped');
  process.exit(0);
}

function exitFailed(logger: Logger, message: string, fields: object): never {
  logger.fatal(fields, message);
  process.exit(1);
}

async function startOrExit(name: string, logger: Logger, start: () => Promise<Running>): Promise<Running> {
  try {
    const service = await start();
    logger.info('started');
    return service;
  } catch (error) {
    const known = findAppError(error);
    if (!known) return exitFailed(logger, 'did not start', { err: error });
    process.stderr.write(`${name}: ${known.message}\n`);
    process.exit(1);
  }
}

// A process that goes on after an unknown error holds partitions and leases while it does nothing: die, and let the supervisor start a clean one.
function dieOnUncaughtErrors(logger: Logger): void {
  const die = (err: unknown) => exitFailed(logger, 'uncaught error', { err });
  process.on('uncaughtException', die);
  process.on('unhandledRejection', die);
}

function whenAskedToStop(): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => resolve(signal));
  if (isSupervised()) {
    for (const event of ['end', 'close', 'error']) process.stdin.on(event, () => resolve('supervisor gone'));
    process.stdin.resume();
  }
  return promise;
}

export type Parts = Running & {
  /** Starts a part; when it fails, the earlier ones are stopped and the failure is thrown. */
  add<P>(name: string, start: () => Promise<P>, stop: (part: P) => Promise<unknown>): Promise<P>;
};

/** Parts that start in the order they are added and stop in reverse. A part that fails to stop does not keep the others from it; `stop` then rejects. */
export function createParts(logger: Logger): Parts {
  const stops: { name: string; stop: () => Promise<unknown> }[] = [];
  const parts: Parts = {
    async add(name, start, stop) {
      try {
        const part = await start();
        stops.push({ name, stop: async () => stop(part) });
        return part;
      } catch (error) {
        await parts.stop().catch((err) => logger.error({ err }, 'clean-up after a failed start'));
        throw error;
      }
    },
    async stop() {
      const failures: unknown[] = [];
      for (let part = stops.pop(); part; part = stops.pop()) {
        logger.debug({ part: part.name }, 'stopping');
        await part.stop().catch((error) => failures.push(error));
      }
      if (failures.length > 0) throw new AggregateError(failures, 'not every part stopped cleanly');
    },
  };
  return parts;
}
