import { expect, test } from 'vitest';
import { asyncApiOf } from './asyncapi.ts';
import { goldenMessage } from './golden.ts';
import { RETENTION_MS } from './topic.ts';
import { topics } from './topics.ts';

const info = { title: 'Test', version: '1', description: 'Of a test' };
const document = asyncApiOf({ info, topics, example: goldenMessage });

test.each(topics)('$name has its key, its partitions and how long it is kept', ({ name, key, partitions, retention }) => {
  const policy =
    retention === 'compacted' ? { 'cleanup.policy': ['compact'] } : { 'cleanup.policy': ['delete'], 'retention.ms': RETENTION_MS };
  expect(document.channels[name]).toMatchObject({
    address: name,
    'x-key': key,
    bindings: { kafka: { topic: name, partitions, topicConfiguration: policy } },
  });
});

test('an operation of each service that sends or receives, the group of a receiver is its name', () => {
  const expected = topics.flatMap(({ name, owner, consumers }) => [
    `${owner}.send.${name}`,
    ...consumers.map((service) => `${service}.receive.${name}`),
  ]);
  expect(Object.keys(document.operations)).toEqual(expected);
  expect(document.operations['loyalty-svc.receive.microshop.orders-by-customer.v1']).toMatchObject({
    bindings: { kafka: { groupId: { const: 'loyalty-svc' } } },
    messages: expect.arrayContaining([{ $ref: '#/channels/microshop.orders-by-customer.v1/messages/OrderRequested' }]),
  });
});

test('a message has the schema of its event, and its golden message where there is one', () => {
  const [topic = expect.unreachable()] = topics;
  const messages = document.channels[topic.name]?.messages ?? {};
  for (const [type, { payload, examples }] of Object.entries(messages)) {
    expect(payload).toEqual(topic.events[type]);
    expect(examples).toEqual([{ payload: goldenMessage(topic, type) }]);
  }
  const without = asyncApiOf({ info, topics }).channels[topic.name]?.messages ?? {};
  for (const message of Object.values(without)) expect(message).not.toHaveProperty('examples');
});

test('a topic that nobody has made golden messages for has none', () => {
  const [topic = expect.unreachable()] = topics;
  expect(goldenMessage({ ...topic, name: 'microshop.unheard-of.v1' }, 'OrderRequested')).toBeUndefined();
});
