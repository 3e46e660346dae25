import { describe, expect, test } from 'vitest';
import { UnsendableError } from '../kafka/broker.ts';
import type { Ports } from '../ports.ts';
import { ValidatorRefusal } from '../store/store.ts';
import { createUnitOfWork, retryingConflicts, type Tx } from '../store/unit-of-work.ts';
import { anOutboxDocument, anOutboxEvent, aRecord, idsFrom, T0, tallies, tallyCollection } from '../testing/events.ts';
import { createFakeBroker } from '../testing/fake-broker.ts';
import { createFakeStore } from '../testing/fake-store.ts';
import { createServiceMetrics } from './service-metrics.ts';

function setUp(overrides: Partial<Ports> = {}) {
  const store = createFakeStore();
  const broker = createFakeBroker();
  const service = createServiceMetrics('a-svc', '1.2.3');
  const unused = () => expect.unreachable();
  const ports = service.measured({
    store,
    broker,
    outbox: { pending: unused, markPublished: unused, markStuck: unused },
    leases: { acquire: unused, release: unused },
    ...overrides,
  });
  const transact = retryingConflicts(
    createUnitOfWork({ store: ports.store, clock: { now: () => T0 }, newId: idsFrom(), source: '/test' }),
    service.conflictPause,
  );
  return {
    store,
    broker,
    service,
    ports,
    transact,
    /** The value of the one sample with that beginning; undefined without one. */
    async value(begin: string): Promise<number | undefined> {
      const lines = (await service.metrics.text()).split('\n').filter((line) => line.startsWith(`microshop_${begin}`));
      expect(lines.length).toBeLessThan(2);
      return lines[0] === undefined ? undefined : Number(lines[0].split(' ').at(-1));
    },
  };
}

async function countUp(tx: Tx): Promise<void> {
  await tx.get(tallyCollection, 'a');
  tx.put(tallyCollection, { _id: 'a', count: 1 });
  tx.publish(tallies, 'CountedUp', { tallyId: 'a', by: 1 }, { type: 'tally', id: 'a', version: 1 });
}

test('the version is there', async () => {
  expect(await setUp().value('build_info{version="1.2.3"')).toBe(1);
});

describe('of transactions are counted', () => {
  test('those that commit, and their events', async () => {
    const { transact, value } = setUp();
    await transact(countUp);
    expect(await value('transactions_total{outcome="committed"')).toBe(1);
    expect(await value(`events_total{topic="${tallies.name}",type="CountedUp"`)).toBe(1);
    expect(await value('transaction_duration_seconds_count')).toBe(1);
  });

  test('those that are run again, whose events count once', async () => {
    const { transact, store, value } = setUp();
    store.failNext('commit', 'conflict', 'conflict');
    await transact(countUp);
    expect(await value('transactions_total{outcome="conflict"')).toBe(2);
    expect(await value('transactions_total{outcome="committed"')).toBe(1);
    expect(await value('transaction_retries_total')).toBe(2);
    expect(await value('events_total')).toBe(1);
  });

  test.each([
    ['begin', 'unavailable', 'unavailable'],
    ['read', 'unavailable', 'unavailable'],
    ['commit', 'unavailable', 'unavailable'],
    ['commit', 'unknown, written', 'unknown'],
    ['commit', new Error('refused'), 'refused'],
  ] as const)('those that fail at %s with %s', async (point, fault, outcome) => {
    const { transact, store, value } = setUp();
    store.failNext(point, fault);
    await expect(transact(countUp)).rejects.toThrow();
    expect(await value(`transactions_total{outcome="${outcome}"`)).toBe(1);
    expect(await value('events_total')).toBeUndefined();
    expect(await value('validator_refusals_total')).toBeUndefined();
    expect(store.open).toBe(0);
  });

  test('those whose work says no', async () => {
    const { transact, value } = setUp();
    await expect(transact(async () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await value('transactions_total{outcome="abandoned"')).toBe(1);
  });

  test('what a validator refuses, by collection', async () => {
    const { transact, store, value } = setUp();
    store.failNext('commit', new ValidatorRefusal('stock', { code: 121 }));
    await expect(transact(countUp)).rejects.toMatchObject({ name: 'ValidatorRefusal', collection: 'stock', code: 121 });
    expect(await value('validator_refusals_total{collection="stock"')).toBe(1);
    expect(await value('transactions_total{outcome="refused"')).toBe(1);
  });
});

describe('of the broker are measured', () => {
  const record = { topic: 'events', key: 'a', value: '{}', headers: {} };

  test('sends and their records', async () => {
    const { ports, value } = setUp();
    await ports.broker.send([record, record]);
    expect(await value('kafka_records_sent_total{topic="events"')).toBe(2);
    expect(await value('kafka_send_duration_seconds_count{service="a-svc",outcome="acknowledged"')).toBe(1);
  });

  test.each([
    [new UnsendableError('too large'), 'refused'],
    [new Error('away'), 'failed'],
  ])('sends that fail with %s', async (failure, outcome) => {
    const { ports, value } = setUp({ broker: { ...createFakeBroker(), send: async () => Promise.reject(failure) } });
    await expect(ports.broker.send([record])).rejects.toBe(failure);
    expect(await value(`kafka_send_duration_seconds_count{service="a-svc",outcome="${outcome}"`)).toBe(1);
    expect(await value('kafka_records_sent_total')).toBeUndefined();
  });

  test('what became of records', async () => {
    const { service, value } = setUp();
    const outcome = { topic: 'events', eventType: 'Happened', result: 'duplicate' } as const;
    service.onOutcomes([outcome, outcome]);
    expect(await value('consumed_records_total{topic="events",type="Happened",result="duplicate"')).toBe(2);
  });

  test('which records are in hand: handed on, and noted as they are handled', async () => {
    const taken: string[] = [];
    const consume: Ports['broker']['consume'] = async ({ onBatch }) => {
      const control = { heartbeat: async () => undefined, handled: (offset: string) => void taken.push(offset), isRunning: () => true };
      await onBatch({ topic: 'events', partition: 0, records: [aRecord({ offset: '7' })] }, control);
      return { isAssigned: () => true, owns: () => true, stop: async () => undefined };
    };
    const { ports, service } = setUp({ broker: { ...createFakeBroker(), consume } });
    await ports.broker.consume({ group: 'g', topics: ['events'], onBatch: async (_batch, control) => control.handled('7') });
    expect(taken).toEqual(['7']);
    expect(service.progress.lastProgress('events')).toBeGreaterThan(0);
  });
});

describe('of the outbox are measured', () => {
  test('how long what is published has waited', async () => {
    const left = anOutboxDocument([anOutboxEvent()]);
    const marks: unknown[] = [];
    const outbox = {
      pending: async () => [left],
      markPublished: async (...mark: unknown[]) => void marks.push(mark),
      markStuck: async () => undefined,
    };
    const { ports, value } = setUp({ outbox });
    expect(await ports.outbox.pending(10)).toEqual([left]);
    await ports.outbox.markPublished([left._id, 'unknown'], 3, new Date(T0.getTime() + 250));
    expect(marks).toHaveLength(1);
    expect(await value('outbox_publish_delay_seconds_sum')).toBe(0.25);
    expect(await value('outbox_publish_delay_seconds_count')).toBe(1);
  });

  test('who holds its lease', async () => {
    const tokens = [undefined, 4];
    const { ports, value } = setUp({ leases: { acquire: async () => tokens.shift(), release: async () => undefined } });
    for (const held of [0, 1]) {
      await ports.leases.acquire('outbox', 'me', 3000);
      expect(await value('outbox_lease_held')).toBe(held);
    }
    await ports.leases.release('outbox', 'me');
    expect(await value('outbox_lease_held')).toBe(0);
  });
});
