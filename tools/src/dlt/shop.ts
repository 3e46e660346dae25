import { newUuid, systemClock } from '@microshop/chassis/clock';
import { createMongoClient, databaseOf } from '@microshop/chassis/mongo/connection';
import { createMongoStore } from '@microshop/chassis/mongo/mongo-store';
import type { Collection, Document, Store } from '@microshop/chassis/store/store';
import { createUnitOfWork, type RunInTransaction, retryingConflicts } from '@microshop/chassis/store/unit-of-work';
import type { ServiceName } from '@microshop/contracts';
import type { Db, Collection as MongoCollection } from 'mongodb';
import { DltFailure } from './failure.ts';

export const groups: readonly ServiceName[] = ['order-svc', 'inventory-svc', 'loyalty-svc'];

/** One service's database: queries, and its unit of work, whose events the running service's own relay publishes. */
export type Place = { group: ServiceName; db: Db; store: Store; transact: RunInTransaction };
export type Shop = { places: readonly Place[]; placeOf(group: string): Place; close(): Promise<void> };

export const of = <T extends Document>({ db }: Pick<Place, 'db'>, { name }: Collection<T>): MongoCollection<T> => db.collection<T>(name);

export async function openShop(mongodbUrl: string): Promise<Shop> {
  const client = open(mongodbUrl);
  try {
    await client.db('admin').command({ ping: 1 });
  } catch (error) {
    await client.close();
    throw new DltFailure(`MongoDB can not be reached (${(error as Error).message}): start the shop, or set MONGODB_URL.`);
  }
  const places = groups.map((group): Place => {
    const db = databaseOf(client, group);
    const store = createMongoStore(client, db);
    const unitOfWork = createUnitOfWork({ store, clock: systemClock, newId: newUuid, source: `/microshop/${group}` });
    return { group, db, store, transact: retryingConflicts(unitOfWork) };
  });
  return {
    places,
    placeOf(group) {
      const place = places.find((each) => each.group === group);
      if (!place) throw new DltFailure(`There is no group ${group}: it is one of ${groups.join(', ')}.`);
      return place;
    },
    close: () => client.close(),
  };
}

function open(mongodbUrl: string) {
  try {
    return createMongoClient(mongodbUrl, 'dlt');
  } catch {
    // The URL may hold a password.
    throw new DltFailure('MONGODB_URL is no address of a MongoDB: give one like mongodb://127.0.0.1:27017/?replicaSet=rs0.');
  }
}
