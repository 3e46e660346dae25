import { join } from 'node:path';
import { sleep } from '@microshop/chassis/clock';
import { forgetOffsets } from '@microshop/chassis/kafka/set-offsets';
import { offsetsOf, record, type Stack } from '../record/record.ts';
import { fileNames, services } from '../run-folder.ts';
import { untilItWorks } from '../until-it-works.ts';
import { lagsOf } from './lags.ts';

export type ReplayOptions = Stack & {
  folder: string;
  /** Resolves when every process of the services has ended. */
  stopServices(): Promise<void>;
  startServices(): Promise<void>;
  timeoutMs?: number;
};

/** The replay did not come to its end. */
export class ReplayError extends Error {}

const POLL_MS = 250;
/** Of a consumer, three times. */
const SESSION_MS = 30_000;

/**
 * Lets every group handle every record that its topics hold once more, and records the databases again: nothing in them may have changed. The
 * services run when it is called, and are stopped when it is done.
 */
export async function replayEverything({
  folder,
  stopServices,
  startServices,
  timeoutMs = 120_000,
  ...stack
}: ReplayOptions): Promise<void> {
  await stopServices();
  for (const group of services) await whenEmpty(() => forgetOffsets(stack.brokers, [group]));
  await startServices();
  await waitUntilRead(stack.brokers, timeoutMs);
  await stopServices();
  await record({ ...stack, folder: join(folder, fileNames.replayed) });
}

async function waitUntilRead(brokers: readonly string[], timeoutMs: number): Promise<void> {
  const until = performance.now() + timeoutMs;
  for (;;) {
    const behind = lagsOf(await offsetsOf(brokers));
    if (behind.length === 0) return;
    if (performance.now() > until)
      throw new ReplayError(
        `The replay is not done after ${timeoutMs / 1000} s: ${behind.map(({ group, records }) => `${group} has ${records} records to read`).join(', ')}.`,
      );
    await sleep(POLL_MS);
  }
}

const whenEmpty = (forget: () => Promise<void>): Promise<void> =>
  untilItWorks(AbortSignal.timeout(SESSION_MS), forget).catch((error: Error) => {
    throw new ReplayError(`The groups can not be sent back: ${error.message}. Does a service still run?`);
  });
