import { type CommandStartedEvent, MongoClient } from 'mongodb';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { newUuid, sleep, systemClock } from '../clock.ts';
import { outboxCollection } from '../outbox/outbox.ts';
import { collection, findStoreError, type Store, StoreError } from '../store/store.ts';
import { createUnitOfWork, retryingConflicts } from '../store/unit-of-work.ts';
import { anOutboxDocument, anOutboxEvent } from '../testing/events.ts';
import { openTestDatabase } from '../testing/int.ts';
import { createMongoClient, databaseOf } from './connection.ts';
import { ensureCollections } from './ensure-collections.ts';
import { createMongoStore } from './mongo-store.ts';
import { asAppError, toStoreError } from './store-errors.ts';

type Counter = { _id: string; count: number };
const counters = collection<Counter>('counters', {
  validator: { bsonType: 'object', properties: { count: { bsonType: ['int', 'long'], minimum: 0 } } },
});
const others = collection<Counter>('others');

const test_ = openTestDatabase(inject('mongodbUrl'), 'mongo-store');
const { client, db, failCommand } = test_;
const store = createMongoStore(client, db);

beforeAll(() => ensureCollections(db, [counters, others, outboxCollection]));
afterEach(() => failCommand({ failCommands: [] }, 0));
afterAll(() => test_.close());

const put = (...documents: Counter[]) => db.collection<Counter>('counters').insertMany(documents);
const find = (id: string, name = 'counters') => db.collection<Counter>(name).findOne({ _id: id });

async function inSession<R>(work: (session: Awaited<ReturnType<Store['begin']>>) => Promise<R>, from = store): Promise<R> {
  const session = await from.begin();
  try {
    return await work(session);
  } finally {
    await session.end();
  }
}

const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );
const kindOf = async (work: Promise<unknown>) => findStoreError(await failureOf(work))?.kind;

describe('a transaction', () => {
  test('commits its writes to several collections, or none of them', async () => {
    await put({ _id: 'old', count: 1 }, { _id: 'gone', count: 1 });
    await inSession(async (session) => {
      expect(await session.read(counters, ['old', 'gone', 'missing'])).toHaveLength(2);
      await session.commit([
        { kind: 'insert', collection: counters, document: { _id: 'new', count: 2 } as never },
        { kind: 'replace', collection: counters, document: { _id: 'old', count: 2 } as never },
        { kind: 'remove', collection: counters, id: 'gone' },
        { kind: 'insert', collection: others, document: { _id: 'new', count: 2 } as never },
      ]);
    });
    expect([await find('new'), await find('old'), await find('gone'), await find('new', 'others')]).toEqual([
      { _id: 'new', count: 2 },
      { _id: 'old', count: 2 },
      null,
      { _id: 'new', count: 2 },
    ]);
    const failed = inSession((session) =>
      session.commit([
        { kind: 'insert', collection: counters, document: { _id: 'half', count: 1 } as never },
        { kind: 'insert', collection: others, document: { _id: 'new', count: 3 } as never },
      ]),
    );
    expect(await kindOf(failed)).toBe('conflict');
    expect(await find('half')).toBeNull();
  });

  test('reads the snapshot of its beginning, whatever is committed meanwhile', async () => {
    await put({ _id: 'snapshot-1', count: 1 }, { _id: 'snapshot-2', count: 1 });
    await inSession(async (session) => {
      await session.read(counters, ['snapshot-1']);
      await db.collection<Counter>('counters').updateOne({ _id: 'snapshot-2' }, { $set: { count: 9 } });
      expect(await session.read(counters, ['snapshot-2'])).toEqual([{ _id: 'snapshot-2', count: 1 }]);
    });
  });

  test('that is ended without a commit leaves nothing, and no lock', async () => {
    await put({ _id: 'left', count: 1 });
    await inSession(async (session) => {
      await session.read(counters, ['left']);
    });
    await db.collection<Counter>('counters').updateOne({ _id: 'left' }, { $set: { count: 2 } });
    expect((await find('left'))?.count).toBe(2);
  });

  test('of 200 documents costs one read, one write for each collection and kind, and one commit', async () => {
    const monitored = createMonitored();
    try {
      const ids = Array.from({ length: 200 }, (_, nth) => `many-${nth}`);
      await put(...ids.map((_id) => ({ _id, count: 1 })));
      await inSession(async (session) => {
        expect(await session.read(counters, ids)).toHaveLength(200);
        await session.commit(ids.map((_id) => ({ kind: 'replace', collection: counters, document: { _id, count: 2 } as never })));
      }, monitored.store);
      expect(monitored.commands).toEqual(['find', 'update', 'commitTransaction']);
    } finally {
      await monitored.close();
    }
  });

  test('of a document that was read it sends only what differs, and it is whole afterwards', async () => {
    type Parcel = { _id: string; weight: number; note?: string; stops: string[]; at: Date };
    const parcels = collection<Parcel>('parcels');
    await ensureCollections(db, [parcels]);
    const parcel: Parcel = { _id: 'p', weight: 3, note: 'fragile', stops: ['here'], at: new Date(5) };
    await db.collection<Parcel>('parcels').insertMany([parcel, { ...parcel, _id: 'unread' }]);
    const monitored = createMonitored();
    try {
      await inSession(async (session) => {
        const [read] = await session.read(parcels, ['p']);
        const { note: _, ...rest } = read as Parcel;
        const document = { ...rest, stops: [...rest.stops, 'there'], weight: 4 };
        await session.commit([
          { kind: 'replace', collection: parcels, former: read as Parcel, document },
          { kind: 'replace', collection: parcels, document: { ...document, _id: 'unread' } as never },
        ]);
      }, monitored.store);
      const [, update] = monitored.sent;
      expect(update?.updates).toEqual([
        { q: { _id: 'p' }, u: { $set: { stops: ['here', 'there'], weight: 4 }, $unset: { note: '' } } },
        { q: { _id: 'unread' }, u: { _id: 'unread', weight: 4, stops: ['here', 'there'], at: new Date(5) } },
      ]);
    } finally {
      await monitored.close();
    }
    const changed = { weight: 4, stops: ['here', 'there'], at: new Date(5) };
    expect(await db.collection('parcels').find().toArray()).toEqual([
      { _id: 'p', ...changed },
      { _id: 'unread', ...changed },
    ]);
  });

  test('tells whether there was a document whose id begins so', async () => {
    await put({ _id: 'begins/so', count: 1 });
    await inSession(async (session) => {
      expect(await session.hasAny(counters, 'begins/')).toBe(true);
      expect(await session.hasAny(counters, 'begins')).toBe(true);
      expect(await session.hasAny(counters, 'begins/so/')).toBe(false);
      await put({ _id: 'later/than', count: 1 });
      expect(await session.hasAny(counters, 'later/')).toBe(false);
    });
  });

  test('keeps dead letters byte by byte, with the dotted names of their headers', async () => {
    const event = anOutboxEvent({
      key: Buffer.from([0xff]),
      payload: null,
      headers: { '__dlq.errors.topic': 't', $raw: Buffer.from([1]) },
    });
    const document = anOutboxDocument([event]);
    await inSession((session) => session.commit([{ kind: 'insert', collection: outboxCollection, document }]));
    const [found] = await inSession((session) => session.read(outboxCollection, [document._id]));
    expect(found?.events[0]).toEqual(event);
    expect(Buffer.isBuffer(found?.events[0]?.key)).toBe(true);
  });
});

describe('a conflict', () => {
  test('is a concurrent write of the same document: the first committer wins', async () => {
    await put({ _id: 'hot', count: 1 });
    const [a, b] = [await store.begin(), await store.begin()];
    await a.read(counters, ['hot']);
    await b.read(counters, ['hot']);
    const write = (count: number) => [{ kind: 'replace', collection: counters, document: { _id: 'hot', count } as never }] as const;
    await a.commit(write(2));
    expect(await kindOf(b.commit(write(3)))).toBe('conflict');
    await Promise.all([a.end(), b.end()]);
    expect((await find('hot'))?.count).toBe(2);
  });

  test('is an insert of an id that is there, never poison', async () => {
    await put({ _id: 'there', count: 1 });
    const insert = inSession((session) =>
      session.commit([{ kind: 'insert', collection: counters, document: { _id: 'there', count: 2 } as never }]),
    );
    expect(await kindOf(insert)).toBe('conflict');
  });

  test('is a transaction that the server aborted', async () => {
    await failCommand({ failCommands: ['find'], errorCode: 251, errorLabels: ['TransientTransactionError'] });
    expect(await kindOf(inSession((session) => session.read(counters, ['x'])))).toBe('conflict');
  });

  test('loses no update of many writers at once, through the unit of work', async () => {
    const transact = retryingConflicts(createUnitOfWork({ store, clock: systemClock, newId: newUuid, source: '/test' }), (attempt) =>
      sleep(2 * (attempt + 1)),
    );
    const increment = () =>
      transact(async (tx) => tx.put(counters, { _id: 'sum', count: ((await tx.get(counters, 'sum'))?.count ?? 0) + 1 }));
    await Promise.all(Array.from({ length: 12 }, increment));
    expect((await find('sum'))?.count).toBe(12);
  });
});

describe('a refusal of the validator is no failure of the store', () => {
  test.each([
    ['alone', []],
    [
      'beside good writes of other kinds',
      [{ kind: 'replace', collection: counters, document: { _id: 'beside', count: 5 } as never }] as const,
    ],
  ])('%s', async (_, beside) => {
    await db.collection<Counter>('counters').replaceOne({ _id: 'beside' }, { count: 1 }, { upsert: true });
    const negative = inSession((session) =>
      session.commit([{ kind: 'insert', collection: counters, document: { _id: 'negative', count: -1 } as never }, ...beside]),
    );
    const failure = await failureOf(negative);
    expect(failure).toMatchObject({ code: 121 });
    expect(findStoreError(failure)).toBeUndefined();
    expect(await find('negative')).toBeNull();
    expect((await find('beside'))?.count).toBe(1);
  });
});

describe('an unknown commit', () => {
  const commit = (_id: string) =>
    inSession((session) => session.commit([{ kind: 'insert', collection: counters, document: { _id, count: 1 } as never }]));

  test('is asked again and then known, when the connection breaks once', async () => {
    await failCommand({ failCommands: ['commitTransaction'], closeConnection: true });
    await commit('asked-again');
    expect(await find('asked-again')).not.toBeNull();
  });

  test('stays unknown when the server never says', async () => {
    await failCommand({ failCommands: ['commitTransaction'], closeConnection: true }, 100);
    expect(await kindOf(commit('never-said'))).toBe('unknown');
  });

  test('is one that waited too long for its majority', async () => {
    await failCommand({ failCommands: ['commitTransaction'], errorCode: 64, errorLabels: ['UnknownTransactionCommitResult'] }, 100);
    expect(await kindOf(commit('no-majority'))).toBe('unknown');
  });

  test('is one that meets a stepdown each time it asks', async () => {
    await failCommand({ failCommands: ['commitTransaction'], errorCode: 189, errorLabels: ['RetryableWriteError'] }, 100);
    expect(await kindOf(commit('stepdown'))).toBe('unknown');
  });
});

describe('an unavailable database', () => {
  test.each([
    ['the connection breaks at a read', { failCommands: ['find'], closeConnection: true }],
    ['the primary steps down', { failCommands: ['find'], errorCode: 189 }],
    ['the server shuts down', { failCommands: ['find'], errorCode: 91 }],
  ])('%s', async (_, failure) => {
    await failCommand(failure, 10);
    const kind = await kindOf(inSession((session) => session.read(counters, ['x'])));
    // A label of the server may say that the transaction can simply be run again, which is as good.
    expect(['unavailable', 'conflict']).toContain(kind);
  });

  test('the connection breaks at a write: nothing was written', async () => {
    await failCommand({ failCommands: ['insert'], closeConnection: true }, 10);
    const write = inSession((session) =>
      session.commit([{ kind: 'insert', collection: counters, document: { _id: 'broken', count: 1 } as never }]),
    );
    expect(['unavailable', 'conflict']).toContain(await kindOf(write));
    await failCommand({ failCommands: [] }, 0);
    expect(await find('broken')).toBeNull();
  });

  test('nobody is there at the first write: the driver hides that in an error of its bulk writes', async () => {
    const nobody = createMongoClient('mongodb://127.0.0.1:9/?directConnection=true', 'nobody');
    const write = inSession(
      (session) => session.commit([{ kind: 'insert', collection: counters, document: { _id: 'x', count: 1 } as never }]),
      createMongoStore(nobody, nobody.db('x')),
    );
    expect(await kindOf(write)).toBe('unavailable');
    await nobody.close();
  });

  test('nobody is there: it says so within its time limit and not later', async () => {
    const nobody = createMongoClient('mongodb://127.0.0.1:9/?directConnection=true', 'nobody');
    const started = performance.now();
    expect(await kindOf(inSession((session) => session.read(counters, ['x']), createMongoStore(nobody, nobody.db('x'))))).toBe(
      'unavailable',
    );
    expect(performance.now() - started).toBeLessThan(5000);
    await nobody.close();
  });

  test('the client is closed', async () => {
    const closed = createMongoClient(inject('mongodbUrl'), 'closed');
    await closed.db('x').command({ ping: 1 });
    await closed.close();
    expect(await kindOf(inSession((session) => session.read(counters, ['x']), createMongoStore(closed, closed.db('x'))))).toBe(
      'unavailable',
    );
  });

  test('all connections are taken for too long', async () => {
    const narrow = new MongoClient(inject('mongodbUrl'), { appName: db.databaseName, maxPoolSize: 1, waitQueueTimeoutMS: 100 });
    await narrow.db(db.databaseName).command({ ping: 1 });
    await failCommand({ failCommands: ['find'], blockConnection: true, blockTimeMS: 1000 });
    const find = () => narrow.db(db.databaseName).collection('counters').findOne({});
    const [first, second] = [find(), failureOf(find())];
    expect(toStoreError(await second, 'work')).toMatchObject({ kind: 'unavailable' });
    await first;
    await narrow.close();
  });
});

test('a service’s database is its name with an underscore', () => {
  expect(databaseOf(client, 'order-svc').databaseName).toBe('order_svc');
});

describe('what a caller over HTTP is told', () => {
  test.each([
    ['unknown', 'outcome_unknown'],
    ['conflict', 'overloaded'],
    ['unavailable', 'database_unavailable'],
  ] as const)('%s: %s', (kind, code) => {
    const error = new Error('wrapped', { cause: new StoreError(kind, 'x') });
    expect(asAppError(error)).toMatchObject({ kind: 'transient', code });
  });

  test('a driver error of a query outside a transaction', async () => {
    await failCommand({ failCommands: ['find'], closeConnection: true }, 10);
    expect(asAppError(await failureOf(find('x')))).toMatchObject({ code: 'database_unavailable' });
  });

  test('nothing about what is no failure of the database', () => {
    expect(asAppError(new TypeError('x'))).toBeUndefined();
    expect(toStoreError('a string', 'work')).toBe('a string');
  });
});

function createMonitored() {
  const commands: string[] = [];
  const sent: Record<string, unknown>[] = [];
  const monitored = createMongoClient(inject('mongodbUrl'), 'monitored');
  // The option is the driver's, and of this client alone.
  (monitored as unknown as { options: { monitorCommands: boolean } }).options.monitorCommands = true;
  monitored.on('commandStarted', ({ commandName, command }: CommandStartedEvent) => {
    if (['hello', 'ping', 'endSessions'].includes(commandName)) return;
    commands.push(commandName);
    sent.push(command);
  });
  return { store: createMongoStore(monitored, monitored.db(db.databaseName)), commands, sent, close: () => monitored.close() };
}
