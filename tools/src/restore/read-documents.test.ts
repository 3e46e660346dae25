import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { BSON, Double, Int32, Long } from 'mongodb';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readDocuments } from './read-documents.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'microshop-bson-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const documents = Array.from({ length: 300 }, (_, nth) =>
  BSON.serialize({
    _id: `order-${nth}`,
    whole: new Int32(7),
    half: new Double(7),
    long: Long.fromNumber(7),
    bytes: new Uint8Array([1, 2]),
    at: new Date(nth),
    none: null,
    // Longer than what is read at once.
    text: 'x'.repeat(nth === 100 ? 3_000_000 : 10),
  }),
);

async function read(bytes: Uint8Array, gzip: boolean): Promise<Uint8Array[]> {
  const file = join(directory, 'orders.bson');
  await writeFile(file, bytes);
  const found: Uint8Array[] = [];
  for await (const { document } of readDocuments(file, gzip)) found.push(BSON.serialize(document));
  return found;
}

test.each([false, true])('documents come back to the byte, compressed: %s', async (gzip) => {
  const whole = Buffer.concat(documents);
  expect(Buffer.concat(await read(gzip ? gzipSync(whole) : whole, gzip)).equals(whole)).toBe(true);
});

test('a file that ends within a document is not taken for a whole one', async () => {
  await expect(read(Buffer.concat(documents).subarray(0, -1), false)).rejects.toThrow('ends within a document');
});
