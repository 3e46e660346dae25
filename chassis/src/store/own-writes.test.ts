import { expect, test } from 'vitest';
import { idsFrom, T0 } from '../testing/events.ts';
import { createFakeStore } from '../testing/fake-store.ts';
import { rememberOwnWrites } from './own-writes.ts';
import { collection, findStoreError } from './store.ts';
import { createUnitOfWork, retryingConflicts, type Tx } from './unit-of-work.ts';

type Counter = { _id: string; count: number; tags?: string[] };
const counters = collection<Counter>('counters', { remembered: true });
const others = collection<Counter>('others');

function aProcess(store = createFakeStore(), limit?: number) {
  const ownWrites = rememberOwnWrites(limit);
  const on = (from: typeof store | ReturnType<typeof ownWrites.reading>) =>
    createUnitOfWork({ store: from, clock: { now: () => T0 }, newId: idsFrom(), source: '/test' });
  const reading = on(ownWrites.reading(store));
  return { store, reading, retrying: retryingConflicts(reading, async () => undefined), noting: on(ownWrites.noting(store)) };
}

const add =
  (id: string, by = 1) =>
  async (tx: Tx) => {
    const count = ((await tx.get(counters, id))?.count ?? 0) + by;
    tx.put(counters, { _id: id, count });
    return count;
  };
const kindOf = (work: Promise<unknown>) =>
  work.then(
    () => 'committed',
    (error: unknown) => findStoreError(error)?.kind ?? error,
  );

test('what this process wrote it does not read again, whoever of it wrote', async () => {
  const { store, reading, noting } = aProcess();
  await noting(add('a'));
  const before = store.reads.length;
  expect(await reading(add('a'))).toBe(2);
  expect(await reading(add('a'))).toBe(3);
  expect(store.reads.length).toBe(before);
  expect(store.find(counters, 'a')?.count).toBe(3);
});

test('only of collections that are remembered', async () => {
  const { store, reading } = aProcess();
  for (let time = 0; time < 2; time++)
    await reading(async (tx) => tx.put(others, { _id: 'a', count: ((await tx.get(others, 'a'))?.count ?? 0) + 1 }));
  expect(store.reads).toHaveLength(2);
});

test('requests read the database, whatever is remembered', async () => {
  const { store, reading, noting } = aProcess();
  await reading(add('a'));
  store.seed(counters, { _id: 'a', count: 40 });
  expect(await noting(async (tx) => (await tx.get(counters, 'a'))?.count)).toBe(40);
});

test('what another process wrote meanwhile is a conflict, and is read the next time', async () => {
  const store = createFakeStore();
  const [one, other] = [aProcess(store), aProcess(store)];
  await one.reading(add('a'));
  await other.reading(add('a', 10));
  expect(await kindOf(one.reading(add('a')))).toBe('conflict');
  expect(await one.reading(add('a'))).toBe(12);
});

test('so is what another removed', async () => {
  const store = createFakeStore();
  const [one, other] = [aProcess(store), aProcess(store)];
  await one.reading(add('a'));
  await other.noting(async (tx) => {
    await tx.get(counters, 'a');
    tx.remove(counters, 'a');
  });
  expect(await one.retrying(add('a'))).toBe(1);
});

test('a decision on what is only looked at is made on what the database has', async () => {
  const store = createFakeStore();
  const [one, other] = [aProcess(store), aProcess(store)];
  await one.reading(add('a'));
  await other.reading(add('a', 10));
  const look = async (tx: Tx) => {
    const seen = (await tx.get(counters, 'a'))?.count;
    tx.insert(others, { _id: `seen ${seen}`, count: 0 });
    return seen;
  };
  expect(await kindOf(one.reading(look))).toBe('conflict');
  expect(await one.reading(look)).toBe(11);
  expect(store.all(others).map(({ _id }) => _id)).toEqual(['seen 11']);
});

test('a read that writes nothing, too', async () => {
  const store = createFakeStore();
  const [one, other] = [aProcess(store), aProcess(store)];
  await one.reading(add('a'));
  await other.reading(add('a', 10));
  expect(await one.retrying(async (tx) => (await tx.get(counters, 'a'))?.count)).toBe(11);
});

test('work that fails on what is remembered finds what the database has when it is tried again', async () => {
  const store = createFakeStore();
  const [one, other] = [aProcess(store), aProcess(store)];
  await one.reading(add('a'));
  await other.reading(add('a', 10));
  const requireEleven = async (tx: Tx) => {
    const count = (await tx.get(counters, 'a'))?.count;
    if (count !== 11) throw new Error(`it is ${count}`);
  };
  await expect(one.reading(requireEleven)).rejects.toThrow('it is 1');
  await one.reading(requireEleven);
});

test.each(['unknown, written', 'unknown, not written', 'conflict', 'unavailable'] as const)(
  'nothing is remembered of a commit that failed (%s)',
  async (fault) => {
    const { store, reading } = aProcess();
    await reading(add('a'));
    store.failNext('commit', fault);
    await expect(reading(add('a'))).rejects.toThrow();
    const before = store.reads.length;
    expect(await reading(add('a'))).toBe(fault === 'unknown, written' ? 3 : 2);
    expect(store.reads.length).toBe(before + 1);
  },
);

test('nobody changes what is remembered by changing what was given or got', async () => {
  const { store, reading } = aProcess();
  const given: Counter = { _id: 'a', count: 1, tags: ['x'] };
  await reading(async (tx) => {
    await tx.get(counters, 'a');
    tx.put(counters, given);
  });
  given.tags?.push('later');
  await reading(async (tx) => {
    const got = await tx.get(counters, 'a');
    got?.tags?.push('too');
  });
  expect(await reading(async (tx) => (await tx.get(counters, 'a'))?.tags)).toEqual(['x']);
  expect(store.find(counters, 'a')?.tags).toEqual(['x']);
});

test('the oldest are forgotten where there are too many', async () => {
  const { store, reading } = aProcess(createFakeStore(), 2);
  for (const id of ['a', 'b', 'c']) await reading(add(id));
  const before = store.reads.length;
  await reading(add('c'));
  await reading(add('b'));
  expect(store.reads.length).toBe(before);
  await reading(add('a'));
  expect(store.reads.length).toBe(before + 1);
});
