import { BSON, type ClientSession, type Db, type Document } from 'mongodb';
import { dataFile, metadataFile } from './files.ts';
import type { CollectionEntry } from './manifest.ts';
import { onMoment } from './snapshot.ts';
import { type WriteOptions, writeParts } from './write-file.ts';

export type Plan = { db: Db; collections: readonly CollectionPlan[] };
export type CollectionPlan = { name: string; options: Document; documents: number; bytes: number };

/** What there is to write of a database; counts and sizes are MongoDB's estimates. A capped collection can not be read at a moment: here it holds calls, no data. */
export async function planOf(db: Db): Promise<Plan> {
  const present = await db.listCollections<{ name: string; type?: string; options?: Document }>().toArray();
  const own = present.filter(
    ({ name, type = 'collection', options }) => type === 'collection' && !name.startsWith('system.') && options?.capped !== true,
  );
  const collections = own.map(async ({ name, options = {} }) => {
    const [stats] = await db
      .collection(name)
      .aggregate<{ count: number; size: number }>([
        { $collStats: { storageStats: {} } },
        { $project: { count: '$storageStats.count', size: '$storageStats.size' } },
      ])
      .toArray();
    return { name, options, documents: stats?.count ?? 0, bytes: stats?.size ?? 0 };
  });
  return { db, collections: (await Promise.all(collections)).sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

export type DumpOptions = WriteOptions & {
  session: ClientSession;
  onProgress(what: string, documents: number, bytes: number): void;
};

export type Dumped = { entry: CollectionEntry; sums: [file: string, sha256: string][] };

/** Writes one collection as mongodump does: its documents one after another, and beside them its options and indexes. */
export async function dumpCollection(db: Db, { name, options }: CollectionPlan, dump: DumpOptions): Promise<Dumped> {
  const entry = { name, documents: 0, bytes: 0 };
  const what = `${db.databaseName}.${name}`;
  async function* documents(): AsyncGenerator<Uint8Array> {
    const cursor = db.collection(name).find({}, { ...onMoment(dump.session), raw: true, batchSize: 1000, sort: { $natural: 1 } });
    for await (const document of cursor as unknown as AsyncIterable<Uint8Array>) {
      entry.documents++;
      entry.bytes += document.byteLength;
      dump.onProgress(what, entry.documents, entry.bytes);
      yield document;
    }
  }
  const metadata = { options, indexes: await db.collection(name).indexes(), collectionName: name, type: 'collection' };
  const [data, meta] = [dataFile(db.databaseName, name, dump.gzip), metadataFile(db.databaseName, name, dump.gzip)];
  const sums: Dumped['sums'] = [
    [meta, await writeParts(meta, [Buffer.from(BSON.EJSON.stringify(metadata, { relaxed: false }))], dump)],
    [data, await writeParts(data, documents(), dump)],
  ];
  return { entry, sums };
}
