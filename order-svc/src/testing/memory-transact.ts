import { newUuid } from '@microshop/chassis/clock';
import { outboxCollection } from '@microshop/chassis/outbox/outbox';
import { createUnitOfWork, retryingConflicts } from '@microshop/chassis/store/unit-of-work';
import { createFakeStore } from '@microshop/chassis/testing/fake-store';
import { at } from './builders.ts';

/** Units of work on a store in memory, at `at(30)`, and the events that they committed. */
export function memoryTransact() {
  const store = createFakeStore();
  const unitOfWork = createUnitOfWork({ store, clock: { now: () => at(30) }, newId: newUuid, source: '/microshop/order-svc' });
  return {
    store,
    transact: retryingConflicts(unitOfWork, async () => {}),
    events: () => store.all(outboxCollection).flatMap(({ events }) => events),
  };
}
