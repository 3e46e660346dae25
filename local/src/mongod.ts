// A real mongod as a replica set of one (transactions need a replica set), bound to 127.0.0.1, on data that survives it.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Refusal } from './errors.ts';
import { waitForPrimary } from './mongod-replica-set.ts';
import { findFreePort } from './ports.ts';
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
}

export function mongodUrl(port: number): string {
  return `mongodb://127.0.0.1:${port}/?replicaSet=rs0&directConnection=true`;
}

export async function mongodSpec(binary: MongodBinary, options: MongodOptions): Promise<ServerSpec> {
  const port = options.port === 0 ? await findFreePort() : options.port;
  const dbPath = join(options.dataDir, 'mongod');
  await mkdir(dbPath, { recursive: true });
  await checkVersion(join(options.dataDir, 'mongod.version'), binary, options.dataDir);
  return {
    name: 'mongod',
    command: binary.path,
    args: [
      ...['--dbpath', dbPath, '--port', String(port), '--bind_ip', '127.0.0.1', '--nounixsocket'],
      ...['--replSet', 'rs0', '--oplogSize', '990', '--wiredTigerCacheSizeGB', String(options.cacheGb ?? 0.5), '--quiet'],
      ...['--setParameter', 'diagnosticDataCollectionEnabled=false'],
      // A primary waits 15 s for secondaries to catch up before it stops. There are none.
      ...['--setParameter', 'shutdownTimeoutMillisForSignaledShutdown=100'],
      // A killed process leaves its transaction open, and with it what it wrote locked; the default is 60 s.
      ...['--setParameter', 'transactionLifetimeLimitSeconds=5'],
      ...(options.extraArgs ?? []),
    ],
    cwd: options.dataDir,
    env: process.env,
    logFile: options.logFile,
    port,
    stopTimeoutMs: 15_000,
    waitUntilReady: (signal) => waitForPrimary(port, signal),
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
