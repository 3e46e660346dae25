import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startKafkaBroker } from '@microshop/local/kafka-broker';
import { mongodUrl, startMongod } from '@microshop/local/mongod';
import { cacheDirectory } from '@microshop/local/paths';
import { type Reaper, startReaper } from '@microshop/local/processes/reaper-client';

/** A broker and a database with the settings of `npm start`, on free ports and in a directory of their own. */
export type Servers = {
  readonly kafkaBrokers: string;
  readonly mongodbUrl: string;
  readonly pids: { readonly kafka: number; readonly mongod: number };
  readonly reaper: Reaper;
  readonly directory: string;
  readonly logDirectory: string;
  close(): Promise<void>;
};

export async function startServers(signal: AbortSignal, report: (message: string) => void): Promise<Servers> {
  const reaper = startReaper(0);
  const directory = await mkdtemp(join(tmpdir(), 'microshop-bench-'));
  reaper.removeAtEnd(directory);
  const logDirectory = join(directory, 'logs');
  await mkdir(logDirectory);
  const toolchain = { cacheDir: cacheDirectory(process.env), env: process.env, reaper, signal, report };
  const release = async () => {
    await reaper.close();
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  };
  const starting = [
    startKafkaBroker(toolchain, { port: 0, dataDir: directory, logFile: join(logDirectory, 'kafka.log') }),
    startMongod(toolchain, { port: 0, dataDir: directory, logFile: join(logDirectory, 'mongod.log') }),
  ] as const;
  try {
    const [kafka, mongod] = await Promise.all(starting);
    return {
      kafkaBrokers: `127.0.0.1:${kafka.port}`,
      mongodbUrl: mongodUrl(mongod.port),
      pids: { kafka: kafka.pid ?? 0, mongod: mongod.pid ?? 0 },
      reaper,
      directory,
      logDirectory,
      async close() {
        await Promise.all([kafka.kill(), mongod.kill()]);
        await release();
      },
    };
  } catch (error) {
    await Promise.allSettled(starting);
    await release();
    throw error;
  }
}
