import { createReadStream } from 'node:fs';
import { PassThrough } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { BSON } from 'mongodb';

/** Numbers and the like keep the type that they had: written again, a document is the same to the byte. */
const AS_THEY_ARE = { promoteValues: false, promoteLongs: false, promoteBuffers: false, bsonRegExp: true } as const;

/** The documents of a `.bson` file, one after another. */
export async function* readDocuments(file: string, gzip: boolean): AsyncGenerator<{ document: BSON.Document; bytes: number }> {
  const source = createReadStream(file, { highWaterMark: 1 << 20 });
  const plain = source.pipe(gzip ? createGunzip() : new PassThrough());
  source.on('error', (error) => plain.destroy(error));
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of plain as AsyncIterable<Buffer>) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let length = lengthOf(rest); length !== undefined && length <= rest.length; length = lengthOf(rest)) {
      yield { document: BSON.deserialize(rest.subarray(0, length), AS_THEY_ARE), bytes: length };
      rest = rest.subarray(length);
    }
  }
  if (rest.length > 0) throw new Error(`${file} ends within a document`);
}

/** Each document begins with its own length. */
const lengthOf = (bytes: Buffer): number | undefined => (bytes.length < 4 ? undefined : bytes.readInt32LE(0));
