import { createMongoClient, databaseOf } from '@microshop/chassis/mongo/connection';
import type { Collection, Document } from '@microshop/chassis/store/store';
import type { ServiceName } from '@microshop/contracts';
import type { AggregationCursor, Db, Filter, FindCursor, FindOptions, MongoClient, Collection as MongoCollection, WithId } from 'mongodb';
import { ToolFailure } from './failure.ts';
import type { MongoAddress } from './running-stack.ts';

export const services: readonly ServiceName[] = ['order-svc', 'inventory-svc', 'loyalty-svc'];

/** One service's database. */
export type Database = { group: ServiceName; db: Db };
export type Databases = Readonly<Record<ServiceName, Database>> & { readonly client: MongoClient; close(): Promise<void> };

export const of = <T extends Document>({ db }: Pick<Database, 'db'>, { name }: Collection<T>): MongoCollection<T> => db.collection<T>(name);

/** The databases of the three services; fails with a ToolFailure when MongoDB is not there. */
export async function openDatabases(address: MongoAddress, appName: string, socketTimeoutMs?: number): Promise<Databases> {
  const client = open(address, appName, socketTimeoutMs);
  try {
    await client.db('admin').command({ ping: 1 });
  } catch (error) {
    await client.close();
    throw new ToolFailure(`MongoDB can not be reached (${(error as Error).message}): start the shop, or set MONGODB_URL.`);
  }
  const database = (group: ServiceName): Database => ({ group, db: databaseOf(client, group) });
  return {
    client,
    'order-svc': database('order-svc'),
    'inventory-svc': database('inventory-svc'),
    'loyalty-svc': database('loyalty-svc'),
    close: () => client.close(),
  };
}

function open({ mongodbUrl, mongodbTlsCaFile }: MongoAddress, appName: string, socketTimeoutMs: number | undefined): MongoClient {
  try {
    return createMongoClient(mongodbUrl, appName, mongodbTlsCaFile, socketTimeoutMs);
  } catch {
    // The URL may hold a password.
    throw new ToolFailure('MONGODB_URL is no address of a MongoDB: give one like mongodb://127.0.0.1:27017/?replicaSet=rs0.');
  }
}

/** Reads of one database as it was at one moment: that of its first read. */
export type Snapshot = {
  find<T extends Document>(collection: Collection<T>, filter: Filter<T>, options?: FindOptions): FindCursor<WithId<T>>;
  aggregate<R extends object>(collection: Collection<Document>, pipeline: object[]): AggregationCursor<R>;
  end(): Promise<void>;
};

/** The server keeps what a snapshot reads for 5 minutes (`minSnapshotHistoryWindowInSeconds`). */
export function openSnapshot({ db }: Pick<Database, 'db'>): Snapshot {
  const session = db.client.startSession({ snapshot: true });
  // The client's own read concern would take its place.
  const onIt = { session, readConcern: { level: 'snapshot' } } as const;
  return {
    find: <T extends Document>({ name }: Collection<T>, filter: Filter<T>, options: FindOptions = {}) =>
      db.collection<T>(name).find(filter, { ...options, ...onIt }),
    aggregate: <R extends object>({ name }: Collection<Document>, pipeline: object[]) => db.collection(name).aggregate<R>(pipeline, onIt),
    end: () => session.endSession(),
  };
}

export async function onSnapshot<R>(database: Pick<Database, 'db'>, work: (snapshot: Snapshot) => Promise<R>): Promise<R> {
  const snapshot = openSnapshot(database);
  try {
    return await work(snapshot);
  } finally {
    await snapshot.end();
  }
}
