import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { type LeaseDocument, leaseCollection } from '../outbox/lease.ts';
import { type OutboxDocument, outboxCollection } from '../outbox/outbox.ts';
import { anOutboxDocument, anOutboxEvent } from '../testing/events.ts';
import { openTestDatabase } from '../testing/int.ts';
import { createMongoClient } from './connection.ts';
import { ensureCollections } from './ensure-collections.ts';
import { createMongoLeases, createMongoOutbox, watchOutbox } from './mongo-outbox.ts';

const database = openTestDatabase(inject('mongodbUrl'), 'mongo-outbox');
const { db, failCommand } = database;
const outbox = createMongoOutbox(db);
const leases = createMongoLeases(db);
const rows = db.collection<OutboxDocument>(outboxCollection.name);

beforeAll(() => ensureCollections(db, [outboxCollection, leaseCollection]));
beforeEach(async () => {
  await rows.deleteMany({});
  await db.collection(leaseCollection.name).deleteMany({});
});
afterEach(() => failCommand({ failCommands: [] }, 0));
afterAll(() => database.close());

const document = (_id: string, overrides: Partial<OutboxDocument> = {}) => anOutboxDocument([anOutboxEvent()], { _id, ...overrides });
const find = (_id: string) => rows.findOne({ _id });

describe('what is pending', () => {
  test('comes by id, up to the limit, without what is published', async () => {
    await rows.insertMany([document('3'), document('1'), document('2'), document('4')]);
    await outbox.markPublished(['2'], 1, new Date());
    await vi.waitFor(async () => expect((await outbox.pending(2)).map(({ _id }) => _id)).toEqual(['1', '3']));
  });

  test('comes in one round trip, however many there are', async () => {
    await rows.insertMany(Array.from({ length: 300 }, (_, nth) => document(String(nth).padStart(4, '0'))));
    await failCommand({ failCommands: ['getMore'], errorCode: 1 }, 10);
    expect(await outbox.pending(250)).toHaveLength(250);
  });

  test('uses its index', async () => {
    const plan = await rows.find({ pending: true }).sort({ _id: 1 }).limit(10).explain('queryPlanner');
    const stages = JSON.stringify(plan);
    expect(stages).toContain('"pending_1__id_1"');
    expect(stages).not.toContain('"SORT"');
  });
});

describe('a mark', () => {
  test('removes what only a pending document has, and sets what removes it after a week', async () => {
    await rows.insertOne(document('1', { stuck: [{ index: 0, error: 'x', at: new Date() }], sent: [0] }));
    const at = new Date();
    await outbox.markPublished(['1'], 7, at);
    const marked = { _id: '1', createdAt: expect.any(Date), events: expect.any(Array), publishedAt: at, fence: 7 };
    await vi.waitFor(async () => expect(await find('1')).toEqual(marked));
  });

  test('made under a later lease is left alone', async () => {
    await rows.insertMany([document('stuck'), document('published')]);
    const at = new Date(1000);
    await outbox.markPublished(['published'], 2, at);
    await outbox.markStuck({ ...document('stuck'), stuck: [{ index: 0, error: 'later', at }], sent: [] }, 2);
    await outbox.markPublished(['published', 'stuck'], 1, new Date(2000));
    await outbox.markStuck({ ...document('stuck'), stuck: [], sent: [0] }, 1);
    await vi.waitFor(async () => expect(await find('published')).toMatchObject({ publishedAt: at, fence: 2 }));
    expect(await find('stuck')).toMatchObject({ pending: true, stuck: [{ error: 'later' }], fence: 2 });
  });

  test('does not bring a published document back', async () => {
    await rows.insertOne(document('1'));
    await outbox.markPublished(['1'], 1, new Date());
    await outbox.markStuck({ ...document('1'), stuck: [], sent: [0] }, 2);
    expect(await find('1')).not.toHaveProperty('sent');
  });
});

describe('a lease', () => {
  test('is one holder’s at a time, for any number that ask at once', async () => {
    const holders = Array.from({ length: 10 }, (_, nth) => `holder-${nth}`);
    const tokens = await Promise.all(holders.map((holder) => leases.acquire('outbox', holder, 60_000)));
    expect(tokens.filter((token) => token !== undefined)).toEqual([1]);
  });

  test('is renewed under the same token, and runs out by the database’s clock', async () => {
    expect(await leases.acquire('outbox', 'a', 200)).toBe(1);
    expect(await leases.acquire('outbox', 'a', 200)).toBe(1);
    expect(await leases.acquire('outbox', 'b', 200)).toBeUndefined();
    await vi.waitFor(async () => expect(await leases.acquire('outbox', 'b', 60_000)).toBe(2));
    expect(await leases.acquire('outbox', 'a', 200)).toBeUndefined();
  });

  test('that is given back is free at once, and the token rises', async () => {
    await leases.acquire('outbox', 'a', 60_000);
    await leases.release('outbox', 'b');
    expect(await leases.acquire('outbox', 'b', 60_000)).toBeUndefined();
    await leases.release('outbox', 'a');
    expect(await leases.acquire('outbox', 'b', 60_000)).toBe(2);
    expect(await db.collection<LeaseDocument>('leases').findOne({ _id: 'outbox' })).toMatchObject({ holder: 'b', token: 2 });
  });

  test('of another name is another', async () => {
    expect(await leases.acquire('one', 'a', 60_000)).toBe(1);
    expect(await leases.acquire('two', 'b', 60_000)).toBe(1);
  });
});

describe('the watch', () => {
  /** Inserts until the watch is told, for it misses what came before it began. */
  const untilWoken = (woken: () => number, before = woken()) =>
    vi.waitFor(
      async () => {
        await rows.insertOne(document(`row-${performance.now()}`));
        await pause(20);
        expect(woken()).toBeGreaterThan(before);
      },
      { timeout: 15_000, interval: 50 },
    );

  test('wakes at a commit to the outbox and not at its marks', async () => {
    const wake = vi.fn();
    const watch = watchOutbox(db, wake);
    await untilWoken(() => wake.mock.calls.length);
    await rows.insertOne(document('marked'));
    await vi.waitFor(() => expect(wake.mock.calls.length).toBeGreaterThan(1));
    const before = wake.mock.calls.length;
    await outbox.markPublished(['marked'], 1, new Date());
    await rows.insertOne(document('after'));
    await vi.waitFor(() => expect(wake.mock.calls.length).toBe(before + 1));
    await watch.stop();
  });

  test('goes on after it broke', async () => {
    const wake = vi.fn();
    const watch = watchOutbox(db, wake);
    await untilWoken(() => wake.mock.calls.length);
    await failCommand({ failCommands: ['getMore', 'aggregate'], errorCode: 286 }, 3);
    await untilWoken(() => wake.mock.calls.length);
    await watch.stop();
  });

  test('goes on when its collection is dropped', async () => {
    const wake = vi.fn();
    const watch = watchOutbox(db, wake);
    await untilWoken(() => wake.mock.calls.length);
    await rows.drop();
    await ensureCollections(db, [outboxCollection]);
    await untilWoken(() => wake.mock.calls.length);
    await watch.stop();
  });

  test('stops at once: right after its start, and while the database is away', async () => {
    const early = watchOutbox(db, () => undefined);
    await early.stop();
    const nobody = createMongoClient('mongodb://127.0.0.1:9/?directConnection=true', 'nobody');
    const away = watchOutbox(nobody.db('x'), () => undefined);
    await pause(50);
    const started = performance.now();
    await away.stop();
    expect(performance.now() - started).toBeLessThan(3000);
    await nobody.close();
  });
});
