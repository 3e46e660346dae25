import { type Clock, newUuid, systemClock } from '@microshop/chassis/clock';
import { createMongoClient } from '@microshop/chassis/mongo/connection';
import { ensureCollections } from '@microshop/chassis/mongo/ensure-collections';
import { createMongoStore } from '@microshop/chassis/mongo/mongo-store';
import { outboxCollection } from '@microshop/chassis/outbox/outbox';
import { createUnitOfWork, retryingConflicts } from '@microshop/chassis/store/unit-of-work';
import { inject } from 'vitest';
import { collections } from '../application/collections.ts';
import { createUseCases } from '../application/use-cases.ts';
import { createFindDueHolds } from '../persistence/due-holds-query.ts';
import { createListMovements } from '../persistence/movement-list-query.ts';
import { createListProducts } from '../persistence/product-list-query.ts';

export const HOLD_TTL_MS = 60_000;

/** A database of its own for one test file; several instances of the use cases can work on it, with a clock that tests turn. */
export async function openInventoryOnMongodb() {
  const client = createMongoClient(inject('mongodbUrl'), 'test');
  const db = client.db(`test_${newUuid()}`);
  await ensureCollections(db, [outboxCollection, ...collections]);
  let offsetMs = 0;
  const clock: Clock = { now: () => new Date(systemClock.now().getTime() + offsetMs) };
  const queries = { listProducts: createListProducts(db), listMovements: createListMovements(db), findDueHolds: createFindDueHolds(db) };
  return {
    db,
    newInstance() {
      const unitOfWork = createUnitOfWork({ store: createMongoStore(client, db), clock, newId: newUuid, source: '/test' });
      const transact = retryingConflicts(unitOfWork);
      const ports = { transact, clock, newId: newUuid, ...queries };
      return { transact, ...createUseCases(ports, { shopCurrency: 'EUR', holdTtlMs: HOLD_TTL_MS }) };
    },
    pass: (ms: number) => {
      offsetMs += ms;
    },
    async close() {
      await db.dropDatabase();
      await client.close();
    },
  };
}
