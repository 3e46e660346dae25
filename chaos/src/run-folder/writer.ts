import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { finished } from 'node:stream/promises';
import { fileNames, type HistoryEntry, type Meta, type NemesisEntry } from '../run-folder.ts';
import { encode } from './encoding.ts';

/** The part of a run's folder that is written while it runs. */
export type RunFolder = {
  readonly folder: string;
  history(entry: HistoryEntry): void;
  nemesis(entry: NemesisEntry): void;
  /** Adds to how often a service's consumers came to this result. */
  observed(service: string, result: string, count: number): void;
  /** Writes the ends of the files; without them the folder is cut short. */
  close(): Promise<void>;
};

export function createRunFolder(folder: string, meta: Meta): RunFolder {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, fileNames.meta), `${encode(meta)}\n`);
  const history = openLines(join(folder, fileNames.history));
  const nemesis = openLines(join(folder, fileNames.nemesis));
  const counts = new Map<string, { service: string; result: string; count: number }>();
  return {
    folder,
    history: (entry) => history.write(entry),
    nemesis: (entry) => nemesis.write(entry),
    observed(service, result, count) {
      const entry = counts.getOrInsertComputed(`${service} ${result}`, () => ({ service, result, count: 0 }));
      entry.count += count;
    },
    async close() {
      await Promise.all([history.end(), nemesis.end(), writeLines(join(folder, fileNames.observed), counts.values())]);
    },
  };
}

export type LineWriter = { write(entry: unknown): void; end(): Promise<void> };

/** A file of one entry a line, with its end. */
export function openLines(file: string): LineWriter {
  mkdirSync(dirname(file), { recursive: true });
  const stream = createWriteStream(file);
  let count = 0;
  return {
    write(entry) {
      count++;
      stream.write(`${encode(entry)}\n`);
    },
    async end() {
      stream.end(`${encode({ end: count })}\n`);
      await finished(stream);
    },
  };
}

export async function writeLines(file: string, entries: Iterable<unknown> | AsyncIterable<unknown>): Promise<void> {
  const lines = openLines(file);
  for await (const entry of entries) lines.write(entry);
  await lines.end();
}
