import { createMongoClient, databaseOf } from '@microshop/chassis/mongo/connection';
import type { Collection, Document } from '@microshop/chassis/store/store';
import type { Db, Collection as MongoCollection } from 'mongodb';

export type Databases = { orders: Db; inventory: Db; loyalty: Db; close(): Promise<void> };

export function openDatabases(url: string): Databases {
  const client = createMongoClient(url, 'audit');
  return {
    orders: databaseOf(client, 'order-svc'),
    inventory: databaseOf(client, 'inventory-svc'),
    loyalty: databaseOf(client, 'loyalty-svc'),
    close: () => client.close(),
  };
}

export const of = <T extends Document>(db: Db, { name }: Collection<T>): MongoCollection<T> => db.collection<T>(name);

/** What one check found: how many things it looked at, and each that is wrong, in words. */
export type Finding = { invariant: string; checked: number; violations: string[] };

/** All documents of a collection, some at a time. */
export async function* pages<T extends Document>(collection: MongoCollection<T>, size = 1000): AsyncGenerator<T[]> {
  let page: T[] = [];
  for await (const document of collection.find({}).batchSize(size)) {
    page.push(document as T);
    if (page.length < size) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}
