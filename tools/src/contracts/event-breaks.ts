import { type AsyncApi, type AsyncApiChannel, servicesOf } from '@microshop/contracts/asyncapi';
import type { Break } from './break.ts';
import { breakingChanges } from './schema-changes.ts';

/**
 * What in the present events breaks who reads the released ones. Both ways, because records of before and after are on a topic at once, and
 * services are upgraded in any order.
 */
export function eventBreaks(released: AsyncApi, present: AsyncApi): Break[] {
  return Object.entries(released.channels).flatMap(([topic, before]) => {
    const after = present.channels[topic];
    const readers = [...new Set([...servicesOf(released, before, 'receive'), ...(after ? servicesOf(present, after, 'receive') : [])])];
    const whom = readers.length > 0 ? readers.join(' and ') : 'every reader';
    const changes = after ? changesOf(before, after) : [{ what: 'the topic is removed', where: topic }];
    return changes.map((change) => ({ whom, ...change }));
  });
}

function changesOf(before: AsyncApiChannel, after: AsyncApiChannel): Omit<Break, 'whom'>[] {
  const where = before.address;
  const ofTopic = facts.flatMap(([name, factOf]) =>
    factOf(before) === factOf(after) ? [] : [{ what: `${name} changed from ${factOf(before)} to ${factOf(after)}`, where }],
  );
  const ofEvents = Object.entries(before.messages).flatMap(([type, { payload }]) => {
    const now = after.messages[type];
    const changes = now ? breakingChanges(payload, now.payload, 'both') : ['the event is removed'];
    return changes.map((what) => ({ what, where: `${type} on ${where}` }));
  });
  return [...ofTopic, ...ofEvents];
}

/** What orders the records of a key, and how long they are there. */
const facts: readonly [string, (channel: AsyncApiChannel) => string][] = [
  ['the key', (channel) => channel['x-key']],
  ['the number of partitions', ({ bindings }) => String(bindings.kafka.partitions)],
  ['the cleanup policy', ({ bindings }) => String(bindings.kafka.topicConfiguration['cleanup.policy'])],
];
