import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { BSON, type Db, type Document, type IndexDescription } from 'mongodb';
import { dataFile, metadataFile } from '../backup/files.ts';
import type { CollectionEntry } from '../backup/manifest.ts';
import { readDocuments } from './read-documents.ts';

export type LoadOptions = {
  directory: string;
  gzip: boolean;
  signal: AbortSignal;
  onProgress(what: string, documents: number, bytes: number): void;
};

type Metadata = { options: Document; indexes: (IndexDescription & { v?: number })[] };

const BATCH_DOCUMENTS = 1000;
const BATCH_BYTES = 8e6;

/** Makes a collection as it was: options, documents, indexes. Fails when it does not hold as many documents as the backup counts. */
export async function loadCollection(db: Db, { name, documents }: CollectionEntry, load: LoadOptions): Promise<void> {
  const { options, indexes } = await readMetadata(join(load.directory, metadataFile(db.databaseName, name, load.gzip)), load.gzip);
  await db.createCollection(name, options);
  await insertAll(db, name, load);
  // Before the indexes, of which one may let documents expire.
  const there = await db.collection(name).countDocuments({});
  if (there !== documents) throw new Error(`${db.databaseName}.${name} holds ${there} documents instead of ${documents}`);
  const own = indexes.filter((index) => index.name !== '_id_');
  if (own.length > 0) await db.command({ createIndexes: name, indexes: own });
}

async function readMetadata(file: string, gzip: boolean): Promise<Metadata> {
  const bytes = await readFile(file);
  return BSON.EJSON.parse((gzip ? gunzipSync(bytes) : bytes).toString('utf8')) as unknown as Metadata;
}

async function insertAll(db: Db, name: string, { directory, gzip, signal, onProgress }: LoadOptions): Promise<void> {
  const what = `${db.databaseName}.${name}`;
  let batch: Document[] = [];
  let [inBatch, done, read] = [0, 0, 0];
  const flush = async () => {
    if (batch.length === 0) return;
    signal.throwIfAborted();
    // What the database took once it takes again, whatever its rules have become.
    await db.collection(name).insertMany(batch, { ordered: false, bypassDocumentValidation: true });
    done += batch.length;
    onProgress(what, done, read);
    [batch, inBatch] = [[], 0];
  };
  for await (const { document, bytes } of readDocuments(join(directory, dataFile(db.databaseName, name, gzip)), gzip)) {
    batch.push(document);
    inBatch += bytes;
    read += bytes;
    if (batch.length === BATCH_DOCUMENTS || inBatch > BATCH_BYTES) await flush();
  }
  await flush();
}
