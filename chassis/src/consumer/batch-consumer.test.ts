import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { sleep } from '../clock.ts';
import { transient } from '../errors.ts';
import { inboxCollection } from '../inbox/inbox.ts';
import type { Tx } from '../store/unit-of-work.ts';
import { asRecord, counting, createConsumerHarness } from '../testing/consumer-harness.ts';
import { aRecord, tallies, tallyCollection } from '../testing/events.ts';
import { need, subscribe } from './subscription.ts';

afterEach(() => {
  vi.useRealTimers();
});

const listening = (handler: ReturnType<typeof counting>, overrides?: Parameters<typeof createConsumerHarness>[1]) =>
  createConsumerHarness([subscribe(tallies, { CountedUp: handler })], overrides);

const poison = counting(({ by }) => {
  if (by === 13) throw new TypeError('thirteen');
});
const bad = (overrides: Parameters<typeof aRecord>[0] = {}) => aRecord({ data: { tallyId: 'a', by: 13 }, ...overrides });

describe('handling a batch', () => {
  test('all records of a batch commit in one transaction, with one read for each collection', async () => {
    const { deliver, store, count } = createConsumerHarness();
    const offsets = await deliver([aRecord({ offset: '4' }), aRecord({ offset: '5', key: 'b' }), aRecord({ offset: '6' })]);
    expect(offsets).toEqual(['6']);
    expect([count('a'), count('b')]).toEqual([2, 1]);
    expect(store.commits).toHaveLength(1);
    expect(store.reads.map(({ collection }) => collection).sort()).toEqual(['inbox', 'tallies']);
  });

  test('records of several partitions that come together go together, each partition with its own offset', async () => {
    const { consumer, createControl, store } = createConsumerHarness();
    const controls = [0, 1, 2].map(() => createControl());
    await Promise.all(
      controls.map((control, partition) =>
        consumer.onBatch({ topic: tallies.name, partition, records: [aRecord({ offset: `${partition}7` })] }, control),
      ),
    );
    expect(controls.map(({ offsets }) => offsets)).toEqual([['07'], ['17'], ['27']]);
    expect(store.commits).toHaveLength(1);
  });

  test('an offset is handled only after the transaction', async () => {
    const { deliver, createControl, store } = createConsumerHarness();
    const commitsAt: number[] = [];
    await deliver([aRecord()], createControl({ handled: () => void commitsAt.push(store.commits.length) }));
    expect(commitsAt).toEqual([1]);
  });

  test('a batch closes at 200 events', async () => {
    const { deliver, store, count } = createConsumerHarness();
    const offsets = await deliver(Array.from({ length: 450 }, (_, offset) => aRecord({ offset: String(offset) })));
    expect(offsets).toEqual(['199', '399', '449']);
    expect(store.commits).toHaveLength(3);
    expect(count()).toBe(450);
  });

  test('a batch closes at 4 MB', async () => {
    const { consumer, createControl, store } = createConsumerHarness();
    const big = () => aRecord({ value: `${JSON.stringify({ tallyId: 'a', by: 1 })}${' '.repeat(1_500_000)}` });
    await Promise.all(
      Array.from({ length: 7 }, (_, partition) => consumer.onBatch({ topic: tallies.name, partition, records: [big()] }, createControl())),
    );
    expect(store.commits).toHaveLength(4);
  });

  test('early handlers come first: what gives back before what takes', async () => {
    const seen: number[] = [];
    const handle = async ({ data }: { data: { by: number } }) => void seen.push(data.by);
    const { deliver } = createConsumerHarness([subscribe(tallies, { CountedUp: { handle }, CountedDown: { handle, early: true } })]);
    await deliver([1, 2, 3, 4].map((by) => aRecord({ type: by % 2 ? 'CountedUp' : 'CountedDown', data: { tallyId: 'a', by } })));
    expect(seen).toEqual([2, 4, 1, 3]);
  });

  test('a type of the contract that nobody here listens to, and one that the contract does not know, are skipped', async () => {
    const { deliver, results, letters } = createConsumerHarness();
    expect(await deliver([aRecord({ type: 'Forgotten', offset: '1' }), aRecord({ type: 'FromTheFuture', offset: '2' })])).toEqual(['2']);
    expect(results()).toEqual(['skipped', 'skipped']);
    expect(letters()).toEqual([]);
  });

  test('what a handler publishes is caused by its event', async () => {
    const handler = counting((data, tx) => tx.publish(tallies, 'CountedDown', data, { type: 'tally', id: 'a', version: 1 }));
    const { deliver, published } = listening(handler);
    await deliver([aRecord({ id: 'cause-1', headers: { ce_correlationid: 'order-9' } })]);
    expect(published()[0]?.headers).toMatchObject({
      ce_causationid: 'cause-1',
      ce_correlationid: 'order-9',
      traceparent: '00-11111111111111111111111111111111-2222222222222222-01',
    });
  });

  test('a stop between two chunks leaves the rest unhandled', async () => {
    const { deliver, createControl } = createConsumerHarness();
    let handled = 0;
    const control = createControl({ isRunning: () => handled === 0, handled: () => void handled++ });
    await deliver(
      Array.from({ length: 450 }, () => aRecord()),
      control,
    );
    expect(handled).toBe(1);
  });
});

describe('duplicates', () => {
  test('handling an event twice changes nothing: the inbox knows it', async () => {
    const { deliver, results, count, store } = createConsumerHarness();
    await deliver([aRecord({ id: 'one' })]);
    await deliver([aRecord({ id: 'one' })]);
    expect(results()).toEqual(['handled', 'duplicate']);
    expect(count()).toBe(1);
    expect(store.find(inboxCollection, 'inventory-svc/one')?.expiresAt).toBeInstanceOf(Date);
  });

  test('a duplicate in the same batch is seen too', async () => {
    const { deliver, results, count } = createConsumerHarness();
    await deliver([aRecord({ id: 'one' }), aRecord({ id: 'one' })]);
    expect(results()).toEqual(['handled', 'duplicate']);
    expect(count()).toBe(1);
  });

  test('with a natural key the handler recognises it, and the inbox is neither written nor, before anything was buried, read', async () => {
    const once = async ({ data }: { data: { tallyId: string } }, tx: Tx) => {
      if (!(await tx.get(tallyCollection, data.tallyId))) tx.put(tallyCollection, { _id: data.tallyId, count: 1 });
    };
    const { deliver, count, store } = createConsumerHarness([
      subscribe(tallies, { CountedUp: { naturalKey: 'tally', needs: ({ data }) => [need(tallyCollection, data.tallyId)], handle: once } }),
    ]);
    await deliver([aRecord({ id: 'one' })]);
    await deliver([aRecord({ id: 'one' })]);
    expect(count()).toBe(1);
    expect(store.all(inboxCollection)).toEqual([]);
    const readOf = () => store.reads.filter(({ collection }) => collection === inboxCollection.name);
    expect(readOf()).toEqual([]);
    await deliver([aRecord({ value: 'unreadable' })]);
    await deliver([aRecord({ id: 'two' })]);
    expect(readOf()).toEqual([{ collection: 'inbox', ids: ['inventory-svc/two'] }]);
  });

  test('two members that handle the same record at once make one effect', async () => {
    const { consumer, createControl, count, transact } = createConsumerHarness();
    const zombie = createConsumerHarness(undefined, { transact });
    const record = aRecord({ id: 'one' });
    await Promise.all([
      consumer.onBatch({ topic: tallies.name, partition: 0, records: [record] }, createControl()),
      zombie.deliver([record]),
    ]);
    expect(count()).toBe(1);
  });
});

describe('what can not be read is dead-lettered at once, with its code, and parks nothing', () => {
  test.each([
    ['missing_key', aRecord({ key: null })],
    ['missing_key', aRecord({ key: '' })],
    ['tombstone', aRecord({ value: null })],
    ['missing_headers', aRecord({ headers: { ce_id: undefined } })],
    ['missing_headers', aRecord({ headers: { ce_type: undefined } })],
    ['malformed_json', aRecord({ value: '{"tallyId":' })],
    ['malformed_json', aRecord({ value: '' })],
    ['schema_violation', aRecord({ data: { tallyId: 'a', by: 'one' } })],
    ['schema_violation', aRecord({ value: 'null' })],
  ])('%s', async (code, record) => {
    const { deliver, letters, published, results, store } = createConsumerHarness();
    const good = aRecord({ offset: '99' });
    expect(await deliver([record, good])).toEqual(['99']);
    expect(results().sort()).toEqual(['dead', 'handled']);
    expect(letters()).toMatchObject([{ status: 'dead', code, attempts: 1, topic: tallies.name, offset: record.offset }]);
    expect(published().map((event) => asRecord(event, record.offset))).toMatchObject([{ key: record.key, value: record.value }]);
    expect(published().map(({ topic }) => topic)).toEqual(['test.tallies.v1.inventory-svc-dlt']);
    expect(store.all(inboxCollection).filter(({ queue }) => queue)).toEqual([]);
  });

  test('a record of a topic that nobody listens to', async () => {
    const { consumer, createControl, letters } = createConsumerHarness();
    await consumer.onBatch({ topic: 'elsewhere', partition: 0, records: [aRecord()] }, createControl());
    expect(letters()).toMatchObject([{ code: 'unknown_topic', topic: 'elsewhere' }]);
  });

  test('dead letters are unique by group and event id, else by topic, partition and offset', async () => {
    const { deliver, letters, published } = createConsumerHarness();
    const broken = { id: 'same', data: { tallyId: 'a' } };
    await deliver([aRecord({ ...broken, offset: '1' }), aRecord({ ...broken, offset: '2' })]);
    await deliver([aRecord({ ...broken, offset: '1' })]);
    const nameless = aRecord({ headers: { ce_id: undefined }, offset: '7' });
    await deliver([nameless]);
    await deliver([nameless]);
    expect(letters().map(({ _id }) => _id)).toEqual(['inventory-svc/same', 'inventory-svc/test.tallies.v1/0/7']);
    expect(published()).toHaveLength(2);
  });

  test('no bytes whatsoever stop the consumer', async () => {
    const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array));
    const json = fc.json().map((text) => Buffer.from(text));
    const header = fc.option(
      fc.oneof(
        bytes,
        fc.constantFrom('CountedUp', '__proto__', 'constructor', '').map((text) => Buffer.from(text)),
      ),
      {
        nil: undefined,
      },
    );
    const name = fc.oneof(fc.constantFrom('ce_id', 'ce_type', 'ce_time', 'traceparent', 'microshop-replay-of', '__proto__'), fc.string());
    const record = fc.record({
      offset: fc.nat().map(String),
      key: fc.option(bytes),
      value: fc.option(fc.oneof(bytes, json)),
      headers: fc.array(fc.tuple(name, header), { maxLength: 6 }).map((entries) => Object.fromEntries(entries)),
      appendedAt: fc.date({ noInvalidDate: false }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 5 }), async (records) => {
        const { deliver } = createConsumerHarness();
        expect(await deliver(records)).toEqual([records.at(-1)?.offset]);
      }),
      { numRuns: 300 },
    );
  });
});

describe('what is transient is retried in place, for ever, and never dead-lettered', () => {
  test.each(['unavailable', 'unknown, written', 'unknown, not written', 'conflict'] as const)('the store is %s', async (fault) => {
    const { deliver, letters, count, store } = createConsumerHarness();
    store.failNext('commit', ...Array.from({ length: 50 }, () => fault));
    expect(await deliver([aRecord({ offset: '3' })])).toEqual(['3']);
    expect(letters()).toEqual([]);
    expect(count()).toBe(1);
  });

  test('the database is away at the first read, and at the beginning', async () => {
    const { deliver, letters, results, store } = createConsumerHarness();
    store.failNext('begin', 'unavailable', 'unavailable');
    store.failNext('read', 'unavailable', 'unavailable');
    await deliver([aRecord()]);
    expect(letters()).toEqual([]);
    expect(results()).toEqual(['retried', 'retried', 'retried', 'retried', 'handled']);
  });

  test('a handler says that a dependency is away', async () => {
    let attempts = 0;
    const handler = counting(() => {
      if (attempts++ < 9) throw transient('away', 'The dependency is away.');
    });
    const { deliver, letters, count } = listening(handler);
    await deliver([aRecord(), aRecord()]);
    expect(letters()).toEqual([]);
    expect(count()).toBe(2);
  });

  test('a handler that used the driver itself throws a driver error that the service knows as transient', async () => {
    let attempts = 0;
    const handler = counting(() => {
      if (attempts++ < 9) throw new Error('connection closed');
    });
    const isTransient = (error: unknown) => (error as Error).message === 'connection closed';
    const { deliver, letters, count } = listening(handler, { isTransient });
    await deliver([aRecord()]);
    expect(letters()).toEqual([]);
    expect(count()).toBe(1);
  });

  test('the membership is kept by heartbeats meanwhile', async () => {
    vi.useFakeTimers();
    const { deliver, createControl, store } = createConsumerHarness(undefined, { sleep });
    store.failNext('commit', ...Array.from({ length: 30 }, () => 'unavailable' as const));
    const control = createControl();
    const delivered = deliver([aRecord()], control);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(control.beats()).toBeGreaterThanOrEqual(9);
    expect(control.offsets).toEqual([]);
    await vi.advanceTimersByTimeAsync(40_000);
    await delivered;
    expect(control.offsets).toHaveLength(1);
  });

  test('a stop ends the retry, and the records come again', async () => {
    const { deliver, createControl, store } = createConsumerHarness();
    store.failNext('commit', ...Array.from({ length: 5 }, () => 'unavailable' as const));
    let asked = 0;
    const control = createControl({ isRunning: () => asked++ < 3 });
    await expect(deliver([aRecord()], control)).rejects.toMatchObject({ kind: 'unavailable' });
    expect(control.offsets).toEqual([]);
  });

  test('a member that lost its partitions ends the retry, for it must join the group anew', async () => {
    const { deliver, createControl, store, count } = createConsumerHarness();
    const fault = vi.fn(() => 'unavailable' as const);
    store.failNext('commit', ...Array.from({ length: 1000 }, fault));
    let beats = 0;
    const control = createControl({
      heartbeat: async () => {
        if (beats++ > 3) throw new Error('REBALANCE_IN_PROGRESS');
      },
    });
    await expect(deliver([aRecord()], control)).rejects.toThrow('REBALANCE_IN_PROGRESS');
    expect(control.offsets).toEqual([]);
    expect(count()).toBeUndefined();
  });
});

describe('membership', () => {
  test('a member that is fenced before the batch handles nothing', async () => {
    const { deliver, createControl, store } = createConsumerHarness();
    const heartbeat = async () => Promise.reject(new Error('ILLEGAL_GENERATION'));
    await expect(deliver([aRecord()], createControl({ heartbeat }))).rejects.toThrow('ILLEGAL_GENERATION');
    expect(store.commits).toEqual([]);
  });

  test('a membership lost during a transaction is reported after the commit, and what is committed is handled', async () => {
    vi.useFakeTimers();
    const release = Promise.withResolvers<void>();
    const { deliver, createControl, count } = listening(
      counting(() => release.promise),
      { sleep },
    );
    let beats = 0;
    const control = createControl({
      heartbeat: async () => {
        if (beats++ > 0) throw new Error('REBALANCE_IN_PROGRESS');
      },
    });
    const delivered = deliver([aRecord({ offset: '8' })], control);
    const rejected = expect(delivered).rejects.toThrow('REBALANCE_IN_PROGRESS');
    await vi.advanceTimersByTimeAsync(5000);
    expect(control.offsets).toEqual([]);
    release.resolve();
    await rejected;
    expect(control.offsets).toEqual(['8']);
    expect(count()).toBe(1);
  });
});

describe('poison stands alone', () => {
  test('it is buried after a few attempts, and every other record of the batch is committed', async () => {
    const { deliver, letters, count, published, results } = listening(poison);
    const records = Array.from({ length: 20 }, (_, nth) => (nth === 11 ? bad({ id: 'bad', offset: '111' }) : aRecord()));
    const offsets = await deliver(records);
    expect(offsets).toEqual([records.at(-1)?.offset]);
    expect(count()).toBe(19);
    expect(letters()).toMatchObject([
      { _id: 'inventory-svc/bad', status: 'dead', code: 'handler_failed', error: 'TypeError: thirteen', attempts: 3, offset: '111' },
    ]);
    expect(published().map(({ topic }) => topic)).toEqual(['test.tallies.v1.inventory-svc-dlt']);
    expect(results().sort()).toEqual([...Array(1).fill('dead'), ...Array(19).fill('handled')]);
  });

  test.each([
    ['TypeError', new TypeError('x')],
    ['RangeError', new RangeError('x')],
    ['SyntaxError', new SyntaxError('x')],
    ['ReferenceError', new ReferenceError('x')],
    ['no error at all', 'a string'],
  ])('%s never leaves the consumer: kafkajs would end for good', async (_, thrown) => {
    const handler = counting(() => {
      throw thrown;
    });
    const { deliver, letters } = listening(handler);
    expect(await deliver([aRecord({ offset: '1' })])).toEqual(['1']);
    expect(letters()).toHaveLength(1);
  });

  test('a needs that throws is poison too', async () => {
    const handler = counting();
    handler.needs = ({ data }) => {
      if (data.by === 13) throw new Error('no');
      return [];
    };
    const { deliver, letters, count } = listening(handler);
    await deliver([aRecord(), bad(), aRecord()]);
    expect(letters()).toHaveLength(1);
    expect(count()).toBe(2);
  });

  test('a handler that fails once is no poison', async () => {
    let attempts = 0;
    const handler = counting(() => {
      if (attempts++ === 0) throw new Error('once');
    });
    const { deliver, letters, count } = listening(handler);
    await deliver([aRecord()]);
    expect(letters()).toEqual([]);
    expect(count()).toBe(1);
  });

  test('the store is away while poison is buried: nothing is lost and it is buried once', async () => {
    const { deliver, letters, count, store } = listening(poison);
    store.failNext('commit', 'unavailable', 'unknown, written', 'unavailable', 'unknown, not written');
    await deliver([aRecord(), bad(), aRecord()]);
    expect(letters()).toHaveLength(1);
    expect(count()).toBe(2);
  });

  test('nothing that a failed attempt did in memory stays', async () => {
    const { deliver, count } = listening(
      counting(async ({ by }, tx) => {
        tx.put(tallyCollection, { _id: 'a', count: ((await tx.get(tallyCollection, 'a'))?.count ?? 0) + 100 });
        if (by === 13) throw new Error('after its put');
      }),
    );
    await deliver([aRecord(), bad(), aRecord()]);
    expect(count()).toBe(202);
  });

  test('a batch that is too large for the database is halved until it fits: size limits are never poison', async () => {
    const { deliver, letters, count, store } = createConsumerHarness();
    const tooLarge = new Error('BSONObjectTooLarge');
    store.failNext('commit', tooLarge, tooLarge);
    await deliver(Array.from({ length: 8 }, () => aRecord()));
    expect(letters()).toEqual([]);
    expect(count()).toBe(8);
    expect(store.commits.map((writes) => writes.length)).toEqual([3, 3, 5]);
  });

  test('a whole batch of poison is buried, one by one', async () => {
    const { deliver, letters } = listening(poison);
    await deliver(Array.from({ length: 8 }, () => bad()));
    expect(letters()).toHaveLength(8);
  });

  test('a watcher that throws makes no event poison', async () => {
    const { deliver, letters, count } = createConsumerHarness(undefined, {
      observe: () => {
        throw new Error('a metric');
      },
    });
    await deliver([aRecord(), aRecord()]);
    expect(letters()).toEqual([]);
    expect(count()).toBe(2);
  });
});
