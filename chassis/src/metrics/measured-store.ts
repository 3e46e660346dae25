import { outboxCollection } from '../outbox/outbox.ts';
import { findStoreError, type Store, type StoreSession, ValidatorRefusal, type Write } from '../store/store.ts';
import { chassisMetrics } from './catalogue.ts';
import type { Metrics } from './metrics.ts';

type Outcome = 'committed' | 'conflict' | 'unknown' | 'unavailable' | 'refused' | 'abandoned';

/** The store, with its transactions counted. */
export function measureStore(store: Store, metrics: Metrics): Store {
  const transactions = metrics.counter(chassisMetrics.transactions);
  const duration = metrics.histogram(chassisMetrics.transactionDuration);
  const refusals = metrics.counter(chassisMetrics.validatorRefusals);
  const events = metrics.counter(chassisMetrics.events);
  const count = (outcome: Outcome, began: number) => {
    transactions.add({ outcome });
    duration.observe({}, (performance.now() - began) / 1000);
  };

  function measured(session: StoreSession, began: number): StoreSession {
    let outcome: Outcome = 'abandoned';
    const watching = <R>(work: Promise<R>): Promise<R> =>
      work.catch((error: unknown) => {
        outcome = findStoreError(error)?.kind ?? 'refused';
        if (error instanceof ValidatorRefusal) refusals.add({ collection: error.collection });
        throw error;
      });
    return {
      read: (collection, ids) => watching(session.read(collection, ids)),
      hasAny: (collection, idPrefix) => watching(session.hasAny(collection, idPrefix)),
      async commit(writes) {
        await watching(session.commit(writes));
        outcome = 'committed';
        for (const { topic, type } of writes.flatMap(eventsOf)) events.add({ topic, type });
      },
      async end() {
        await session.end();
        count(outcome, began);
      },
    };
  }

  return {
    async begin() {
      const began = performance.now();
      try {
        return measured(await store.begin(), began);
      } catch (error) {
        count(findStoreError(error)?.kind ?? 'unavailable', began);
        throw error;
      }
    },
  };
}

const eventsOf = (write: Write) =>
  write.kind === 'insert' && write.collection.name === outboxCollection.name
    ? (write.document as NonNullable<typeof outboxCollection.documentType>).events
    : [];
