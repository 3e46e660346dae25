import { describe, expect, test, vi } from 'vitest';
import { type OutboxDocument, outboxCollection } from '../outbox/outbox.ts';
import { idsFrom, T0, type Tally, tallies, tallyCollection } from '../testing/events.ts';
import { createFakeStore } from '../testing/fake-store.ts';
import { StoreError } from './store.ts';
import { createUnitOfWork, retryingConflicts, type Tx } from './unit-of-work.ts';

function setUp() {
  const store = createFakeStore();
  const onCommit = vi.fn();
  const transact = createUnitOfWork({ store, clock: { now: () => T0 }, newId: idsFrom(), source: '/test', onCommit });
  const retried: number[] = [];
  const retrying = retryingConflicts(transact, async (attempt) => void retried.push(attempt));
  return { store, onCommit, transact, retrying, retried };
}

async function count(tx: Tx, id: string, by = 1): Promise<Tally> {
  const tally = { _id: id, count: ((await tx.get(tallyCollection, id))?.count ?? 0) + by };
  tx.put(tallyCollection, tally);
  return tally;
}
const publish = (tx: Tx, tallyId = 'a', by = 1, version = 1) =>
  tx.publish(tallies, 'CountedUp', { tallyId, by }, { type: 'tally', id: tallyId, version });
const outboxOf = (store: ReturnType<typeof createFakeStore>) => store.all(outboxCollection);

describe('reading and writing', () => {
  test('a document is read once and seen with its own changes', async () => {
    const { store, transact } = setUp();
    store.seed(tallyCollection, { _id: 'a', count: 1 });
    await transact(async (tx) => {
      await count(tx, 'a');
      await count(tx, 'a');
      expect((await tx.get(tallyCollection, 'a'))?.count).toBe(3);
    });
    expect(store.find(tallyCollection, 'a')).toEqual({ _id: 'a', count: 3 });
    expect(store.reads).toEqual([{ collection: 'tallies', ids: ['a'] }]);
    expect(store.commits).toHaveLength(1);
    expect(store.commits[0]).toHaveLength(1);
  });

  test('load reads many at once and each of them once', async () => {
    const { store, transact } = setUp();
    await transact(async (tx) => {
      await tx.get(tallyCollection, 'a');
      await tx.load(tallyCollection, ['a', 'b', 'c', 'b']);
      await tx.load(tallyCollection, ['b', 'c']);
      await tx.get(tallyCollection, 'c');
    });
    expect(store.reads.map(({ ids }) => ids)).toEqual([['a'], ['b', 'c']]);
  });

  test('whether there is any document is asked once, and what the transaction itself writes counts', async () => {
    const { store, transact } = setUp();
    store.seed(tallyCollection, { _id: 'x/1', count: 1 });
    await transact(async (tx) => {
      expect(await tx.hasAny(tallyCollection, 'x/')).toBe(true);
      expect(await tx.hasAny(tallyCollection, 'y/')).toBe(false);
      store.failNext('read', 'unavailable');
      expect(await tx.hasAny(tallyCollection, 'y/')).toBe(false);
      tx.insert(tallyCollection, { _id: 'y/1', count: 1 });
      expect(await tx.hasAny(tallyCollection, 'y/')).toBe(true);
    });
  });

  test('writes tell a new document from a replaced and a removed one, and leave out what never was', async () => {
    const { store, transact } = setUp();
    store.seed(tallyCollection, { _id: 'old', count: 1 }, { _id: 'gone', count: 1 }, { _id: 'read', count: 1 });
    await transact(async (tx) => {
      await tx.load(tallyCollection, ['old', 'gone', 'read', 'new', 'never']);
      for (const id of ['old', 'new', 'never']) tx.put(tallyCollection, { _id: id, count: 2 });
      tx.remove(tallyCollection, 'gone');
      tx.remove(tallyCollection, 'never');
      tx.insert(tallyCollection, { _id: 'sure', count: 2 });
    });
    expect(store.commits[0]?.map((write) => [write.kind, write.kind === 'remove' ? write.id : write.document._id])).toEqual([
      ['replace', 'old'],
      ['remove', 'gone'],
      ['insert', 'new'],
      ['insert', 'sure'],
    ]);
    expect(store.commits[0]?.[0]).toMatchObject({ former: { _id: 'old', count: 1 }, document: { _id: 'old', count: 2 } });
  });

  test('a document that was removed can be put again in the same transaction', async () => {
    const { store, transact } = setUp();
    store.seed(tallyCollection, { _id: 'a', count: 1 });
    await transact(async (tx) => {
      await tx.get(tallyCollection, 'a');
      tx.remove(tallyCollection, 'a');
      expect(await tx.get(tallyCollection, 'a')).toBeUndefined();
      tx.put(tallyCollection, { _id: 'a', count: 9 });
    });
    expect(store.find(tallyCollection, 'a')?.count).toBe(9);
  });

  test('a write without a read in the same transaction is a bug', async () => {
    const { transact } = setUp();
    await expect(transact(async (tx) => tx.put(tallyCollection, { _id: 'a', count: 1 }))).rejects.toThrow('without being read');
    await expect(transact(async (tx) => tx.remove(tallyCollection, 'a'))).rejects.toThrow('without being read');
  });

  test('an id that is inserted twice in one transaction is a bug', async () => {
    const { transact } = setUp();
    const twice = transact(async (tx) => {
      tx.insert(tallyCollection, { _id: 'a', count: 1 });
      tx.insert(tallyCollection, { _id: 'a', count: 2 });
    });
    await expect(twice).rejects.toThrow('twice');
  });

  test('a transaction that only reads commits nothing and tells nobody', async () => {
    const { store, onCommit, transact } = setUp();
    await transact((tx) => tx.get(tallyCollection, 'a'));
    expect(store.commits).toEqual([]);
    expect(onCommit).not.toHaveBeenCalled();
    expect(store.open).toBe(0);
  });
});

describe('publishing', () => {
  test('all events of a transaction are in one outbox document, which commits with the state', async () => {
    const { store, onCommit, transact } = setUp();
    const outboxId = await transact(async (tx) => {
      await count(tx, 'a');
      publish(tx, 'a', 1, 1);
      publish(tx, 'b', 2, 1);
      expect(onCommit).not.toHaveBeenCalled();
      return tx.outboxId;
    });
    expect(store.commits).toHaveLength(1);
    const [document] = outboxOf(store);
    expect(outboxOf(store)).toHaveLength(1);
    expect(document).toMatchObject({ _id: outboxId, pending: true, createdAt: T0 });
    expect(document?.events.map(({ key, payload }) => [key, payload])).toEqual([
      ['a', '{"tallyId":"a","by":1}'],
      ['b', '{"tallyId":"b","by":2}'],
    ]);
    expect(new Set(document?.events.map(({ id }) => id)).size).toBe(2);
    expect(onCommit).toHaveBeenCalledOnce();
  });

  test('what will be published is told before the commit, for it can be seen before that is answered', async () => {
    const { store } = setUp();
    const told: string[] = [];
    const note = (what: string, { events }: OutboxDocument) => told.push(`${what} ${events.length} with ${outboxOf(store).length} stored`);
    const transact = createUnitOfWork({
      store,
      clock: { now: () => T0 },
      newId: idsFrom(),
      source: '/test',
      onCommitting: (document) => note('committing', document),
      onCommit: () => note('committed', outboxOf(store)[0] as OutboxDocument),
    });
    await transact(async (tx) => publish(tx));
    expect(told).toEqual(['committing 1 with 0 stored', 'committed 1 with 1 stored']);
  });

  test('a failed commit publishes nothing and wakes nobody', async () => {
    const { store, onCommit, transact } = setUp();
    store.failNext('commit', 'unavailable');
    await expect(transact(async (tx) => publish(tx))).rejects.toThrow(StoreError);
    expect(outboxOf(store)).toEqual([]);
    expect(onCommit).not.toHaveBeenCalled();
  });

  test('an event that breaks its schema fails the whole transaction as a bug', async () => {
    const { store, transact } = setUp();
    const broken = transact(async (tx) => {
      await count(tx, 'a');
      tx.publish(tallies, 'CountedUp', { tallyId: 'a', by: 1.5 }, { type: 'tally', id: 'a', version: 1 });
    });
    await expect(broken).rejects.toMatchObject({ kind: 'bug', code: 'event_breaks_schema' });
    expect(store.commits).toEqual([]);
    expect(store.open).toBe(0);
  });

  test('of several states of one key only the last is published, in the place of the last', async () => {
    const { store, transact } = setUp();
    await transact(async (tx) => {
      const state = (tallyId: string, by: number) =>
        tx.publishState(tallies, 'CountedUp', { tallyId, by }, { type: 'tally', id: tallyId, version: by });
      state('a', 1);
      state('b', 1);
      state('a', 2);
    });
    expect(outboxOf(store)[0]?.events.map(({ payload }) => payload)).toEqual(['{"tallyId":"b","by":1}', '{"tallyId":"a","by":2}']);
  });

  test('an event inherits cause, correlation and trace of what it was published for', async () => {
    const { store, transact } = setUp();
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    await transact(
      async (tx) => {
        publish(tx);
        publish(tx.because({ causationId: 'event-7', correlationId: 'order-7' }));
      },
      { causationId: 'request-1', traceparent },
    );
    const [of, because] = outboxOf(store)[0]?.events ?? [];
    expect(of?.headers).toMatchObject({ ce_causationid: 'request-1', ce_correlationid: 'a', traceparent });
    expect(because?.headers).toMatchObject({ ce_causationid: 'event-7', ce_correlationid: 'order-7', traceparent });
  });

  test('without a well-formed trace a new one is made, the same for the whole transaction', async () => {
    const { store, transact } = setUp();
    await transact(
      async (tx) => {
        publish(tx);
        publish(tx);
      },
      { traceparent: 'nonsense' },
    );
    const traces = outboxOf(store)[0]?.events.map(({ headers }) => headers.traceparent) ?? [];
    expect(traces[0]).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(traces[1]).toBe(traces[0]);
  });
});

describe('afterCommit', () => {
  test('runs after the commit, in order', async () => {
    const { store, transact } = setUp();
    const seen: unknown[] = [];
    await transact(async (tx) => {
      await count(tx, 'a');
      tx.afterCommit(() => seen.push(store.find(tallyCollection, 'a')?.count));
      tx.afterCommit(() => seen.push('second'));
      expect(seen).toEqual([]);
    });
    expect(seen).toEqual([1, 'second']);
  });

  test('never runs for an attempt that failed, nor when the commit is unknown', async () => {
    const { store, transact, retrying } = setUp();
    const seen: number[] = [];
    const work = async (tx: Tx) => {
      const { count: now } = await count(tx, 'a');
      tx.afterCommit(() => seen.push(now));
    };
    store.failNext('commit', 'conflict');
    await retrying(work);
    expect(seen).toEqual([1]);
    store.failNext('commit', 'unknown, written');
    await expect(transact(work)).rejects.toMatchObject({ kind: 'unknown' });
    expect(seen).toEqual([1]);
    await expect(
      transact(async (tx) => {
        await work(tx);
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(seen).toEqual([1]);
  });

  test('one that throws does not make a commit look failed, nor keep the others from running', async () => {
    const { store, onCommit } = setUp();
    const failures: unknown[] = [];
    const transact = createUnitOfWork({
      store,
      clock: { now: () => T0 },
      newId: idsFrom(),
      source: '/test',
      onCommit,
      onAfterCommitError: (error) => failures.push(error),
    });
    const seen: string[] = [];
    const result = await transact(async (tx) => {
      await count(tx, 'a');
      tx.afterCommit(() => {
        throw new Error('a listener');
      });
      tx.afterCommit(() => seen.push('other'));
      return 'done';
    });
    expect(result).toBe('done');
    expect(seen).toEqual(['other']);
    expect(failures).toEqual([new Error('a listener')]);
  });
});

describe('conflicts', () => {
  test('a retry is a new unit of work that reads anew: it does not find its own decrements', async () => {
    const { store, retrying, retried } = setUp();
    store.seed(tallyCollection, { _id: 'a', count: 10 });
    let attempts = 0;
    await retrying(async (tx) => {
      const tally = (await tx.get(tallyCollection, 'a')) as Tally;
      if (attempts++ === 0) store.seed(tallyCollection, { _id: 'a', count: 7 });
      const count = tally.count - 1;
      tx.put(tallyCollection, { ...tally, count });
      publish(tx, 'a', count, 1);
    });
    expect(attempts).toBe(2);
    expect(retried).toEqual([0]);
    expect(store.find(tallyCollection, 'a')?.count).toBe(6);
    expect(outboxOf(store).flatMap(({ events }) => events.map(({ payload }) => payload))).toEqual(['{"tallyId":"a","by":6}']);
    expect(store.open).toBe(0);
  });

  test('an insert of an id that someone else inserted meanwhile starts the transaction again', async () => {
    const { store, retrying } = setUp();
    let attempts = 0;
    await retrying(async (tx) => {
      const there = await tx.get(tallyCollection, 'a');
      if (attempts++ === 0) store.seed(tallyCollection, { _id: 'a', count: 5 });
      if (!there) tx.put(tallyCollection, { _id: 'a', count: 1 });
    });
    expect(attempts).toBe(2);
    expect(store.find(tallyCollection, 'a')?.count).toBe(5);
  });

  test('only conflicts are run again at once, and not for ever', async () => {
    const { store, retrying, retried } = setUp();
    store.failNext('commit', 'unavailable');
    await expect(retrying((tx) => count(tx, 'a'))).rejects.toMatchObject({ kind: 'unavailable' });
    store.failNext('commit', 'unknown, not written');
    await expect(retrying((tx) => count(tx, 'a'))).rejects.toMatchObject({ kind: 'unknown' });
    expect(retried).toEqual([]);
    store.failNext('commit', ...Array.from({ length: 21 }, () => 'conflict' as const));
    await expect(retrying((tx) => count(tx, 'a'))).rejects.toMatchObject({ kind: 'conflict' });
    expect(retried).toHaveLength(20);
    expect(store.open).toBe(0);
  });

  test('writers at once lose no update', async () => {
    const { store, retrying } = setUp();
    await Promise.all(Array.from({ length: 8 }, () => retrying((tx) => count(tx, 'a'))));
    expect(store.find(tallyCollection, 'a')?.count).toBe(8);
  });
});
