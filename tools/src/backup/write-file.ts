import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PassThrough, Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

export type WriteOptions = { directory: string; gzip: boolean; signal: AbortSignal };

/** Writes the parts to a new file, compressed where asked, down to the disk; answers the SHA-256 of the file. */
export async function writeParts(
  file: string,
  parts: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { directory, gzip, signal }: WriteOptions,
): Promise<string> {
  const path = join(directory, file);
  await mkdir(dirname(path), { recursive: true });
  const hash = createHash('sha256');
  const hashing = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  const target = createWriteStream(path, { flags: 'wx', flush: true });
  // Fast: the documents are written once and read rarely.
  await pipeline(Readable.from(parts), gzip ? createGzip({ level: 1 }) : new PassThrough(), hashing, target, { signal });
  return hash.digest('hex');
}
