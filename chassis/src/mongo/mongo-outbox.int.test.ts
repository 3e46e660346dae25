import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, type Mock, test, vi } from 'vitest';
import { bellCollection } from '../outbox/bell.ts';
import { type LeaseDocument, leaseCollection } from '../outbox/lease.ts';
import { type OutboxDocument, outboxCollection } from '../outbox/outbox.ts';
import { anOutboxDocument, anOutboxEvent } from '../testing/events.ts';
import { openTestDatabase } from '../testing/int.ts';
import { createMongoClient } from './connection.ts';
import { ensureCollections } from './ensure-collections.ts';
import { createMongoBell, createMongoLeases, createMongoOutbox } from './mongo-outbox.ts';

const database = openTestDatabase(inject('mongodbUrl'), 'mongo-outbox');
const { db, failCommand } = database;
const outbox = createMongoOutbox(db);
const leases = createMongoLeases(db);
const rows = db.collection<OutboxDocument>(outboxCollection.name);

beforeAll(() => ensureCollections(db, [outboxCollection, leaseCollection, bellCollection]));
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

  test('is not read again where it is known, and the rest is', async () => {
    await rows.insertMany([document('1'), document('2'), document('3')]);
    const own = document('2', { createdAt: new Date(5) });
    expect((await outbox.pending(9, (id) => (id === '2' ? own : undefined))).map(({ _id }) => _id)).toEqual(['1', '2', '3']);
    const all = new Map((await outbox.pending(9)).map((each) => [each._id, each]));
    expect(await outbox.pending(9, (id) => all.get(id))).toEqual([...all.values()]);
  });

  test('is answered by the index alone where all of it is known', async () => {
    const plan = await rows.find({ pending: true }).sort({ _id: 1 }).limit(10).project({ _id: 1 }).explain('queryPlanner');
    expect(JSON.stringify(plan)).not.toContain('"FETCH"');
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

describe('the bell', () => {
  const bell = createMongoBell(db);
  /** Rings until it is heard, for a ring before it listens may be missed. */
  const untilHeard = (hear: Mock, before = hear.mock.calls.length) =>
    vi.waitFor(
      async () => {
        await bell.ring();
        await pause(20);
        expect(hear.mock.calls.length).toBeGreaterThan(before);
      },
      { timeout: 15_000, interval: 50 },
    );

  test('is heard when somebody rings, and not when the outbox is written', async () => {
    const hear = vi.fn();
    const listening = bell.listen(hear);
    await untilHeard(hear);
    const before = hear.mock.calls.length;
    await rows.insertOne(document('quiet'));
    await outbox.markPublished(['quiet'], 1, new Date());
    await bell.ring();
    await vi.waitFor(() => expect(hear.mock.calls.length).toBe(before + 1));
    await listening.stop();
  });

  test('is heard again after the stream broke', async () => {
    const hear = vi.fn();
    const listening = bell.listen(hear);
    await untilHeard(hear);
    await failCommand({ failCommands: ['getMore', 'find'], errorCode: 286 }, 3);
    await untilHeard(hear);
    await listening.stop();
  });

  test('is heard again when its collection is dropped', async () => {
    const hear = vi.fn();
    const listening = bell.listen(hear);
    await untilHeard(hear);
    await db.collection(bellCollection.name).drop();
    await ensureCollections(db, [bellCollection]);
    await untilHeard(hear);
    await listening.stop();
  });

  test('stops at once: right after its start, and while the database is away', async () => {
    await bell.listen(() => undefined).stop();
    const nobody = createMongoClient('mongodb://127.0.0.1:9/?directConnection=true', 'nobody');
    const away = createMongoBell(nobody.db('x')).listen(() => undefined);
    await pause(50);
    const started = performance.now();
    await away.stop();
    expect(performance.now() - started).toBeLessThan(3000);
    await nobody.close();
  });
});
