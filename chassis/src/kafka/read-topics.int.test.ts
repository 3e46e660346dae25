import { Kafka, logLevel } from 'kafkajs';
import { afterAll, expect, inject, test } from 'vitest';
import { silent } from '../testing/events.ts';
import { unique } from '../testing/int.ts';
import { createKafkaBroker } from './kafkajs-broker.ts';
import { readTopics } from './read-topics.ts';

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
