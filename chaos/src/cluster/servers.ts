import { join } from 'node:path';
import { startKafkaBroker } from '@microshop/local/kafka-broker';
import type { KafkaListener } from '@microshop/local/kafka-settings';
import { mongodUrl, startMongod } from '@microshop/local/mongod';
import { cacheDirectory } from '@microshop/local/paths';
import type { Reaper } from '@microshop/local/processes/reaper-client';
import type { ServerProcess } from '@microshop/local/server-process';
import { createDisk, type Disk } from './disk.ts';

/** A broker or a database, on a disk of its own. */
export type Server = ServerProcess & { readonly disk: Disk };
export type Servers = { kafka: Server; mongod: Server; brokers: string[]; mongodbUrl: string };

export type ServersOptions = {
  directory: string;
  logDirectory: string;
  listeners: readonly KafkaListener[];
  diskMegabytes: { kafka: number; mongod: number };
  reaper: Reaper;
  signal: AbortSignal;
  report(message: string): void;
};

export async function startServers({ directory, logDirectory, listeners, diskMegabytes, ...around }: ServersOptions): Promise<Servers> {
  const toolchain = { cacheDir: cacheDirectory(process.env), env: process.env, ...around };
  const [kafkaDisk, mongodDisk] = await Promise.all([
    createDisk(join(directory, 'kafka'), diskMegabytes.kafka),
    createDisk(join(directory, 'mongod'), diskMegabytes.mongod),
  ]);
  const starting = [
    startKafkaBroker(toolchain, {
      port: 0,
      dataDir: kafkaDisk.directory,
      logFile: join(logDirectory, 'kafka.log'),
      heapMb: 320,
      listeners,
      // One of each for every listener, and there is one for every instance.
      overrides: { 'num.network.threads': '1' },
    }),
    startMongod(toolchain, {
      port: 0,
      dataDir: mongodDisk.directory,
      logFile: join(logDirectory, 'mongod.log'),
      cacheGb: 0.25,
      // A checkpoint every minute would not meet a disk that is full for seconds.
      extraArgs: ['--setParameter', 'enableTestCommands=1', '--syncdelay', '3'],
    }),
  ] as const;
  try {
    const [kafka, mongod] = await Promise.all(starting);
    return {
      kafka: withDisk(kafka, kafkaDisk),
      mongod: withDisk(mongod, mongodDisk),
      brokers: [`127.0.0.1:${kafka.port}`],
      mongodbUrl: mongodUrl(mongod.port),
    };
  } catch (error) {
    await Promise.allSettled(starting);
    await Promise.all([kafkaDisk.unmount(), mongodDisk.unmount()]);
    throw error;
  }
}

const withDisk = (server: ServerProcess, disk: Disk): Server => ({
  port: server.port,
  get pid() {
    return server.pid;
  },
  stop: () => server.stop(),
  kill: () => server.kill(),
  restart: () => server.restart(),
  disk,
});
