import { deadLetterCollection } from '@microshop/chassis/consumer/dead-letter';
import type { OutgoingRecord } from '@microshop/chassis/kafka/broker';
import { leaseCollection } from '@microshop/chassis/outbox/lease';
import type { Collection, Document, Write } from '@microshop/chassis/store/store';
import { createFakeBroker } from '@microshop/chassis/testing/fake-broker';
import { createFakeLeases, createFakeOutbox } from '@microshop/chassis/testing/fake-outbox';
import { createFakeStore } from '@microshop/chassis/testing/fake-store';
import { orders } from '@microshop/order-svc/application/collections';
import { describe, expect, test, vi } from 'vitest';
import { announcing } from './announcing-ports.ts';
import { createCrashGate } from './crash-gate.ts';
import { crashPoints } from './crash-points.ts';

const never = new Promise<never>(() => undefined);

function setUp() {
  const store = createFakeStore();
  const broker = createFakeBroker();
  const die = vi.fn<(arming: number, point: string) => Promise<never>>(() => never);
  const gate = createCrashGate(die);
  const ports = announcing(gate)({ store, broker, outbox: createFakeOutbox(store), leases: createFakeLeases(store, () => new Date(0)) });
  const commit = async (...writes: Write[]) => (await ports.store.begin()).commit(writes);
  return { store, broker, die, gate, ports, commit };
}

const inserting = <T extends Document>(collection: Collection<T>, document: object): Write => ({
  kind: 'insert',
  collection: collection as unknown as Collection<Document>,
  document: { _id: 'x', ...document },
});
const newOrder = inserting(orders, { status: 'pending', version: 1 });
const record = (key: string): OutgoingRecord => ({ topic: 't', key, value: 'v', headers: {} });

describe('a process dies', () => {
  test('before a commit: nothing of it is there', async () => {
    const { store, die, gate, commit } = setUp();
    gate.arm(3, 'before the commit of a checkout', 1);
    void commit(newOrder);
    await vi.waitFor(() => expect(die).toHaveBeenCalledExactlyOnceWith(3, 'before the commit of a checkout'));
    expect(store.all(orders)).toEqual([]);
  });

  test('after a commit: all of it is there, and nobody was told', async () => {
    const { store, die, gate, commit } = setUp();
    gate.arm(1, 'after the commit of a checkout', 1);
    const told = vi.fn();
    void commit(newOrder).then(told);
    await vi.waitFor(() => expect(die).toHaveBeenCalledOnce());
    expect(store.all(orders)).toHaveLength(1);
    expect(told).not.toHaveBeenCalled();
  });

  test('only where that is under way', async () => {
    const { die, gate, commit } = setUp();
    gate.arm(1, 'after the commit of a checkout', 1);
    await commit(inserting(deadLetterCollection, {}));
    expect(die).not.toHaveBeenCalled();
  });

  test('at the pass that was asked for, and never once disarmed', async () => {
    const { die, gate, commit } = setUp();
    gate.arm(1, 'after the commit of a burial', 3);
    await commit(inserting(deadLetterCollection, { _id: 'a' }));
    await commit(inserting(deadLetterCollection, { _id: 'b' }));
    expect(die).not.toHaveBeenCalled();
    void commit(inserting(deadLetterCollection, { _id: 'c' }));
    await vi.waitFor(() => expect(die).toHaveBeenCalledOnce());
    gate.disarm();
    await commit(inserting(deadLetterCollection, { _id: 'd' }));
    expect(die).toHaveBeenCalledOnce();
  });

  test('with half of its records sent', async () => {
    const { broker, die, gate, ports } = setUp();
    gate.arm(1, 'half of a send', 1);
    await ports.broker.send([record('alone')]);
    void ports.broker.send([record('a'), record('b'), record('c')]);
    await vi.waitFor(() => expect(die).toHaveBeenCalledOnce());
    expect(broker.sends.map((send) => send.map(({ key }) => key))).toEqual([['alone'], ['a', 'b']]);
  });

  test.each([
    ['before a send', 0],
    ['after the answer to a send, before the mark', 1],
  ])('%s', async (point, sends) => {
    const { broker, die, gate, ports } = setUp();
    gate.arm(1, point, 1);
    void ports.broker.send([record('a'), record('b')]);
    await vi.waitFor(() => expect(die).toHaveBeenCalledOnce());
    expect(broker.sends).toHaveLength(sends);
  });

  test('with the lease in its hand', async () => {
    const { store, die, gate, ports } = setUp();
    gate.arm(1, 'after the lease is taken', 1);
    void ports.leases.acquire('outbox', 'me', 1000);
    await vi.waitFor(() => expect(die).toHaveBeenCalledOnce());
    expect(store.all(leaseCollection)).toHaveLength(1);
  });

  test.each(['after records were received', 'after records count as handled', 'before the offset commit'])('%s', async (point) => {
    const { broker, die, gate, ports } = setUp();
    await broker.ensureTopics([{ name: 't', partitions: 1, config: {} }]);
    await broker.send([record('a')]);
    gate.arm(1, point, 1);
    await ports.broker.consume({ group: 'g', topics: ['t'], onBatch: async (_, { handled }) => handled('0') });
    await vi.waitFor(() => expect(die).toHaveBeenCalledOnce());
    const handled = (await broker.committed('g', ['t'])).get('t/0');
    expect(handled).toBe(point === 'after records were received' ? 0n : 1n);
  });
});

test('what no point is armed at goes through unchanged, in one send', async () => {
  const { broker, die, ports, commit } = setUp();
  await commit(newOrder);
  await ports.broker.send([record('a'), record('b')]);
  expect(broker.sends).toHaveLength(1);
  expect(die).not.toHaveBeenCalled();
});

test('every crash point is at a service', () => {
  for (const { services } of Object.values(crashPoints)) expect(services.length).toBeGreaterThan(0);
});
