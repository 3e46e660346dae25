import { describe, expect, it, vi } from 'vitest';
import { createFakeStore } from '../testing/fake-store.ts';
import { answeringInTime } from './answer-in-time.ts';
import { collection, type Store } from './store.ts';

const notes = collection<{ _id: string }>('notes');
const insert = { kind: 'insert', collection: notes, document: { _id: 'a' } } as const;

/** A store whose steps wait until the database goes on; the time is over when the test says so. */
function setUp() {
  let hanging = Promise.withResolvers<void>();
  hanging.resolve();
  const fake = createFakeStore({ turn: () => hanging.promise });
  const waits: { ms: number; over(): void }[] = [];
  const ends: Promise<void>[] = [];
  const watched: Store = {
    async begin() {
      const session = await fake.begin();
      return {
        ...session,
        end() {
          const ended = hanging.promise.then(() => session.end());
          ends.push(ended);
          return ended;
        },
      };
    },
  };
  const store = answeringInTime(watched, (ms) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    waits.push({ ms, over: resolve });
    return promise;
  });
  return {
    fake,
    store,
    waits,
    hang: () => {
      hanging = Promise.withResolvers();
    },
    goOn: () => hanging.resolve(),
    timeIsOver: () => waits.at(-1)?.over(),
    allEnded: () => Promise.all(ends),
  };
}

describe('a store for those who can not wait', () => {
  it('does what a store does while the database answers', async () => {
    const { store, fake } = setUp();
    const session = await store.begin();
    expect(await session.read(notes, ['a'])).toEqual([]);
    await session.commit([insert]);
    await session.end();
    expect(fake.all(notes)).toEqual([{ _id: 'a' }]);
    expect(fake.open).toBe(0);
  });

  it('fails a read that is late as unavailable, and does not wait to give the transaction back', async () => {
    const { store, fake, hang, goOn, timeIsOver, allEnded } = setUp();
    const session = await store.begin();
    hang();
    const reading = session.read(notes, ['a']);
    timeIsOver();
    await expect(reading).rejects.toMatchObject({ kind: 'unavailable' });
    await session.end();
    expect(fake.open).toBe(1);
    goOn();
    await allEnded();
    expect(fake.open).toBe(0);
  });

  it('says of a commit that is late that its outcome is unknown: it may still come', async () => {
    const { store, fake, hang, goOn, timeIsOver } = setUp();
    const session = await store.begin();
    hang();
    const committing = session.commit([insert]);
    timeIsOver();
    await expect(committing).rejects.toMatchObject({ kind: 'unknown' });
    goOn();
    await vi.waitFor(() => expect(fake.all(notes)).toEqual([{ _id: 'a' }]));
  });

  it('only looks shortly while the database owes an answer, so that a second try is in time, too', async () => {
    const { store, hang, goOn, timeIsOver, waits } = setUp();
    const [first, second] = [await store.begin(), await store.begin()];
    hang();
    const reading = first.read(notes, ['a']);
    timeIsOver();
    await expect(reading).rejects.toThrow();
    const again = second.read(notes, ['a']);
    expect(waits.map(({ ms }) => ms)).toEqual([1500, 300]);
    goOn();
    await again;
    await second.read(notes, ['b']);
    expect(waits.map(({ ms }) => ms)).toEqual([1500, 300, 1500]);
  });

  it('passes on what the store itself fails with', async () => {
    const { store, fake } = setUp();
    fake.failNext('commit', 'conflict');
    const session = await store.begin();
    await expect(session.commit([insert])).rejects.toMatchObject({ kind: 'conflict' });
    await session.end();
    expect(fake.open).toBe(0);
  });
});
