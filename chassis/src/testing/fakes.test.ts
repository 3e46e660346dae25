import { describe, expect, test, vi } from 'vitest';
import { createBatchConsumer } from '../consumer/batch-consumer.ts';
import { deadLetterCollection } from '../consumer/dead-letter.ts';
import { subscribe } from '../consumer/subscription.ts';
import { topicSpecsFor } from '../kafka/topic-specs.ts';
import { createLease } from '../outbox/lease.ts';
import { outboxCollection } from '../outbox/outbox.ts';
import { createOutboxRelay } from '../outbox/outbox-relay.ts';
import { createUnitOfWork, retryingConflicts } from '../store/unit-of-work.ts';
import { counting, sleepSoon } from './consumer-harness.ts';
import { idsFrom, silent, type Tally, tallies, tallyCollection } from './events.ts';
import { createFakeBroker, type SendFault } from './fake-broker.ts';
import { createFakeLeases, createFakeOutbox } from './fake-outbox.ts';
import { createFakeStore, type FakeStore, type StoreFault } from './fake-store.ts';

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One service publishes counts, another handles them; stores, broker and membership fail at random until they are mended. */
async function play(seed: number) {
  const random = randomFrom(seed);
  let broken = true;
  const pick = <F>(share: number, faults: readonly F[]): F | undefined =>
    broken && random() < share ? faults[Math.floor(random() * faults.length)] : undefined;
  const clock = { now: () => new Date(0) };
  const newStore = () =>
    createFakeStore({
      fault: () =>
        pick<StoreFault>(0.1, ['conflict', 'unavailable', 'unknown, written', 'unknown, not written', new TypeError('a bug, once')]),
    });
  const broker = createFakeBroker({ fault: () => pick<SendFault>(0.3, ['away', 'answer lost', 'unsendable']) });
  await broker.ensureTopics(topicSpecsFor('inventory-svc', [tallies]));

  const transactOn = (store: FakeStore, prefix: string) =>
    retryingConflicts(createUnitOfWork({ store, clock, newId: idsFrom(prefix), source: '/test' }), sleepSoon);
  const relayOn = (store: FakeStore, holder: string) =>
    createOutboxRelay({
      outbox: createFakeOutbox(store),
      lease: createLease({ store: createFakeLeases(store, clock.now), name: 'outbox', holder, ttlMs: 3000 }),
      broker,
      // What is stuck is tried again at each look.
      clock: { now: () => new Date(performance.now() * 60_000) },
      sleep: sleepSoon,
      logger: silent,
      pollIntervalMs: 1,
    });

  const [writer, reader] = [newStore(), newStore()];
  const relays = [relayOn(writer, 'writer'), relayOn(reader, 'reader')];
  const consumption = await broker.consume(
    createBatchConsumer({
      group: 'inventory-svc',
      subscriptions: [subscribe(tallies, { CountedUp: counting() })],
      transact: transactOn(reader, 'read'),
      newId: idsFrom('letter'),
      sleep: sleepSoon,
      logger: silent,
    }),
  );
  for (const relay of relays) relay.start();

  const write = transactOn(writer, 'written');
  const wanted = new Map<string, number>();
  for (let nth = 0; nth < 60; nth++) {
    const tallyId = `tally-${Math.floor(random() * 5)}`;
    const before = writer.all(outboxCollection).length;
    if (random() < 0.2) broker.fence(broken ? new Error('REBALANCE_IN_PROGRESS') : undefined);
    else broker.fence(undefined);
    await write(async (tx) => tx.publish(tallies, 'CountedUp', { tallyId, by: 1 }, { type: 'tally', id: tallyId, version: nth })).catch(
      () => undefined,
    );
    // What was committed counts, whatever the writer was told.
    if (writer.all(outboxCollection).length > before) wanted.set(tallyId, (wanted.get(tallyId) ?? 0) + 1);
    await sleepSoon(0);
  }
  broken = false;
  broker.fence(undefined);

  const letters = () => reader.all(deadLetterCollection);
  // A bug that strikes one event three times in a row makes it a dead letter.
  const countOf = ({ _id, count }: Tally) => count + letters().filter(({ key }) => Buffer.from(key ?? []).toString() === _id).length;
  const counts = () => new Map(reader.all(tallyCollection).map((tally) => [tally._id, countOf(tally)]));
  try {
    await vi.waitFor(() => expect(new Map([...counts()].sort())).toEqual(new Map([...wanted].sort())), { timeout: 5000, interval: 5 });
    await vi.waitFor(() =>
      expect([...writer.all(outboxCollection), ...reader.all(outboxCollection)].filter(({ pending }) => pending)).toEqual([]),
    );
  } finally {
    await consumption.stop();
    await Promise.all(relays.map((relay) => relay.stop()));
  }
  return { wanted, letters: letters().length, sends: broker.sends.flat().length, open: writer.open + reader.open };
}

describe('unit of work, outbox, relay and consumer together, on the fakes', () => {
  const first = Number(process.env.SEED ?? 1);
  test.each(Array.from({ length: 25 }, (_, nth) => first + nth))(
    'each committed event has its effect exactly once or is a dead letter, with seed %i',
    async (seed) => {
      const { wanted, letters, sends, open } = await play(seed);
      expect([...wanted.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(20);
      expect(sends).toBeGreaterThan(20);
      expect(letters).toBeLessThan(5);
      expect(open).toBe(0);
    },
  );
});
