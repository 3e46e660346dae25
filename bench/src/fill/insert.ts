import type { Document } from '@microshop/chassis/store/store';
import type { Collection } from 'mongodb';

const CHUNK = 5000;

/** Inserts a sequence in chunks, one under way while the next is made. */
export async function insertAll<T extends Document>(collection: Collection<T>, documents: Iterable<T>): Promise<void> {
  let underWay: Promise<unknown> = Promise.resolve();
  for (const chunk of chunksOf(documents)) {
    await underWay;
    underWay = (collection as unknown as Collection<Document>).insertMany(chunk, { ordered: false });
    // Awaited with the next chunk; until then a failure is nobody's.
    underWay.catch(() => undefined);
  }
  await underWay;
}

function* chunksOf<T>(items: Iterable<T>): Generator<T[]> {
  let chunk: T[] = [];
  for (const item of items) {
    chunk.push(item);
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
