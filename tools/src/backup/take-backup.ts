import { mkdir, readdir, rename, rm, rmdir, statfs } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Broker } from '@microshop/chassis/kafka/broker';
import type { Timestamp } from 'mongodb';
import { type Databases, services } from '../databases.ts';
import { ToolFailure } from '../failure.ts';
import { dumpCollection, type Plan, planOf } from './dump.ts';
import { readKafka } from './groups.ts';
import { type CollectionEntry, MANIFEST, type Manifest, sha256Of, writeChecksums, writeManifest } from './manifest.ts';
import type { BackupOptions } from './options.ts';
import { megabytes } from './progress.ts';
import { explainSnapshot, openMoment, withWindow } from './snapshot.ts';

export type BackupPorts = {
  databases: Databases;
  broker: Pick<Broker, 'ends' | 'committed'>;
  version: string;
  signal: AbortSignal;
  onProgress(what: string, documents: number, bytes: number): void;
};

export type Size = { documents: number; bytes: number };

/** How much a backup would be now, by MongoDB's estimates. */
export async function measure({ databases }: Pick<BackupPorts, 'databases'>): Promise<Map<string, Size>> {
  const sizes = (await plans(databases)).flatMap(({ db, collections }) =>
    collections.map(({ name, documents, bytes }) => [`${db.databaseName}.${name}`, { documents, bytes }] as const),
  );
  return new Map(sizes);
}

/**
 * Writes a backup to a directory beside `to`, and gives it its name when it is whole. What the groups have handled is read before the moment of
 * the documents: so what a group is sent back to is never ahead of what the documents say.
 */
export async function takeBackup(options: Pick<BackupOptions, 'to' | 'gzip' | 'windowSeconds'>, ports: BackupPorts): Promise<Manifest> {
  const to = resolve(options.to);
  await requireEmpty(to);
  const planned = await plans(ports.databases);
  await requireRoom(to, planned, options.gzip);
  const directory = join(dirname(to), `.${basename(to)}.unfinished-${process.pid}`);
  try {
    await mkdir(directory, { recursive: true });
    const manifest = await withWindow(ports.databases.client, options.windowSeconds, () => write(directory, planned, options, ports));
    await rmdir(to).catch(() => undefined);
    await rename(directory, to);
    return manifest;
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw explainDisk(to, explainSnapshot(error));
  }
}

const plans = (databases: Databases): Promise<Plan[]> => Promise.all(services.map((service) => planOf(databases[service].db)));

async function write(
  directory: string,
  planned: readonly Plan[],
  { gzip }: Pick<BackupOptions, 'gzip'>,
  { databases, broker, version, signal, onProgress }: BackupPorts,
): Promise<Manifest> {
  const startedAt = new Date().toISOString();
  const kafka = await readKafka(broker);
  const { session, clusterTime } = await openMoment(databases.client, databases['order-svc'].db);
  try {
    const sums = new Map<string, string>();
    const written: Record<string, CollectionEntry[]> = {};
    for (const { db, collections } of planned) {
      const entries: CollectionEntry[] = [];
      for (const collection of collections) {
        const dumped = await dumpCollection(db, collection, { directory, gzip, signal, session, onProgress });
        entries.push(dumped.entry);
        for (const [file, sum] of dumped.sums) sums.set(file, sum);
      }
      written[db.databaseName] = entries;
    }
    const manifest: Manifest = {
      format: 1,
      microshop: version,
      mongodb: String((await databases.client.db('admin').command({ buildInfo: 1 })).version),
      startedAt,
      finishedAt: new Date().toISOString(),
      pointInTime: timeOf(clusterTime).toISOString(),
      clusterTime: { t: clusterTime.t, i: clusterTime.i },
      gzip,
      databases: written,
      kafka,
    };
    await writeManifest(directory, manifest);
    await writeChecksums(directory, sums.set(MANIFEST, await sha256Of(join(directory, MANIFEST))));
    return manifest;
  } finally {
    await session.endSession();
  }
}

/** To the second. */
const timeOf = ({ t }: Timestamp): Date => new Date(t * 1000);

async function requireEmpty(to: string): Promise<void> {
  const present = await readdir(to).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new ToolFailure(`${to} can not be used (${error.code}): give --to a new directory.`);
  });
  if (present.length > 0) throw new ToolFailure(`${to} is not empty: give --to a new directory, a backup is never written over another.`);
}

async function requireRoom(to: string, planned: readonly Plan[], gzip: boolean): Promise<void> {
  const parent = dirname(to);
  await mkdir(parent, { recursive: true });
  const { bavail, bsize } = await statfs(parent);
  const needed = planned.flatMap(({ collections }) => collections).reduce((sum, { bytes }) => sum + bytes, 0);
  if (!gzip && bavail * bsize < needed) throw diskFull(parent, `${megabytes(needed)} are needed and ${megabytes(bavail * bsize)} are free`);
}

const diskFull = (directory: string, why: string) =>
  new ToolFailure(
    `The disk of ${directory} is full (${why}): make room, give another --to, or --gzip. Nothing of the backup was left there.`,
  );

/** The sentence for a disk that is full; other errors are as they were. */
export function explainDisk(to: string, error: unknown): unknown {
  const { code } = error as { code?: unknown };
  return code === 'ENOSPC' || code === 'EDQUOT' ? diskFull(dirname(to), String(code)) : error;
}
