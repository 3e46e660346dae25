import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AsyncApi } from '@microshop/contracts/asyncapi';
import { ToolFailure } from '../failure.ts';
import { verdict } from './break.ts';
import type { Documents } from './documents.ts';
import { eventBreaks } from './event-breaks.ts';
import { httpBreaks, type OpenApi } from './http-breaks.ts';

const VERSION = /^v?(\d+\.\d+\.\d+)$/;
const EVENTS = 'asyncapi.json';

/** The documents of each release, by its name, the oldest first. */
export async function readSnapshots(directory: string): Promise<Map<string, Documents>> {
  const releases = (await readdir(directory)).filter((name) => VERSION.test(name));
  const inOrder = releases.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  return new Map(await Promise.all(inOrder.map(async (release) => [release, await readSnapshot(join(directory, release))] as const)));
}

async function readSnapshot(directory: string): Promise<Documents> {
  const read = async (file: string) => JSON.parse(await readFile(join(directory, file), 'utf8')) as unknown;
  const services = (await readdir(directory)).filter((file) => file.endsWith('-svc.json'));
  const http = services.map(async (file) => [file.replace('.json', ''), (await read(file)) as OpenApi] as const);
  return { asyncapi: (await read(EVENTS)) as AsyncApi, http: Object.fromEntries(await Promise.all(http)) };
}

/** The name of a release that can be written. */
export function newRelease(directory: string, version: string): string {
  const [, number] = VERSION.exec(version) ?? [];
  if (number === undefined) throw new ToolFailure(`"${version}" is no version: give one like 0.2.0.`);
  const release = `v${number}`;
  if (existsSync(join(directory, release)))
    throw new ToolFailure(`The release ${release} has a snapshot already, and a released contract never changes: give the next version.`);
  return release;
}

/** Writes the snapshot of a release, whole or not at all. */
export async function writeSnapshot(directory: string, release: string, { asyncapi, http }: Documents): Promise<void> {
  const unfinished = join(directory, `.${release}-${randomUUID()}`);
  await mkdir(unfinished, { recursive: true });
  const files: (readonly [string, unknown])[] = [
    [EVENTS, asyncapi],
    ...Object.entries(http).map(([service, document]) => [`${service}.json`, document] as const),
  ];
  try {
    for (const [file, document] of files) await writeFile(join(unfinished, file), `${indented(document)}\n`);
    await rename(unfinished, join(directory, release));
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  }
}

export const indented = (document: unknown): string => JSON.stringify(document, null, 2);

/** A sentence for each thing that breaks somebody who took a released contract. */
export function breaksOf(snapshots: ReadonlyMap<string, Documents>, present: Documents): string[] {
  const breaks = [...snapshots].map(([release, { asyncapi, http }]) => {
    const ofHttp = Object.entries(http).flatMap(([service, before]) => httpBreaks(service, before, present.http[service] ?? { paths: {} }));
    return [release, [...eventBreaks(asyncapi, present.asyncapi), ...ofHttp]] as const;
  });
  return verdict(new Map(breaks));
}
