import type { Sleep } from '../clock.ts';
import { type BatchConsumerOptions, createBatchConsumer, type Outcome } from '../consumer/batch-consumer.ts';
import { type DeadLetter, deadLetterCollection } from '../consumer/dead-letter.ts';
import { type Handler, need, type Subscription, subscribe } from '../consumer/subscription.ts';
import type { BatchControl, IncomingRecord } from '../kafka/broker.ts';
import { type OutboxEvent, outboxCollection } from '../outbox/outbox.ts';
import { createUnitOfWork, retryingConflicts, type Tx } from '../store/unit-of-work.ts';
import { idsFrom, silent, T0, type Tally, tallies, tallyCollection } from './events.ts';
import { createFakeStore } from './fake-store.ts';

type Count = { tallyId: string; orderId?: string; by: number };

export const sleepSoon: Sleep = () => new Promise((resolve) => setImmediate(resolve));

/** Adds to the tally, in the order of the calls; `onEach` may throw. */
export function counting(onEach: (data: Count, tx: Tx) => void | Promise<void> = () => undefined): Handler<Count> & { seen: Count[] } {
  const seen: Count[] = [];
  return {
    seen,
    needs: ({ data }) => [need(tallyCollection, data.tallyId)],
    async handle({ data }, tx) {
      await onEach(data, tx);
      const tally: Tally = { _id: data.tallyId, count: ((await tx.get(tallyCollection, data.tallyId))?.count ?? 0) + data.by };
      tx.put(tallyCollection, tally);
      tx.afterCommit(() => seen.push(data));
    },
  };
}

/** A consumer of the made-up topic on a fake store. */
export function createConsumerHarness(
  subscriptions: readonly Subscription[] = [subscribe(tallies, { CountedUp: counting() })],
  overrides: Partial<BatchConsumerOptions> = {},
) {
  const store = createFakeStore();
  const outcomes: Outcome[] = [];
  const newId = idsFrom();
  const transact = retryingConflicts(createUnitOfWork({ store, clock: { now: () => T0 }, newId, source: '/test' }), async () => undefined);
  const consumer = createBatchConsumer({
    group: 'inventory-svc',
    subscriptions,
    transact,
    newId,
    sleep: sleepSoon,
    logger: silent,
    observe: (news) => outcomes.push(...news),
    ...overrides,
  });

  const createControl = (overrides: Partial<BatchControl> = {}) => {
    const handled: string[] = [];
    let beats = 0;
    const control: BatchControl = {
      heartbeat: async () => void beats++,
      handled: (offset) => void handled.push(offset),
      isRunning: () => true,
      ...overrides,
    };
    return { ...control, offsets: handled, beats: () => beats };
  };

  return {
    store,
    outcomes,
    transact,
    consumer,
    createControl,
    /** Delivers the records as one batch of one partition; the offsets that were handled. */
    async deliver(records: readonly IncomingRecord[], control = createControl(), partition = 0): Promise<string[]> {
      await consumer.onBatch({ topic: tallies.name, partition, records }, control);
      return control.offsets;
    },
    results: () => outcomes.map(({ result }) => result),
    count: (id = 'a') => store.find(tallyCollection, id)?.count,
    letters: (): DeadLetter[] => store.all(deadLetterCollection),
    published: (): OutboxEvent[] => store.all(outboxCollection).flatMap(({ events }) => events),
  };
}

/** What was read from the outbox, as the broker would deliver it. */
export const asRecord = ({ key, payload, headers }: OutboxEvent, offset: string): IncomingRecord => ({
  offset,
  key: key === null ? null : Buffer.from(key),
  value: payload === null ? null : Buffer.from(payload),
  headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Buffer.from(value)])),
  appendedAt: T0,
});
