import { createRequire } from 'node:module';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, expect, inject, test, vi } from 'vitest';
import { silent } from '../testing/events.ts';
import { unique } from '../testing/int.ts';
import { createKafkaBroker } from './kafkajs-broker.ts';
import { readTopics } from './read-topics.ts';

const require = createRequire(import.meta.url);
const brokers = inject('kafkaBrokers');
const broker = createKafkaBroker({ brokers, clientId: unique('reader-test'), logger: silent, onFatal: () => undefined });
afterAll(() => broker.stop());

test('reads every record of the topics, in order for each partition, and leaves no group behind', async () => {
  const topics = [unique('one'), unique('two'), unique('empty')];
  await broker.ensureTopics(topics.map((name) => ({ name, partitions: 2, config: {} })));
  const [one = '', two = ''] = topics;
  for (const value of ['1', '2', '3'])
    await broker.send([one, two].flatMap((topic) => [0, 1].map((partition) => ({ topic, key: 'k', value, headers: {}, partition }))));
  const seen = new Map<string, string[]>();
  await readTopics({
    brokers,
    topics,
    onRecord: (topic, partition, { value }) => {
      const place = `${topic}/${partition}`;
      seen.set(place, [...(seen.get(place) ?? []), Buffer.from(value ?? []).toString()]);
    },
  });
  expect(seen).toEqual(new Map([one, two].flatMap((topic) => [0, 1].map((partition) => [`${topic}/${partition}`, ['1', '2', '3']]))));
  const admin = new Kafka({ brokers, logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  expect((await admin.listGroups()).groups.filter(({ groupId }) => groupId.startsWith('reader-'))).toEqual([]);
  await admin.disconnect();
});

test('of empty topics there is nothing to read', async () => {
  const topic = unique('empty');
  await broker.ensureTopics([{ name: topic, partitions: 1, config: {} }]);
  await readTopics({ brokers, topics: [topic], onRecord: () => expect.unreachable() });
});

test('what was appended before a time is left out, on each partition', async () => {
  const topic = unique('since');
  await broker.ensureTopics([{ name: topic, partitions: 3, config: { 'message.timestamp.type': 'LogAppendTime' } }]);
  const send = (value: string, partitions: number[]) =>
    broker.send(partitions.map((partition) => ({ topic, key: 'k', value, headers: {}, partition })));
  const read = async (since: Date) => {
    const seen: string[] = [];
    await readTopics({
      brokers,
      topics: [topic],
      since,
      onRecord: (_topic, partition, { value }) => seen.push(`${partition}: ${Buffer.from(value ?? []).toString()}`),
    });
    return seen.sort();
  };
  await send('early', [0, 1]);
  const [last] = await times(topic);
  const since = new Date((last ?? 0) + 1);
  await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(since.getTime()));
  await send('late', [1, 2]);

  expect(await read(since)).toEqual(['1: late', '2: late']);
  expect(await read(new Date(0))).toEqual(['0: early', '1: early', '1: late', '2: late']);
  expect(await read(new Date(Date.now() + 3_600_000))).toEqual([]);
});

/** When the broker appended the records, the last first. */
async function times(topic: string): Promise<number[]> {
  const appended: number[] = [];
  await readTopics({ brokers, topics: [topic], onRecord: (_topic, _partition, { appendedAt }) => appended.push(appendedAt.getTime()) });
  return appended.sort((a, b) => b - a);
}

test('a coordinator that is not ready yet is waited for', async () => {
  const topic = unique('later');
  await broker.ensureTopics([{ name: topic, partitions: 1, config: {} }]);
  await broker.send([{ topic, key: 'k', value: 'read', headers: {} }]);
  const { createErrorFromCode } = require('kafkajs/src/protocol/error') as { createErrorFromCode(code: number): Error };
  const ConsumerGroup = require('kafkajs/src/consumer/consumerGroup') as { prototype: { joinAndSync(): Promise<void> } };
  const GROUP_LOAD_IN_PROGRESS = 14;
  vi.spyOn(ConsumerGroup.prototype, 'joinAndSync').mockRejectedValueOnce(createErrorFromCode(GROUP_LOAD_IN_PROGRESS));
  const onRecord = vi.fn();
  await readTopics({ brokers, topics: [topic], onRecord });
  expect(onRecord).toHaveBeenCalledOnce();
});
