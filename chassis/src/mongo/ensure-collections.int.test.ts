import { afterAll, describe, expect, inject, test } from 'vitest';
import { deadLetterCollection } from '../consumer/dead-letter.ts';
import { INBOX_KEEP_DAYS, inboxCollection, inboxRow } from '../inbox/inbox.ts';
import { leaseCollection } from '../outbox/lease.ts';
import { OUTBOX_KEEP_SECONDS, outboxCollection } from '../outbox/outbox.ts';
import { collection, type IndexSpec } from '../store/store.ts';
import { openTestDatabase } from '../testing/int.ts';
import { ensureCollections } from './ensure-collections.ts';

const database = openTestDatabase(inject('mongodbUrl'), 'ensure-collections');
const { db } = database;
afterAll(() => database.close());

const minimum = (value: number) => ({ bsonType: 'object', properties: { count: { bsonType: 'int', minimum: value } } });
const indexesOf = async (name: string) => new Map((await db.collection(name).indexes()).map((index) => [index.name, index]));

describe('ensureCollections', () => {
  const chassis = [outboxCollection, inboxCollection, leaseCollection, deadLetterCollection];

  test('can be run by several instances at once, and again', async () => {
    const wanted = [...chassis, collection('checked', { validator: minimum(0), indexes: [{ keys: { count: 1 }, unique: true }] })];
    await Promise.all(Array.from({ length: 4 }, () => ensureCollections(db, wanted)));
    await ensureCollections(db, wanted);
    expect(new Set((await db.listCollections().toArray()).map(({ name }) => name))).toEqual(new Set(wanted.map(({ name }) => name)));
    expect((await indexesOf('checked')).get('count_1')).toMatchObject({ unique: true });
  });

  test('makes the database refuse what breaks the validator, also one that came later', async () => {
    const name = 'stricter';
    await ensureCollections(db, [collection(name, { validator: minimum(0) })]);
    await expect(db.collection(name).insertOne({ count: -1 })).rejects.toMatchObject({ code: 121 });
    await db.collection(name).insertOne({ count: 1 });
    await ensureCollections(db, [collection(name, { validator: minimum(5) })]);
    await expect(db.collection(name).insertOne({ count: 4 })).rejects.toMatchObject({ code: 121 });
  });

  test('does not wait for a transaction that is open on a collection that is there already', async () => {
    const wanted = [collection('busy', { validator: minimum(0), indexes: [{ keys: { count: 1 } }] })];
    await ensureCollections(db, wanted);
    const session = database.client.startSession();
    session.startTransaction();
    await db.collection('busy').insertOne({ count: 1 }, { session });
    const started = performance.now();
    await ensureCollections(db, wanted);
    expect(performance.now() - started).toBeLessThan(2000);
    await session.abortTransaction();
    await session.endSession();
  });

  test.each<[string, IndexSpec]>([
    ['unique', { keys: { at: 1 }, unique: true }],
    ['expireAfterSeconds', { keys: { at: 1 }, expireAfterSeconds: 60 }],
    ['partial', { keys: { at: 1 }, partial: { pending: true } }],
  ])('refuses an index whose options changed in one sentence that says what to do (%s)', async (name, index) => {
    await ensureCollections(db, [collection(name, { indexes: [{ keys: { at: 1 } }] })]);
    const changed = [collection(name, { indexes: [index] })];
    await expect(ensureCollections(db, changed)).rejects.toMatchObject({
      kind: 'refused',
      code: 'index_differs',
      message: expect.stringContaining(`The index at_1 of ${db.databaseName}.${name} has other options`),
    });
    await db.collection(name).dropIndex('at_1');
    await ensureCollections(db, changed);
  });

  test('lets the outbox and the inbox clean themselves', async () => {
    await ensureCollections(db, chassis);
    expect((await indexesOf('outbox')).get('publishedAt_1')).toMatchObject({ expireAfterSeconds: OUTBOX_KEEP_SECONDS });
    expect((await indexesOf('inbox')).get('expiresAt_1')).toMatchObject({ expireAfterSeconds: 0 });
  });
});

test('inbox rows outlive the 30 days of the topics', () => {
  const now = new Date();
  expect(INBOX_KEEP_DAYS).toBeGreaterThan(30);
  expect(inboxRow('x', now).expiresAt?.getTime()).toBe(now.getTime() + INBOX_KEEP_DAYS * 24 * 3600 * 1000);
});
