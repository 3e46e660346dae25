import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { sleep } from '../clock.ts';
import { UnsendableError } from '../kafka/broker.ts';
import { anOutboxDocument, anOutboxEvent, silent } from '../testing/events.ts';
import { createFakeBroker, type SendFault } from '../testing/fake-broker.ts';
import { createFakeLeases, createFakeOutbox } from '../testing/fake-outbox.ts';
import { createFakeStore, type FakeStore } from '../testing/fake-store.ts';
import { createLease } from './lease.ts';
import { type OutboxDocument, type OutboxEvent, outboxCollection } from './outbox.ts';
import { createOutboxRelay } from './outbox-relay.ts';
import { inVersionOrder } from './version-order.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

const HOUR_MS = 3_600_000;

type Relay = ReturnType<typeof setUp>;

function setUp({
  store = createFakeStore(),
  holder = 'a',
  pollIntervalMs = 500,
  fault,
}: {
  store?: FakeStore;
  holder?: string;
  pollIntervalMs?: number;
  fault?: (ids: string[]) => SendFault | undefined;
} = {}) {
  const turns: string[] = [];
  const turn = vi.fn(async (what: string) => void turns.push(what));
  const ring = vi.fn(async () => undefined);
  const broker = createFakeBroker({ fault: (records) => fault?.(records.map(({ headers }) => String(headers.ce_id))) });
  const relay = createOutboxRelay({
    outbox: createFakeOutbox(store, turn),
    lease: createLease({
      store: createFakeLeases(store, () => new Date(Date.now()), turn),
      name: 'outbox',
      holder,
      ttlMs: 3000,
      monotonicMs: () => Date.now(),
    }),
    broker,
    clock: { now: () => new Date(Date.now()) },
    sleep,
    logger: silent,
    pollIntervalMs,
    standbyIntervalMs: 500,
    ring,
  });
  return {
    ring,
    store,
    broker,
    relay,
    turn,
    turns,
    put: (...documents: OutboxDocument[]) => store.seed(outboxCollection, ...documents),
    pending: () => store.all(outboxCollection).filter(({ pending }) => pending),
    sent: () => broker.sends.flat().map(({ headers }) => headers.ce_id),
    async pass(ms: number) {
      await vi.advanceTimersByTimeAsync(ms);
    },
  };
}

const event = (id: string, overrides: Partial<OutboxEvent> = {}) =>
  anOutboxEvent({ id, aggregateid: id, headers: { ce_id: id }, ...overrides });
const docOf = (...events: OutboxEvent[]) => anOutboxDocument(events);

async function stopped({ relay, pass }: Relay): Promise<void> {
  const ending = relay.stop();
  await pass(10_000);
  await ending;
}

describe('publishing', () => {
  test('sends each event as it was decided and marks the document after the acknowledgement', async () => {
    const relay = setUp();
    relay.put(docOf(event('1', { key: 'k', payload: '{}' }), event('2', { key: Buffer.from('raw'), payload: null, partition: 4 })));
    relay.relay.start();
    await relay.pass(0);
    expect(relay.broker.sends).toEqual([
      [
        { topic: 'test.tallies.v1', key: 'k', value: '{}', headers: { ce_id: '1' } },
        { topic: 'test.tallies.v1', key: expect.anything(), value: null, headers: { ce_id: '2' }, partition: 4 },
      ],
    ]);
    expect(relay.pending()).toEqual([]);
    expect(relay.store.all(outboxCollection)[0]).toMatchObject({ publishedAt: new Date(0), fence: 1 });
    await stopped(relay);
  });

  test('marks nothing before the acknowledgement', async () => {
    const acknowledged = Promise.withResolvers<void>();
    const relay = setUp();
    vi.spyOn(relay.broker, 'send').mockImplementation(() => acknowledged.promise);
    relay.put(docOf(event('1')));
    relay.relay.start();
    await relay.pass(1000);
    expect(relay.pending()).toHaveLength(1);
    expect(relay.turns).not.toContain('markPublished');
    acknowledged.resolve();
    await relay.pass(0);
    expect(relay.pending()).toEqual([]);
    await stopped(relay);
  });

  test('has one send in flight, whatever is waiting', async () => {
    const relay = setUp();
    relay.put(...Array.from({ length: 30 }, (_, nth) => docOf(event(`${nth}`, { payload: 'x'.repeat(200_000) }))));
    relay.relay.start();
    for (let wake = 0; wake < 20; wake++) {
      relay.relay.wake();
      await relay.pass(1);
    }
    expect(relay.sent()).toHaveLength(30);
    expect(relay.broker.mostAtOnce).toBe(1);
    await stopped(relay);
  });

  test('keeps a send under the broker’s limit, in bytes and not in characters', async () => {
    const relay = setUp();
    relay.put(...Array.from({ length: 20 }, (_, nth) => docOf(event(`${nth}`, { payload: '語'.repeat(60_000) }))));
    relay.relay.start();
    await relay.pass(10);
    const sizes = relay.broker.sends.map((records) => records.reduce((sum, { value }) => sum + Buffer.byteLength(String(value)), 0));
    expect(Math.max(...sizes)).toBeLessThan(500_000);
    expect(relay.sent()).toHaveLength(20);
    await stopped(relay);
  });

  test('goes on at once while there is more than one window', async () => {
    const relay = setUp();
    relay.put(...Array.from({ length: 1234 }, (_, nth) => docOf(event(`${nth}`))));
    relay.relay.start();
    await relay.pass(10);
    expect(relay.sent()).toHaveLength(1234);
    expect(relay.pending()).toEqual([]);
    await stopped(relay);
  });
});

describe('order', () => {
  test('in a key is by the aggregate’s version, never by clock or id', async () => {
    const relay = setUp();
    const version = (version: number, _id: string) =>
      anOutboxDocument([event(`v${version}`, { aggregateid: 'order-1', version })], { _id });
    relay.put(version(3, 'outbox-1'), version(1, 'outbox-2'), version(2, 'outbox-3'));
    relay.relay.start();
    await relay.pass(0);
    expect(relay.sent()).toEqual(['v1', 'v2', 'v3']);
    await stopped(relay);
  });

  test.each([499, 500, 501, 999, 1000])(
    'is by version, too, where two of its events are on both sides of a window (place %s)',
    async (place) => {
      const shop = setUp();
      const others = (count: number) => Array.from({ length: count }, (_, n) => docOf(event(`${count}/${n}`)));
      const ofOrder = (version: number) => docOf(event(`version ${version}`, { aggregateid: 'order-1', key: 'order-1', version }));
      shop.put(...others(place - 1), ofOrder(2), ofOrder(1), ...others(700));
      shop.relay.start();
      await shop.pass(2000);
      expect(shop.sent().filter((id) => String(id).startsWith('version'))).toEqual(['version 1', 'version 2']);
      expect(new Set(shop.sent()).size).toBe(shop.sent().length);
      expect(shop.pending()).toEqual([]);
      await stopped(shop);
    },
  );

  test('of all aggregates is that of their versions, for any order of ids', () => {
    const entry = fc.record({
      aggregate: fc.constantFrom('a', 'b', 'c'),
      version: fc.nat({ max: 9 }),
      copies: fc.integer({ min: 1, max: 3 }),
    });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 30 }), (entries) => {
        const documents = entries.map(({ aggregate, version, copies }) =>
          docOf(
            ...Array.from({ length: copies }, (_, copy) => event(`${aggregate}${version}.${copy}`, { aggregateid: aggregate, version })),
          ),
        );
        const ordered = inVersionOrder(documents);
        expect(new Set(ordered).size).toBe(documents.flatMap(({ events }) => events).length);
        for (const aggregate of ['a', 'b', 'c']) {
          const versions = ordered.filter((each) => each.event.aggregateid === aggregate).map((each) => each.event.version);
          expect(versions).toEqual(versions.toSorted((a, b) => a - b));
        }
      }),
    );
  });
});

describe('a send that fails', () => {
  test('is tried again with the same events in the same order, and nothing is marked', async () => {
    const relay = setUp();
    relay.broker.failNext('away', 'away', 'answer lost');
    relay.put(docOf(event('1'), event('2')), docOf(event('3')));
    relay.relay.start();
    await relay.pass(5000);
    expect(relay.sent()).toEqual(['1', '2', '3', '1', '2', '3']);
    expect(relay.pending()).toEqual([]);
    await stopped(relay);
  });

  test('for a long time is tried again for ever, at least every second', async () => {
    const relay = setUp({ fault: () => (Date.now() < 60_000 ? 'away' : undefined) });
    relay.put(docOf(event('1')));
    relay.relay.start();
    await relay.pass(59_000);
    expect(relay.pending()).toHaveLength(1);
    await relay.pass(2001);
    expect(relay.sent()).toEqual(['1']);
    await stopped(relay);
  });

  test('does not make what was acknowledged before it be sent again', async () => {
    let fails = true;
    const relay = setUp({ fault: (ids) => (fails && ids.includes('3') ? 'away' : undefined) });
    relay.put(...['1', '2', '3'].map((id) => docOf(event(id, { payload: 'x'.repeat(400_000) }))));
    relay.relay.start();
    await relay.pass(1000);
    fails = false;
    await relay.pass(2000);
    expect(relay.sent()).toEqual(['1', '2', '3']);
    await stopped(relay);
  });

  test('a store that is away while the marks are made only makes a duplicate', async () => {
    const relay = setUp();
    relay.turn.mockImplementation(async (what) => {
      if (what === 'markPublished' && Date.now() < 100) throw new Error('away');
    });
    relay.put(docOf(event('1')));
    relay.relay.start();
    await relay.pass(2000);
    expect(new Set(relay.sent())).toEqual(new Set(['1']));
    expect(relay.pending()).toEqual([]);
    await stopped(relay);
  });
});

describe('a mark that a snapshot does not show yet', () => {
  test('makes no duplicate; one that was lost with its primary is made again', async () => {
    const relay = setUp();
    const document = docOf(event('1'));
    relay.put(document);
    relay.relay.start();
    await relay.pass(0);
    relay.put(document);
    await relay.pass(9000);
    expect(relay.sent()).toEqual(['1']);
    await relay.pass(2000);
    expect(relay.sent()).toEqual(['1', '1']);
    expect(relay.pending()).toEqual([]);
    await stopped(relay);
  });

  test('is made again soon, too, when the clock was two hours ahead at the first time', async () => {
    vi.setSystemTime(2 * HOUR_MS);
    const relay = setUp();
    const document = docOf(event('1'));
    relay.put(document);
    relay.relay.start();
    await relay.pass(0);
    vi.setSystemTime(0);
    relay.put(document);
    await relay.pass(11_000);
    expect(relay.pending()).toEqual([]);
    await stopped(relay);
  });
});

describe('a record that can not be sent', () => {
  const refusing = (...bad: string[]) => setUp({ fault: (ids) => (ids.some((id) => bad.includes(id)) ? 'unsendable' : undefined) });

  test('is bisected out and blocks its own key only; later ones of its key wait', async () => {
    const relay = refusing('bad');
    relay.put(
      docOf(event('1', { key: 'a' }), event('bad', { key: 'b' }), event('2', { key: 'c' })),
      docOf(event('after', { key: 'b' }), event('3', { key: 'a' })),
      docOf(event('elsewhere', { key: 'b', topic: 'other' })),
    );
    relay.relay.start();
    await relay.pass(5000);
    expect(relay.sent()).toEqual(['1', '2', '3', 'elsewhere']);
    expect(relay.pending()).toMatchObject([
      { stuck: [{ index: 1, error: 'injected: unsendable' }], sent: [0, 2] },
      { stuck: [], sent: [1] },
    ]);
    await stopped(relay);
  });

  test('is tried again after half a minute, and then its key goes on in order', async () => {
    let refuses = true;
    const relay = setUp({ fault: (ids) => (refuses && ids.includes('bad') ? 'unsendable' : undefined) });
    relay.put(docOf(event('bad')), docOf(event('after')));
    relay.relay.start();
    await relay.pass(1000);
    refuses = false;
    await relay.pass(28_000);
    expect(relay.sent()).toEqual([]);
    await relay.pass(2000);
    expect(relay.sent()).toEqual(['bad', 'after']);
    expect(relay.pending()).toEqual([]);
    await stopped(relay);
  });

  test('is tried again soon, too, when the clock was two hours ahead as it was refused', async () => {
    vi.setSystemTime(2 * HOUR_MS);
    let refuses = true;
    const relay = setUp({ fault: () => (refuses ? 'unsendable' : undefined) });
    relay.put(docOf(event('bad')));
    relay.relay.start();
    await relay.pass(1000);
    refuses = false;
    vi.setSystemTime(0);
    await relay.pass(31_000);
    expect(relay.sent()).toEqual(['bad']);
    await stopped(relay);
  });

  test('does not starve the others when stuck documents fill the window', async () => {
    const bad = Array.from({ length: 700 }, (_, nth) => `bad-${nth}`);
    const relay = refusing('bad-0');
    relay.put(
      ...bad.map((id) => docOf(event(id, { key: 'stuck' }))),
      ...Array.from({ length: 600 }, (_, nth) => docOf(event(`${nth}`, { key: `k${nth}` }))),
    );
    relay.relay.start();
    await relay.pass(3000);
    expect(relay.sent()).toHaveLength(600);
    relay.put(docOf(event('new', { key: 'new' })));
    await relay.pass(1000);
    expect(relay.sent().at(-1)).toBe('new');
    expect(relay.pending()).toHaveLength(700);
    await stopped(relay);
  });

  test('is written down once and not at every look', async () => {
    const relay = refusing('bad');
    relay.put(docOf(event('bad'), event('good', { key: 'other' })), docOf(event('after')));
    relay.relay.start();
    await relay.pass(10_000);
    expect(relay.turns.filter((turn) => turn === 'markStuck')).toHaveLength(1);
    await stopped(relay);
  });

  test('does not stay unknown when the broker goes away right after it', async () => {
    const relay = setUp({ fault: (ids) => (ids.includes('bad') ? 'unsendable' : ids.includes('next') ? 'away' : undefined) });
    relay.put(docOf(event('bad', { key: 'b' })), docOf(event('next', { key: 'n' })));
    relay.relay.start();
    await relay.pass(1000);
    expect(relay.pending()[0]).toMatchObject({ stuck: [{ index: 0 }] });
    await stopped(relay);
  });
});

describe('several instances', () => {
  test('only the holder of the lease publishes', async () => {
    const store = createFakeStore();
    const a = setUp({ store, holder: 'a' });
    const b = setUp({ store, holder: 'b' });
    a.relay.start();
    await a.pass(0);
    b.relay.start();
    for (let nth = 0; nth < 20; nth++) {
      a.put(docOf(event(`${nth}`)));
      await a.pass(300);
    }
    expect(a.sent()).toHaveLength(20);
    expect(b.sent()).toEqual([]);
    await stopped(a);
    await stopped(b);
  });

  test('the lease of a dead one is taken when it has run out, however seldom a holder polls', async () => {
    const store = createFakeStore();
    await createFakeLeases(store, () => new Date(Date.now())).acquire('outbox', 'dead', 3000);
    const b = setUp({ store, holder: 'b', pollIntervalMs: 60_000 });
    b.put(docOf(event('1')));
    b.relay.start();
    await b.pass(2900);
    expect(b.sent()).toEqual([]);
    await b.pass(700);
    expect(b.sent()).toEqual(['1']);
    await stopped(b);
  });

  test('another takes over when the holder stops, at once', async () => {
    const store = createFakeStore();
    const a = setUp({ store, holder: 'a' });
    const b = setUp({ store, holder: 'b' });
    a.relay.start();
    await a.pass(0);
    b.relay.start();
    await a.pass(100);
    await a.relay.stop();
    a.put(docOf(event('1')));
    await b.pass(1001);
    expect(b.sent()).toEqual(['1']);
    expect(store.all(outboxCollection)[0]?.fence).toBe(2);
    await stopped(b);
  });

  test('a holder that loses the lease in the middle of a window stops there, and its marks do not undo a later holder’s', async () => {
    const relay = setUp();
    relay.put(...['1', '2', '3'].map((id) => docOf(event(id, { payload: 'x'.repeat(400_000) }))));
    const send = relay.broker.send;
    vi.spyOn(relay.broker, 'send').mockImplementation(async (records) => {
      await send(records);
      if (relay.broker.sends.length > 1) return;
      // The send took so long that another took the lease, published all and gave it back.
      vi.setSystemTime(Date.now() + 4000);
      const other = createFakeLeases(relay.store, () => new Date(Date.now()));
      const fence = (await other.acquire('outbox', 'b', 3000)) as number;
      const ids = relay.store.all(outboxCollection).map(({ _id }) => _id);
      await createFakeOutbox(relay.store).markPublished(ids, fence, new Date(0));
      await other.release('outbox', 'b');
    });
    relay.relay.start();
    await relay.pass(2000);
    expect(relay.sent()).toEqual(['1']);
    expect(relay.store.all(outboxCollection).map(({ fence }) => fence)).toEqual([2, 2, 2]);
    await stopped(relay);
  });

  test('does not ask for the lease at each of its commits while another holds it', async () => {
    const store = createFakeStore();
    const a = setUp({ store, holder: 'a' });
    a.relay.start();
    await a.pass(0);
    const b = setUp({ store, holder: 'b' });
    b.relay.start();
    for (let commit = 0; commit < 100; commit++) {
      b.relay.wake();
      await b.pass(5);
    }
    expect(b.turns.filter((turn) => turn === 'acquire').length).toBeLessThanOrEqual(3);
    await stopped(a);
    await stopped(b);
  });
});

describe('what this process commits', () => {
  const stored = (id: string) => docOf(event(id, { payload: 'as stored' }));
  const own = (id: string, events = 1) => ({
    ...docOf(...Array.from({ length: events }, () => event(id, { payload: 'as committed' }))),
    _id: id,
  });
  const payloads = ({ broker }: Relay) => broker.sends.flat().map(({ value }) => value);

  test('is published as it was committed, without being read again', async () => {
    const relay = setUp();
    relay.put({ ...stored('1'), _id: '1' }, { ...stored('2'), _id: '2' });
    relay.relay.remember(own('1'));
    relay.relay.start();
    await relay.pass(0);
    expect(payloads(relay)).toEqual(['as committed', 'as stored']);
    await stopped(relay);
  });

  test('is read where it is too much to be kept', async () => {
    const relay = setUp();
    relay.put({ ...stored('1'), _id: '1' }, { ...stored('2'), _id: '2' });
    relay.relay.remember(own('1'));
    relay.relay.remember(own('2', 2000));
    relay.relay.start();
    await relay.pass(0);
    expect(payloads(relay).slice(0, 2)).toEqual(['as stored', 'as committed']);
    await stopped(relay);
  });

  test('is told to whoever publishes, once for what comes together; what is only heard of is not', async () => {
    const store = createFakeStore();
    const [a, b] = [setUp({ store, holder: 'a' }), setUp({ store, holder: 'b' })];
    a.relay.start();
    await a.pass(0);
    b.relay.start();
    await b.pass(0);
    for (let commit = 0; commit < 3; commit++) b.relay.wake();
    await b.pass(5);
    expect(b.ring).toHaveBeenCalledOnce();
    for (const { relay } of [a, b]) relay.hear();
    a.relay.wake();
    await b.pass(5);
    expect([a.ring.mock.calls.length, b.ring.mock.calls.length]).toEqual([0, 1]);
    await stopped(a);
    await stopped(b);
  });
});

describe('start, wake and stop', () => {
  test('a wake-up publishes at once; without one the poll does', async () => {
    const relay = setUp();
    relay.relay.start();
    await relay.pass(10);
    relay.put(docOf(event('1')));
    relay.relay.wake();
    await relay.pass(0);
    expect(relay.sent()).toEqual(['1']);
    relay.put(docOf(event('2')));
    await relay.pass(499);
    expect(relay.sent()).toEqual(['1']);
    await relay.pass(1);
    expect(relay.sent()).toEqual(['1', '2']);
    await stopped(relay);
  });

  test('a wake-up while it publishes is not lost', async () => {
    const relay = setUp();
    relay.put(docOf(event('1')));
    const send = relay.broker.send;
    vi.spyOn(relay.broker, 'send').mockImplementationOnce(async (records) => {
      await send(records);
      relay.put(docOf(event('2')));
      relay.relay.wake();
    });
    relay.relay.start();
    await relay.pass(0);
    expect(relay.sent()).toEqual(['1', '2']);
    await stopped(relay);
  });

  test('a stop finishes the send under way, marks it, sends no other and gives the lease back', async () => {
    const relay = setUp();
    relay.put(...['1', '2', '3'].map((id) => docOf(event(id, { payload: 'x'.repeat(400_000) }))));
    const answer = Promise.withResolvers<void>();
    const send = relay.broker.send;
    vi.spyOn(relay.broker, 'send').mockImplementation(async (records) => {
      await send(records);
      await answer.promise;
    });
    relay.relay.start();
    await relay.pass(0);
    const done = vi.fn();
    const stopping = relay.relay.stop().then(done);
    await relay.pass(1000);
    expect(done).not.toHaveBeenCalled();
    answer.resolve();
    await stopping;
    expect(relay.sent()).toEqual(['1']);
    expect(relay.pending()).toHaveLength(2);
    expect(relay.turns.at(-1)).toBe('release');
  });

  test('a stop without a start, twice, and while the store is away', async () => {
    const relay = setUp();
    await relay.relay.stop();
    relay.relay.start();
    await relay.pass(0);
    relay.turn.mockRejectedValue(new Error('away'));
    await relay.pass(700);
    await relay.relay.stop();
    await relay.relay.stop();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('can be started again', async () => {
    const relay = setUp();
    relay.relay.start();
    relay.relay.start();
    await relay.pass(0);
    await relay.relay.stop();
    relay.put(docOf(event('1')));
    relay.relay.start();
    await relay.pass(600);
    expect(relay.sent()).toEqual(['1']);
    await stopped(relay);
  });

  test('an error of another kind than unsendable is never taken for one', async () => {
    const relay = setUp({
      fault: () => (Date.now() < 300 ? new Error('NOT_LEADER', { cause: new UnsendableError('not on the surface') }) : undefined),
    });
    relay.put(docOf(event('1')));
    relay.relay.start();
    await relay.pass(3000);
    expect(relay.store.all(outboxCollection)[0]).not.toHaveProperty('stuck');
    expect(relay.sent()).toEqual(['1']);
    await stopped(relay);
  });
});
