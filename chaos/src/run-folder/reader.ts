import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { faultsOf } from '@microshop/chassis/events/event-schema';
import type { Document } from '@microshop/chassis/store/store';
import type { Static, TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import {
  type Databases,
  type Dump,
  fileNames,
  GroupOffset,
  HistoryEntry,
  Meta,
  NemesisEntry,
  ObservedEntry,
  type Run,
  RunFolderError,
  StoredDocument,
  services,
  TopicRecord,
} from '../run-folder.ts';
import { decode } from './encoding.ts';

/** The whole run; throws a RunFolderError that names the file and the line where it is not one. */
export function readRun(folder: string): Run {
  const at = (name: string) => join(folder, name);
  const isReplayed = namesIn(folder).includes(fileNames.replayed);
  return {
    meta: readMeta(at(fileNames.meta)),
    history: readLines(at(fileNames.history), HistoryEntry),
    nemesis: readLines(at(fileNames.nemesis), NemesisEntry),
    observed: readLines(at(fileNames.observed), ObservedEntry),
    ...readDump(folder),
    ...(isReplayed && { replayed: readDump(at(fileNames.replayed)) }),
  };
}

const readDump = (folder: string): Dump => ({
  databases: readDatabases(join(folder, fileNames.databases)),
  records: readLines(join(folder, fileNames.topics), TopicRecord),
  offsets: readLines(join(folder, fileNames.offsets), GroupOffset),
});

function readDatabases(folder: string): Databases {
  const names = namesIn(folder);
  const ofService = (service: string): Record<string, readonly Document[]> => {
    const files = names.filter((name) => name.startsWith(`${service}.`) && name.endsWith('.jsonl'));
    if (files.length === 0) throw new RunFolderError(`${folder} has no collection of ${service}: the run was not recorded. Run it again.`);
    return Object.fromEntries(
      files.map((name) => [name.slice(service.length + 1, -'.jsonl'.length), readLines(join(folder, name), StoredDocument)]),
    );
  };
  return Object.fromEntries(services.map((service) => [service, ofService(service)])) as Databases;
}

function readMeta(file: string): Meta {
  return checked(file, Compile(Meta), parsed(file, textOf(file)));
}

function readLines<T extends TSchema>(file: string, schema: T): Static<T>[] {
  const lines = textOf(file).split('\n');
  if (lines.at(-1) === '') lines.pop();
  const check = Compile(schema);
  const entries = lines.map((line, index) => parsed(`${file}:${index + 1}`, line));
  requireEnd(file, entries);
  return entries.slice(0, -1).map((entry, index) => checked(`${file}:${index + 1}`, check, entry));
}

function requireEnd(file: string, entries: readonly unknown[]): void {
  const last = entries.at(-1);
  const end = typeof last === 'object' && last !== null && 'end' in last ? last.end : undefined;
  if (end === entries.length - 1) return;
  const place = entries.length === 0 ? file : `${file}:${entries.length}`;
  if (typeof end === 'number')
    throw new RunFolderError(`${place} says that the file has ${end} entries, and it has ${entries.length - 1}. Take a run that is whole.`);
  throw new RunFolderError(
    `${place} is cut short: the line that ends the file is missing. The run or its copy was stopped; take one that is whole.`,
  );
}

function parsed(place: string, text: string): unknown {
  try {
    return decode(text);
  } catch {
    throw new RunFolderError(`${place} is no JSON: the file is damaged or cut short. Take a run that is whole.`);
  }
}

function checked<T extends TSchema>(place: string, check: Validator<Record<never, never>, T>, value: unknown): Static<T> {
  if (check.Check(value)) return value as Static<T>;
  throw new RunFolderError(
    `${place} is not what belongs there: ${faultsOf(check as unknown as Validator, value)}. Take a run of this version.`,
  );
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw missing(file, error);
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    throw missing(folder, error);
  }
}

const missing = (path: string, error: unknown) =>
  new RunFolderError(`${path} can not be read (${(error as NodeJS.ErrnoException).code}). Give the folder of a whole run.`);
