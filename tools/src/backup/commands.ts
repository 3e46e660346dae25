import { readFileSync } from 'node:fs';
import { backoffMs, sleep } from '@microshop/chassis/clock';
import type { Broker } from '@microshop/chassis/kafka/broker';
import { connectBroker } from '../broker.ts';
import { openDatabases } from '../databases.ts';
import { table } from '../dlt/words.ts';
import { ToolFailure } from '../failure.ts';
import { type RunningStack, runningStack } from '../running-stack.ts';
import type { Manifest } from './manifest.ts';
import type { BackupOptions } from './options.ts';
import { megabytes, type Say, tellDocuments } from './progress.ts';
import { type BackupPorts, measure, takeBackup } from './take-backup.ts';

export type Io = { env: NodeJS.ProcessEnv; out: Say; err: Say; stopping: AbortSignal };

/** The socket waits for as long as the server looks for the first documents of a large collection. */
const SOCKET_TIMEOUT_MS = 60_000;

const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as { version: string };

/** `npm run backup`; answers its exit code. */
export async function backup(options: BackupOptions, { env, out, err, stopping }: Io): Promise<number> {
  return withPorts(runningStack(env), async (ports) => {
    const all = { ...ports, version, signal: stopping, onProgress: tellDocuments(err) };
    if (options.dryRun) sayPlan(out, options, await measure(all));
    else sayDone(out, options, await takeBackup(options, all));
    return 0;
  });
}

/** Kafka and MongoDB for as long as `work` runs; fails with a ToolFailure when one of them is not there. */
export async function withPorts<R>(
  stack: RunningStack,
  work: (ports: Pick<BackupPorts, 'databases' | 'broker'>) => Promise<R>,
): Promise<R> {
  const databases = await openDatabases(stack, 'backup', SOCKET_TIMEOUT_MS);
  const broker = connectBroker(stack, 'backup');
  try {
    await requireKafka(broker);
    return await work({ databases, broker });
  } finally {
    await Promise.all([databases.close(), broker.stop()]);
  }
}

const ATTEMPTS = 5;

/** A broker that is electing says no for a moment. */
async function requireKafka(broker: Broker, attempt = 1): Promise<void> {
  try {
    await broker.ping();
  } catch (error) {
    if (attempt === ATTEMPTS)
      throw new ToolFailure(`Kafka can not be reached (${(error as Error).message}): start it, or set KAFKA_BROKERS.`);
    await sleep(backoffMs(attempt, 100, 2000));
    await requireKafka(broker, attempt + 1);
  }
}

function sayPlan(out: Say, { to }: BackupOptions, sizes: Awaited<ReturnType<typeof measure>>): void {
  const rows = [...sizes].map(([name, { documents, bytes }]) => [name, documents.toLocaleString('en'), megabytes(bytes)]);
  for (const line of table([['collection', 'documents', 'size'], ...rows])) out.write(`${line}\n`);
  const total = [...sizes.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  out.write(`About ${megabytes(total)} would be written to ${to}; nothing was.\n`);
}

function sayDone(out: Say, { to }: BackupOptions, { databases, pointInTime, startedAt, finishedAt }: Manifest): void {
  const entries = Object.values(databases).flat();
  const total = (field: 'documents' | 'bytes') => entries.reduce((sum, entry) => sum + entry[field], 0);
  const seconds = (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;
  out.write(
    `${to}: ${total('documents').toLocaleString('en')} documents, ${megabytes(total('bytes'))}, as they were at ${pointInTime}, in ${seconds.toFixed(1)} s\n`,
  );
}
