import { describe, expect, test } from 'vitest';
import { subscribe } from '../consumer/subscription.ts';
import { counting, createConsumerHarness } from '../testing/consumer-harness.ts';
import { aRecord, silent, tallies, tallyCollection } from '../testing/events.ts';
import { createFakeBroker } from '../testing/fake-broker.ts';
import { createFakeTracing } from '../testing/fake-tracing.ts';
import { createTracing } from './create-tracing.ts';
import { traceBroker } from './traced-broker.ts';
import { traceSubscriptions } from './traced-subscriptions.ts';
import { traceTransactions } from './traced-transactions.ts';

const contextOf = (digit: string) => `00-${digit.repeat(32)}-${digit.repeat(16)}-01`;

test('without an endpoint nothing is traced, and nothing is loaded for it', async () => {
  expect(await createTracing('a-svc', '1.0.0', { OTEL_TRACES_SAMPLER_ARG: 1 }, silent)).toBeUndefined();
});

describe('a transaction', () => {
  const { transact, store } = createConsumerHarness();
  const traced = () => {
    const tracing = createFakeTracing();
    return { tracing, run: traceTransactions(transact, tracing) };
  };

  test('for one cause is a span within its trace', async () => {
    const { tracing, run } = traced();
    await run(async () => undefined, { traceparent: contextOf('a'), tracestate: 'shop=front' });
    expect(tracing.ended()).toMatchObject([{ name: 'transaction', parent: { traceparent: contextOf('a'), tracestate: 'shop=front' } }]);
  });

  test('for several is a span of its own that is linked to each', async () => {
    const { tracing, run } = traced();
    await run(async (tx) => ['a', 'b', 'a'].forEach((digit) => void tx.because({ traceparent: contextOf(digit) })));
    expect(tracing.ended()).toMatchObject([{ links: [{ traceparent: contextOf('a') }, { traceparent: contextOf('b') }] }]);
    expect(tracing.spans[0]?.parent).toBeUndefined();
  });

  test('for several of one trace is within it', async () => {
    const { tracing, run } = traced();
    const other = contextOf('a').replace(`-${'a'.repeat(16)}-`, `-${'b'.repeat(16)}-`);
    await run(async (tx) => [contextOf('a'), other].forEach((traceparent) => void tx.because({ traceparent })));
    expect(tracing.spans).toMatchObject([{ parent: { traceparent: contextOf('a') }, links: [{ traceparent: other }] }]);
  });

  test('seen on behalf of something nearer stands for that alone', async () => {
    const { tracing, run } = traced();
    await run(async (tx) => void tx.because({ traceparent: contextOf('b') }).because({ traceparent: contextOf('c') }), {
      traceparent: contextOf('a'),
    });
    expect(tracing.spans).toMatchObject([{ parent: { traceparent: contextOf('c') } }]);
  });

  test('that is run again is for what its last attempt was for', async () => {
    const { tracing, run } = traced();
    let attempt = 0;
    store.failNext('commit', 'conflict');
    await run(async (tx) => {
      await tx.get(tallyCollection, 'a');
      tx.because({ traceparent: contextOf(String(++attempt)) }).put(tallyCollection, { _id: 'a', count: attempt });
    });
    expect(tracing.spans).toMatchObject([{ parent: { traceparent: contextOf('2') } }]);
  });

  test('for nobody is no span', async () => {
    const { tracing, run } = traced();
    expect(await run(async () => 7)).toBe(7);
    expect(tracing.spans).toEqual([]);
  });

  test('that fails says so and fails', async () => {
    const { tracing, run } = traced();
    const failure = new Error('no');
    const running = run(
      async () => {
        throw failure;
      },
      { traceparent: contextOf('a') },
    );
    await expect(running).rejects.toBe(failure);
    expect(tracing.ended()).toMatchObject([{ outcome: { error: failure } }]);
  });
});

describe('a send', () => {
  const event = {
    topic: 'events',
    key: 'a',
    value: '{}',
    headers: { ce_id: 'e1', ce_type: 'Happened', traceparent: contextOf('a'), tracestate: 'shop=front' },
  };
  const setUp = () => {
    const tracing = createFakeTracing();
    const fake = createFakeBroker();
    return { tracing, fake, broker: traceBroker(fake, tracing) };
  };

  test('goes on with the trace that the outbox kept, and what it sends is its child', async () => {
    const { tracing, fake, broker } = setUp();
    await broker.send([event, event]);
    expect(tracing.ended()).toMatchObject(
      [1, 2].map(() => ({ name: 'send events', kind: 'producer', parent: { traceparent: contextOf('a') } })),
    );
    const sent = fake.recordsOf('events').map(({ headers }) => Buffer.from(headers.traceparent ?? '').toString());
    expect(sent).toEqual(tracing.spans.map(({ traceparent }) => traceparent));
    expect(Buffer.from(fake.recordsOf('events')[0]?.headers.tracestate ?? '').toString()).toBe('shop=front');
  });

  test('leaves dead letters and replays as they were', async () => {
    const { tracing, fake, broker } = setUp();
    await broker.send([{ ...event, partition: 0 }]);
    expect(tracing.spans).toEqual([]);
    expect(Buffer.from(fake.recordsOf('events')[0]?.headers.traceparent ?? '').toString()).toBe(contextOf('a'));
  });

  test('that fails ends its spans as failed, and fails', async () => {
    const { tracing, broker } = setUp();
    const failure = new Error('away');
    const failing = traceBroker({ ...broker, send: async () => Promise.reject(failure) }, tracing);
    await expect(failing.send([event])).rejects.toBe(failure);
    expect(tracing.ended()).toMatchObject([{ outcome: { error: failure } }]);
  });
});

describe('an event that is handled', () => {
  function setUp(onEach: () => void = () => undefined) {
    const tracing = createFakeTracing();
    const publishing = counting((data, tx) => {
      onEach();
      tx.publish(tallies, 'CountedDown', data, { type: 'tally', id: data.tallyId, version: 1 });
    });
    const subscriptions = traceSubscriptions([subscribe(tallies, { CountedUp: publishing })], 'inventory-svc', tracing);
    return { tracing, ...createConsumerHarness(subscriptions) };
  }
  const record = () => aRecord({ headers: { traceparent: contextOf('a'), tracestate: 'shop=front' } });

  test('is a span within its trace, and what it causes is a child of that', async () => {
    const { tracing, deliver, published } = setUp();
    await deliver([record()]);
    expect(tracing.ended()).toMatchObject([
      { name: `process ${tallies.name}`, kind: 'consumer', parent: { traceparent: contextOf('a'), tracestate: 'shop=front' } },
    ]);
    expect(published()[0]?.headers).toMatchObject({ traceparent: tracing.spans[0]?.traceparent, tracestate: 'shop=front' });
  });

  test('ends with the transaction that keeps its effect: an attempt that was for nothing leaves none', async () => {
    const { tracing, store, deliver, count } = setUp();
    store.failNext('commit', 'conflict');
    await deliver([record()]);
    expect(count()).toBe(1);
    expect(tracing.spans).toHaveLength(2);
    expect(tracing.ended()).toHaveLength(1);
  });

  test('and fails, fails its span', async () => {
    const { tracing, deliver, letters, store } = setUp(() => {
      throw new TypeError('poison');
    });
    await deliver([record()]);
    expect(letters()).toHaveLength(1);
    expect(store.find(tallyCollection, 'a')).toBeUndefined();
    for (const { outcome } of tracing.ended()) expect(outcome).toMatchObject({ error: { name: 'TypeError' } });
  });
});
