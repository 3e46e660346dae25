import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { readRun } from '../run-folder/reader.ts';
import type { Run } from '../run-folder.ts';

/**
 * A real run of 14 s: 7 clients, loyalty-svc and order-svc killed, poison of five kinds, duplicates, and then everything replayed.
 * The packed file has the content of each file by its path. Who unpacks it takes the folder away.
 */
export function unpackRecordedRun(): { folder: string; remove(): void } {
  const packed = brotliDecompressSync(readFileSync(new URL('./recorded-run.json.br', import.meta.url)));
  const files = JSON.parse(packed.toString('utf8')) as Record<string, string>;
  const folder = mkdtempSync(join(tmpdir(), 'microshop-recorded-run-'));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}

export function recordedRun(): Run {
  const { folder, remove } = unpackRecordedRun();
  try {
    return readRun(folder);
  } finally {
    remove();
  }
}
