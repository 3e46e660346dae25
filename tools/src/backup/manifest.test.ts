import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CHECKSUMS, MANIFEST, type Manifest, readManifest, requireUndamaged, sha256Of, writeChecksums, writeManifest } from './manifest.ts';

const manifest: Manifest = {
  format: 1,
  microshop: '0.1.0',
  mongodb: '6.0.5',
  startedAt: '2026-02-10T12:00:00.000Z',
  finishedAt: '2026-02-10T12:00:01.000Z',
  pointInTime: '2026-02-10T12:00:00.000Z',
  clusterTime: { t: 1_770_724_800, i: 1 },
  gzip: false,
  databases: { order_svc: [{ name: 'orders', documents: 1, bytes: 5 }] },
  kafka: { ends: { 'a/0': '1' }, groups: { 'order-svc': { 'a/0': '1' } } },
};
const DATA = join('order_svc', 'orders.bson');

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'microshop-manifest-'));
  await mkdir(join(directory, 'order_svc'));
  await writeFile(join(directory, DATA), 'bytes');
  await writeManifest(directory, manifest);
  const sums = [DATA, MANIFEST].map(async (file) => [file, await sha256Of(join(directory, file))] as const);
  await writeChecksums(directory, new Map(await Promise.all(sums)));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

test('what was written is read again, and its checksums are those of sha256sum', async () => {
  await requireUndamaged(directory);
  expect(await readManifest(directory)).toEqual(manifest);
  expect(await readFile(join(directory, CHECKSUMS), 'utf8')).toMatch(/^[0-9a-f]{64} {2}order_svc\/orders\.bson\n/);
});

test.each<[what: string, harm: (file: string) => Promise<void>, sentence: RegExp]>([
  [
    'a byte too many',
    (file) => appendFile(file, 'x'),
    /orders\.bson is damaged: its checksum is not that of the backup\. Nothing was restored/,
  ],
  ['a missing file', (file) => rm(file), /orders\.bson is missing/],
])('%s is named', async (_, harm, sentence) => {
  await harm(join(directory, DATA));
  await expect(requireUndamaged(directory)).rejects.toThrow(sentence);
});

test('a directory without checksums is no whole backup', async () => {
  await rm(join(directory, CHECKSUMS));
  await expect(requireUndamaged(directory)).rejects.toThrow('is no whole backup');
});

test('a list of checksums that has lost its end is damaged', async () => {
  const [first] = (await readFile(join(directory, CHECKSUMS), 'utf8')).split('\n');
  await writeFile(join(directory, CHECKSUMS), `${first}\n`);
  await expect(requireUndamaged(directory)).rejects.toThrow('SHA256SUMS is damaged');
});

test('a manifest of a later format is not guessed at', async () => {
  await writeFile(join(directory, MANIFEST), JSON.stringify({ ...manifest, format: 2 }));
  await expect(readManifest(directory)).rejects.toThrow('restore with the version that made the backup');
});
