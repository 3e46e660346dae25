import { REPLAY_HEADER } from '@microshop/chassis/consumer/dead-letter';
import type { IncomingRecord } from '@microshop/chassis/kafka/broker';
import { deadLetterTopic, type ServiceName, type Topic, topics } from '@microshop/contracts';
import type { EntryDocument } from './collections.ts';
import { payloadWithoutPersons } from './persons.ts';

/** A record and where it is. */
export type Arrived = { topic: string; partition: number; record: IncomingRecord };

const byName = new Map(topics.map((topic) => [topic.name, topic]));
const buriedBy = new Map<string, { origin: Topic; group: ServiceName }>(
  topics.flatMap((topic) => topic.consumers.map((group) => [deadLetterTopic(topic.name, group), { origin: topic, group }] as const)),
);

/** Every topic of the shop, those of the dead letters too. */
export const allTopics: readonly string[] = [...byName.keys(), ...buriedBy.keys()];

export const isDeadLetterTopic = (topic: string): boolean => buriedBy.has(topic);
export const consumersOf = (topic: string): readonly ServiceName[] => byName.get(topic)?.consumers ?? [];

export const textOf = (bytes: Uint8Array | null | undefined): string | undefined =>
  bytes ? Buffer.from(bytes).toString('utf8') : undefined;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The order that a record is of, by its correlation id; records that nobody could read are known by their key. What concerns no order is correlated
 * by the id of its own aggregate, which is its key.
 */
export function orderIdOf({ topic, record }: Arrived): string | undefined {
  const origin = byName.get(topic) ?? buriedBy.get(topic)?.origin;
  const key = textOf(record.key);
  const orderId = textOf(record.headers.ce_correlationid) ?? key;
  if (orderId === undefined || (orderId === key && origin?.key !== 'orderId')) return undefined;
  return UUID.test(orderId) ? orderId.toLowerCase() : undefined;
}

export const entryIdOf = ({ topic, partition, record: { offset } }: Arrived): string => `${topic}/${partition}@${offset}`;

/** The entry of the timeline for a record of an order. What is not understood is kept as it is. */
export function entryOf(arrived: Arrived, orderId: string): EntryDocument {
  const { topic, partition, record } = arrived;
  const header = (name: string) => textOf(record.headers[name]);
  const [eventId, causationId, decidedAt, key] = [header('ce_id'), header('ce_causationid'), header('ce_time'), textOf(record.key)];
  const [error, replayOf] = [header('__dlq.errors.message'), header(REPLAY_HEADER)];
  return {
    _id: entryIdOf(arrived),
    orderId,
    lane: laneOf(arrived),
    type: header('ce_type') || 'unreadable',
    ...(eventId && { eventId }),
    ...(causationId && { causationId }),
    ...(decidedAt && { decidedAt }),
    appendedAt: record.appendedAt,
    topic,
    partition,
    offset: record.offset,
    ...(key !== undefined && { key }),
    headers: headersOf(record),
    payload: payloadWithoutPersons(record.value),
    ...(error !== undefined && { error }),
    ...(replayOf && { replayOf }),
  };
}

/** The service that wrote it. */
function laneOf({ topic, record }: Arrived): ServiceName {
  const buried = buriedBy.get(topic);
  if (buried) return buried.group;
  const source = textOf(record.headers.ce_source)?.replace(/^\/microshop\//, '');
  return isService(source) ? source : (byName.get(topic)?.owner ?? 'order-svc');
}

const isService = (name: string | undefined): name is ServiceName => topics.some(({ owner }) => owner === name);

/** BSON ends a name at a NUL. */
export const headersOf = ({ headers }: IncomingRecord): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, content]) => [name.replaceAll('\0', '\ufffd'), textOf(content) ?? '']));
