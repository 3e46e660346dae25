import { newUuid, systemClock } from '@microshop/chassis/clock';
import { outboxCollection } from '@microshop/chassis/outbox/outbox';
import { createUnitOfWork } from '@microshop/chassis/store/unit-of-work';
import { createFakeStore } from '@microshop/chassis/testing/fake-store';
import type { CustomerDocument } from '../application/collections.ts';

/** A customer with 100 points. */
export const customer: CustomerDocument = {
  _id: 'c1',
  name: 'A customer',
  email: 'c1@example.com',
  blocked: false,
  ledgerSum: 100,
  balance: 100,
  movements: 0,
  version: 1,
  createdAt: new Date(),
};

/** Transactions on a store in memory, and what they told so far. */
export function keptInMemory() {
  const store = createFakeStore();
  const transact = createUnitOfWork({ store, clock: systemClock, newId: newUuid, source: '/test' });
  const told = () =>
    store
      .all(outboxCollection)
      .flatMap(({ events }) => events.map((event) => ({ ...event, data: JSON.parse(String(event.payload)) as Record<string, unknown> })));
  return { store, transact, told };
}
