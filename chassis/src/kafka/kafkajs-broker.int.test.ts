import { connect, createServer, type Server } from 'node:net';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { afterAll, afterEach, describe, expect, inject, onTestFinished, test, vi } from 'vitest';
import { silent } from '../testing/events.ts';
import { deleteTopic, unique } from '../testing/int.ts';
import {
  type Broker,
  type ConsumeOptions,
  type Consumption,
  distance,
  MissingTopicError,
  type PartitionBatch,
  UnsendableError,
} from './broker.ts';
import { createKafkaBroker } from './kafkajs-broker.ts';

const onFatal = vi.fn();
const brokers = inject('kafkaBrokers');
const open = (addresses: readonly string[] = brokers): Broker =>
  createKafkaBroker({ brokers: addresses, clientId: unique('client'), logger: silent, onFatal });

const broker = open();
const consumptions: Consumption[] = [];
afterEach(async () => {
  await Promise.all(consumptions.splice(0).map((consumption) => consumption.stop()));
  expect(onFatal).not.toHaveBeenCalled();
});
afterAll(() => broker.stop());

const CONFIG = { 'message.timestamp.type': 'LogAppendTime' };

async function aTopic(partitions = 1): Promise<string> {
  const topic = unique('topic');
  await broker.ensureTopics([{ name: topic, partitions, config: CONFIG }]);
  return topic;
}

async function consume(topic: string, onBatch: ConsumeOptions['onBatch'], { group = unique('group'), from = broker } = {}) {
  const consumption = await from.consume({ group, topics: [topic], onBatch });
  consumptions.push(consumption);
  return { consumption, group };
}

/** Everything that the topic holds, once there are so many. */
async function readAll(topic: string, count: number): Promise<{ partition: number; record: PartitionBatch['records'][number] }[]> {
  const seen: { partition: number; record: PartitionBatch['records'][number] }[] = [];
  const { consumption } = await consume(topic, async ({ partition, records }, control) => {
    seen.push(...records.map((record) => ({ partition, record })));
    control.handled(records.at(-1)?.offset ?? '0');
  });
  await vi.waitFor(() => expect(seen.length).toBeGreaterThanOrEqual(count), { timeout: 20_000 });
  await consumption.stop();
  return seen;
}

const text = (bytes: Uint8Array | null | undefined) => bytes && Buffer.from(bytes).toString('utf8');

describe('sending and consuming', () => {
  test('bring key, value and headers byte by byte, and tombstones and missing keys as null', async () => {
    const topic = await aTopic();
    const bytes = Buffer.from([0x00, 0xff, 0xfe, 0x41]);
    await broker.send([
      { topic, key: 'schlüssel', value: '{"a":"ä"}', headers: { ce_id: 'eins', raw: bytes } },
      { topic, key: bytes, value: bytes, headers: {} },
      { topic, key: null, value: null, headers: {} },
    ]);
    const records = (await readAll(topic, 3)).map(({ record }) => record);
    expect(records.map(({ offset }) => offset)).toEqual(['0', '1', '2']);
    expect([text(records[0]?.key), text(records[0]?.value), text(records[0]?.headers.ce_id)]).toEqual(['schlüssel', '{"a":"ä"}', 'eins']);
    expect(records[0]?.headers.raw).toEqual(bytes);
    expect([records[1]?.key, records[1]?.value]).toEqual([bytes, bytes]);
    expect([records[2]?.key, records[2]?.value]).toEqual([null, null]);
  });

  test('the broker’s clock arrives as appendedAt', async () => {
    const topic = await aTopic();
    const before = Date.now();
    await broker.send([{ topic, key: 'k', value: 'v', headers: {} }]);
    const after = Date.now();
    const [first] = await readAll(topic, 1);
    expect(first?.record.appendedAt.getTime()).toBeGreaterThanOrEqual(before);
    expect(first?.record.appendedAt.getTime()).toBeLessThanOrEqual(after);
  });

  test('a key goes to the partition that Kafka’s Java client would take (murmur2)', async () => {
    const topic = await aTopic(12);
    const keys = [...JAVA_MURMUR2.map(([key]) => key), 'order-1'];
    await broker.send([...keys, ...keys].map((key) => ({ topic, key, value: key, headers: {} })));
    const seen = await readAll(topic, 2 * keys.length);
    const partitions = new Map(seen.map(({ partition, record }) => [text(record.key), partition]));
    for (const [key, murmur] of JAVA_MURMUR2) expect(partitions.get(key)).toBe((murmur & 0x7fffffff) % 12);
    expect(partitions.get('order-1')).toBe(10);
  });

  test('a given partition is taken, and one that is not there is refused instead of silently dropped', async () => {
    const topic = await aTopic(3);
    await broker.send([{ topic, key: 'k', value: 'v', headers: {}, partition: 2 }]);
    expect((await readAll(topic, 1)).map(({ partition }) => partition)).toEqual([2]);
    const nowhere = broker.send([
      { topic, key: 'k', value: 'v', headers: {}, partition: 1 },
      { topic, key: 'k', value: 'v', headers: {}, partition: 7 },
    ]);
    await expect(nowhere).rejects.toThrow(UnsendableError);
  });

  test('of a header that is there several times the first counts', async () => {
    const topic = await aTopic();
    const producer = new Kafka({ brokers, logLevel: logLevel.NOTHING }).producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    await producer.send({ topic, messages: [{ key: 'k', value: 'v', headers: { twice: ['first', 'second'] } }] });
    await producer.disconnect();
    const [first] = await readAll(topic, 1);
    expect(text(first?.record.headers.twice)).toBe('first');
  });
});

describe('what the broker refuses for a reason of the record', () => {
  test('is unsendable: a record above the limit, and a batch whose sum is', async () => {
    const topic = await aTopic();
    const big = 'x'.repeat(1_100_000);
    await expect(broker.send([{ topic, key: 'k', value: big, headers: {} }])).rejects.toThrow(UnsendableError);
    const many = Array.from({ length: 300 }, () => ({ topic, key: 'k', value: 'x'.repeat(4000), headers: {} }));
    await expect(broker.send(many)).rejects.toThrow(UnsendableError);
    await broker.send(many.slice(0, 100));
    expect(await broker.ends([topic])).toEqual(new Map([[`${topic}/0`, 100n]]));
  });

  test('is not a topic that is missing: that may be mended', async () => {
    const missing = broker.send([{ topic: unique('missing'), key: 'k', value: 'v', headers: {} }]);
    const error = await missing.catch((e: unknown) => e);
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(UnsendableError);
  });

  test('is not a topic that was deleted, which is told apart', async () => {
    const topic = await aTopic();
    // Its own: until the topic is made anew, a client that has sent to it refuses everything.
    const sender = open();
    onTestFinished(() => sender.stop());
    const sendOne = () => sender.send([{ topic, key: 'k', value: 'v', headers: {} }]);
    await sendOne();
    await deleteTopic(brokers, topic);
    await expect(sendOne()).rejects.toThrow(MissingTopicError);
  });
});

describe('topics', () => {
  test('are created by several instances at once, with their configuration, and left as they are afterwards', async () => {
    const [one, two] = [open(), open()];
    const specs = [2, 3].map((partitions) => ({ name: unique('topic'), partitions, config: CONFIG }));
    await Promise.all([broker, one, two].map((each) => each.ensureTopics(specs)));
    await broker.ensureTopics(specs);
    await broker.ensureTopics([...specs, { name: unique('topic'), partitions: 1, config: CONFIG }]);
    expect((await broker.ends(specs.map(({ name }) => name))).size).toBe(5);
    await Promise.all([one.stop(), two.stop()]);
  });

  test('with another number of partitions are refused in one sentence that says what to do', async () => {
    const name = await aTopic(2);
    await expect(broker.ensureTopics([{ name, partitions: 3, config: {} }])).rejects.toMatchObject({
      kind: 'refused',
      code: 'wrong_partition_count',
      message: expect.stringContaining(`Topic ${name} has 2 partitions and the contract says 3`),
    });
  });
});

test('a topic that is on fewer brokers than is said is told of, and works', async () => {
  const logger = silent.child({});
  const warn = vi.spyOn(logger, 'warn');
  const careful = createKafkaBroker({ brokers, clientId: unique('client'), logger, onFatal });
  onTestFinished(() => careful.stop());
  const name = await aTopic();
  await careful.ensureTopics([{ name, partitions: 1, replicas: 1, config: CONFIG }]);
  expect(warn).not.toHaveBeenCalled();
  await careful.ensureTopics([{ name, partitions: 1, replicas: 3, config: CONFIG }]);
  expect(warn).toHaveBeenCalledExactlyOnceWith({ topic: name, replicas: 1 }, expect.stringContaining('is on fewer brokers'));
});

describe('positions', () => {
  test('tell the ends, what a group has handled, and how far it is behind', async () => {
    const topic = await aTopic(2);
    const group = unique('group');
    const none = await broker.committed(group, [topic]);
    expect(none).toEqual(
      new Map([
        [`${topic}/0`, 0n],
        [`${topic}/1`, 0n],
      ]),
    );
    await broker.send([0, 0, 1].map((partition) => ({ topic, key: 'k', value: 'v', headers: {}, partition })));
    const ends = await broker.ends([topic]);
    expect(distance(none, ends)).toBe(3);
    const { consumption } = await consume(topic, async ({ records }, control) => control.handled(records.at(-1)?.offset ?? ''), { group });
    await vi.waitFor(async () => expect(distance(await broker.committed(group, [topic]), ends)).toBe(0), { timeout: 20_000 });
    await consumption.stop();
  });

  test('a broker that answers is pinged', async () => {
    await broker.ping();
  });
});

describe('a consumer', () => {
  test('gets records again that its handler failed on, and no record that was handled', async () => {
    const topic = await aTopic();
    await broker.send(['1', '2', '3'].map((value) => ({ topic, key: 'k', value, headers: {} })));
    const batches: string[][] = [];
    await consume(topic, async ({ records }, control) => {
      batches.push(records.map(({ value }) => String(text(value))));
      if (batches.length === 1) {
        control.handled(records[0]?.offset ?? '');
        throw new Error('after the first record');
      }
      control.handled(records.at(-1)?.offset ?? '');
    });
    await vi.waitFor(() => expect(batches.flat().at(-1)).toBe('3'), { timeout: 20_000 });
    await vi.waitFor(
      () =>
        expect(batches).toEqual([
          ['1', '2', '3'],
          ['2', '3'],
        ]),
      { timeout: 20_000 },
    );
  });

  test('starts where its group ended, and a new group at the beginning', async () => {
    const topic = await aTopic();
    const group = unique('group');
    const values: string[] = [];
    const collect: ConsumeOptions['onBatch'] = async ({ records }, control) => {
      values.push(...records.map(({ value }) => String(text(value))));
      control.handled(records.at(-1)?.offset ?? '');
    };
    await broker.send([{ topic, key: 'k', value: 'before', headers: {} }]);
    const first = await consume(topic, collect, { group });
    await vi.waitFor(() => expect(values).toEqual(['before']), { timeout: 20_000 });
    await first.consumption.stop();
    await broker.send([{ topic, key: 'k', value: 'between', headers: {} }]);
    await consume(topic, collect, { group });
    await vi.waitFor(() => expect(values).toEqual(['before', 'between']), { timeout: 20_000 });
  });

  test('leaves at its stop what it did not handle', async () => {
    const topic = await aTopic();
    const group = unique('group');
    const entered = Promise.withResolvers<void>();
    await broker.send([{ topic, key: 'k', value: 'v', headers: {} }]);
    const { consumption } = await consume(
      topic,
      async (_, control) => {
        entered.resolve();
        await vi.waitFor(() => expect(control.isRunning()).toBe(false), { timeout: 20_000 });
        throw new TypeError('at the stop: kafkajs ends for good at such an error');
      },
      { group },
    );
    await entered.promise;
    expect(consumption.isAssigned()).toBe(true);
    await consumption.stop();
    expect(consumption.isAssigned()).toBe(false);
    expect(await broker.committed(group, [topic])).toEqual(new Map([[`${topic}/0`, 0n]]));
  });

  test('that a bug ends for good says so, for the process to be started anew', async () => {
    const topic = await aTopic();
    await broker.send([{ topic, key: 'k', value: 'v', headers: {} }]);
    const fatal = Promise.withResolvers<Error>();
    const fragile = createKafkaBroker({ brokers, clientId: unique('fragile'), logger: silent, onFatal: fatal.resolve });
    const { consumption } = await consume(
      topic,
      async () => {
        throw new TypeError('not caught by the chassis');
      },
      { from: fragile },
    );
    expect((await fatal.promise).message).toContain('not caught by the chassis');
    expect(consumption.isAssigned()).toBe(false);
    await consumption.stop();
    await fragile.stop();
  });

  test('shares the partitions with another member of its group; when one leaves, the other goes on', async () => {
    const topic = await aTopic(4);
    const group = unique('group');
    const second = open();
    const seen = new Map<string, Set<number>>();
    const member =
      (name: string): ConsumeOptions['onBatch'] =>
      async ({ partition, records }, control) => {
        seen.set(name, (seen.get(name) ?? new Set()).add(partition));
        control.handled(records.at(-1)?.offset ?? '');
      };
    const fill = () => broker.send([0, 1, 2, 3].map((partition) => ({ topic, key: 'k', value: 'v', headers: {}, partition })));
    const a = await consume(topic, member('a'), { group });
    await consume(topic, member('b'), { group, from: second });
    await vi.waitFor(
      async () => {
        seen.clear();
        await fill();
        await vi.waitFor(() => expect([seen.get('a')?.size, seen.get('b')?.size]).toEqual([2, 2]), { timeout: 1500 });
      },
      { timeout: 40_000, interval: 10 },
    );
    await a.consumption.stop();
    seen.clear();
    await fill();
    await vi.waitFor(() => expect(seen.get('b')?.size).toBe(4), { timeout: 20_000 });
    await vi.waitFor(async () => expect(distance(await broker.committed(group, [topic]), await broker.ends([topic]))).toBe(0), {
      timeout: 20_000,
    });
    await Promise.all(consumptions.splice(0).map((consumption) => consumption.stop()));
    await second.stop();
  });

  test('is told by its heartbeat that it is a member no more, and comes back', async () => {
    const topic = await aTopic(2);
    const group = unique('group');
    await broker.send([{ topic, key: 'k', value: 'v', headers: {}, partition: 0 }]);
    const lost: string[] = [];
    const entered = Promise.withResolvers<void>();
    await consume(
      topic,
      async ({ records }, control) => {
        entered.resolve();
        if (lost.length === 0)
          await vi.waitFor(
            async () => {
              const failure = await control.heartbeat().then(
                () => undefined,
                (error: Error) => error,
              );
              if (failure) lost.push(String((failure as { type?: string }).type));
              expect(lost).not.toEqual([]);
            },
            { timeout: 20_000, interval: 200 },
          );
        control.handled(records.at(-1)?.offset ?? '');
        if (lost.length === 1) throw Object.assign(new Error('lost'), { type: lost[0] });
      },
      { group },
    );
    await entered.promise;
    const second = open();
    const other = await consume(topic, async ({ records }, control) => control.handled(records.at(-1)?.offset ?? ''), {
      group,
      from: second,
    });
    await vi.waitFor(() => expect(lost[0]).toBe('REBALANCE_IN_PROGRESS'), { timeout: 30_000 });
    await vi.waitFor(() => expect(consumptions.every((each) => each.isAssigned())).toBe(true), { timeout: 30_000 });
    await vi.waitFor(async () => expect(distance(await broker.committed(group, [topic]), await broker.ends([topic]))).toBe(0), {
      timeout: 20_000,
    });
    await other.consumption.stop();
    await second.stop();
  });
});

describe('a broker that is away', () => {
  test('at the start is waited for: the consumer and the producer connect later', async () => {
    const topic = await aTopic();
    const proxy = await reservePort();
    const late = open([`127.0.0.1:${proxy.port}`]);
    const values: string[] = [];
    const { consumption } = await consume(
      topic,
      async ({ records }, control) => {
        values.push(...records.map(({ value }) => String(text(value))));
        control.handled(records.at(-1)?.offset ?? '');
      },
      { from: late },
    );
    await expect(late.send([{ topic, key: 'k', value: 'lost', headers: {} }])).rejects.toThrow();
    expect(consumption.isAssigned()).toBe(false);
    await proxy.open(brokers[0] as string);
    await vi.waitFor(() => late.send([{ topic, key: 'k', value: 'later', headers: {} }]), { timeout: 20_000 });
    await vi.waitFor(() => expect(values).toContain('later'), { timeout: 20_000 });
    expect(consumption.isAssigned()).toBe(true);
    await consumption.stop();
    await late.stop();
    await proxy.close();
  });

  test('does not keep a consumer and a producer from stopping, and a stopped consumer does not come back', async () => {
    const topic = await aTopic();
    const proxy = await reservePort();
    const away = open([`127.0.0.1:${proxy.port}`]);
    const onBatch = vi.fn();
    const { consumption, group } = await consume(topic, onBatch, { from: away });
    await expect(away.ping()).rejects.toThrow();
    const started = performance.now();
    await consumption.stop();
    await away.stop();
    expect(performance.now() - started).toBeLessThan(6000);
    await broker.send([{ topic, key: 'k', value: 'v', headers: {} }]);
    await proxy.open(brokers[0] as string);
    const { consumption: other } = await consume(topic, async ({ records }, control) => control.handled(records.at(-1)?.offset ?? ''), {
      group,
    });
    await vi.waitFor(async () => expect(distance(await broker.committed(group, [topic]), await broker.ends([topic]))).toBe(0), {
      timeout: 20_000,
    });
    await other.stop();
    expect(onBatch).not.toHaveBeenCalled();
    await proxy.close();
  });

  test('a stop right after the start ends', async () => {
    const topic = await aTopic();
    const started = performance.now();
    const { consumption } = await consume(topic, async () => undefined);
    await consumption.stop();
    await consumption.stop();
    expect(performance.now() - started).toBeLessThan(6000);
  });

  test('a broker that was never used stops', async () => {
    await open(['127.0.0.1:9']).stop();
  });
});

/** 32-bit murmur2 of Kafka's Java client (org.apache.kafka.common.utils.UtilsTest). */
const JAVA_MURMUR2: readonly (readonly [string, number])[] = [
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
];

/** A port at which nobody listens until it is opened as a way to the broker. */
async function reservePort() {
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  const sockets = new Set<{ destroy(): void }>();
  const proxy = createServer((socket) => {
    const [host = '', to = ''] = (target ?? '').split(':');
    const upstream = connect(Number(to), host);
    for (const each of [socket, upstream]) {
      sockets.add(each);
      each.on('error', () => undefined);
    }
    socket.pipe(upstream).pipe(socket);
  });
  let target: string | undefined;
  return {
    port,
    open: (address: string) => {
      target = address;
      return new Promise<void>((resolve) => proxy.listen(port, '127.0.0.1', resolve));
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}
