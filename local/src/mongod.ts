// A real mongod as a replica set of one (transactions need a replica set) or one of several, bound to 127.0.0.1, on data that survives it.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { Refusal } from './errors.ts';
import { waitForMember, waitForPrimary } from './mongod-replica-set.ts';
import { addressesOf, findFreePort } from './ports.ts';
import { type ServerProcess, type ServerSpec, startServer } from './server-process.ts';
import { ensureMongod, type MongodBinary } from './toolchain/mongod-binary.ts';
import type { Toolchain } from './toolchain/toolchain.ts';

export interface MongodOptions {
  /** 0 takes a free one. */
  readonly port: number;
  readonly dataDir: string;
  readonly logFile: string;
  readonly cacheGb?: number;
  readonly extraArgs?: readonly string[];
  /** Absent: it is a replica set by itself. */
  readonly member?: { isFormed(): boolean };
}

/** Of one mongod directly, as its own name for itself may lead nowhere from here; of several so that the driver finds the primary. */
export function mongodUrl(...ports: readonly number[]): string {
  return `mongodb://${addressesOf(ports)}/?replicaSet=rs0${ports.length === 1 ? '&directConnection=true' : ''}`;
}

export interface ReplicaSetOptions {
  readonly port: number;
  readonly cacheGb?: number | undefined;
  readonly extraArgs?: readonly string[] | undefined;
}

/**
 * An eighth of the memory, for broker, services and their developer live here too; WiredTiger would take half. Only so much as has been touched is
 * used. With 0.5 GB a busy shop's pages are written many times between two checkpoints: a tenth of mongod's CPU.
 */
const CACHE_GB = Math.min(2, Math.max(0.5, totalmem() / 8 / 2 ** 30));

/** What is the same wherever it runs. */
export function replicaSetArgs({ port, cacheGb = CACHE_GB, extraArgs = [] }: ReplicaSetOptions): string[] {
  return [
    ...['--port', String(port), '--replSet', 'rs0', '--oplogSize', '990', '--wiredTigerCacheSizeGB', String(cacheGb), '--quiet'],
    ...['--setParameter', 'diagnosticDataCollectionEnabled=false'],
    // A primary waits 15 s for secondaries to catch up before it stops. Alone it has none, and of several a majority has all that counts.
    ...['--setParameter', 'shutdownTimeoutMillisForSignaledShutdown=100'],
    // A killed process leaves its transaction open, and with it what it wrote locked; the default is 60 s.
    ...['--setParameter', 'transactionLifetimeLimitSeconds=5'],
    ...extraArgs,
  ];
}

export async function mongodSpec(binary: MongodBinary, options: MongodOptions): Promise<ServerSpec> {
  const port = options.port === 0 ? await findFreePort() : options.port;
  const { member } = options;
  const dbPath = join(options.dataDir, 'mongod');
  await mkdir(dbPath, { recursive: true });
  await checkVersion(join(options.dataDir, 'mongod.version'), binary, options.dataDir);
  return {
    name: 'mongod',
    command: binary.path,
    args: [
      ...['--dbpath', dbPath, '--bind_ip', '127.0.0.1', '--nounixsocket'],
      ...replicaSetArgs({ port, cacheGb: options.cacheGb, extraArgs: options.extraArgs }),
    ],
    cwd: options.dataDir,
    env: process.env,
    logFile: options.logFile,
    port,
    stopTimeoutMs: 15_000,
    waitUntilReady: (signal) => (member ? waitForMember(port, member.isFormed(), signal) : waitForPrimary(port, signal)),
  };
}

export async function startMongod(toolchain: Toolchain, options: MongodOptions): Promise<ServerProcess> {
  return startServer(await mongodSpec(await ensureMongod(toolchain), options), toolchain.reaper, toolchain.signal);
}

async function checkVersion(file: string, binary: MongodBinary, dataDir: string): Promise<void> {
  const series = binary.version.split('.').slice(0, 2).join('.');
  const written = await readFile(file, 'utf8').catch(() => series);
  if (written.trim() !== series) {
    throw new Refusal(
      `The data in ${dataDir} was written by mongod ${written.trim()} and ${binary.path} is ${series}: run npm run reset to begin anew, or set MONGOMS_SYSTEM_BINARY to a mongod ${written.trim()}.`,
    );
  }
  await writeFile(file, `${series}\n`);
}
