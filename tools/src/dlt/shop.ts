import { newUuid, systemClock } from '@microshop/chassis/clock';
import { createMongoStore } from '@microshop/chassis/mongo/mongo-store';
import type { Store } from '@microshop/chassis/store/store';
import { createUnitOfWork, type RunInTransaction, retryingConflicts } from '@microshop/chassis/store/unit-of-work';
import { type Database, type Databases, openDatabases, services } from '../databases.ts';
import type { MongoAddress } from '../running-stack.ts';
import { DltFailure } from './failure.ts';

export { of, services as groups } from '../databases.ts';

/** One service's database: queries, and its unit of work, whose events the running service's own relay publishes. */
export type Place = Database & { store: Store; transact: RunInTransaction };
export type Shop = { places: readonly Place[]; placeOf(group: string): Place; close(): Promise<void> };

export function placeIn({ client, ...databases }: Databases, group: Database['group']): Place {
  const store = createMongoStore(client, databases[group].db);
  const unitOfWork = createUnitOfWork({ store, clock: systemClock, newId: newUuid, source: `/microshop/${group}` });
  return { ...databases[group], store, transact: retryingConflicts(unitOfWork) };
}

export async function openShop(address: MongoAddress): Promise<Shop> {
  const databases = await openDatabases(address, 'dlt');
  const places = services.map((group) => placeIn(databases, group));
  return {
    places,
    placeOf(group) {
      const place = places.find((each) => each.group === group);
      if (!place) throw new DltFailure(`There is no group ${group}: it is one of ${services.join(', ')}.`);
      return place;
    },
    close: databases.close,
  };
}
