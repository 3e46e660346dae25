import { type Broker, distance, type Positions } from '@microshop/chassis/kafka/broker';
import { type OutboxEvent, outboxCollection } from '@microshop/chassis/outbox/outbox';
import { type ServiceName, topics } from '@microshop/contracts';
import { type Databases, of, services } from '../databases.ts';
import { plural } from '../dlt/words.ts';

type Groups = Pick<Broker, 'ends' | 'committed'>;

const topicsReadBy = (service: ServiceName): string[] =>
  topics.filter(({ consumers }) => consumers.includes(service)).map(({ name }) => name);

export const unpublishedWords = (service: ServiceName, rows: number): string[] =>
  rows === 0 ? [] : [`${service} has ${plural(rows, 'outbox row')} to publish`];

/** What a group has to read up to `ends`, else up to where its topics end now, in words. */
export async function lagWords(service: ServiceName, broker: Groups, ends?: Positions): Promise<string[]> {
  const read = topicsReadBy(service);
  const lag = distance(await broker.committed(service, read), ends ?? (await broker.ends(read)));
  return lag === 0 ? [] : [`${service} is ${plural(lag, 'record')} behind`];
}

/**
 * Marks what is under way now: what the outboxes hold, and then, once that is published, where the topics end. The answer tells, in words, what
 * of it has not been handled yet. What the broker refuses does not count, nor what comes after the mark.
 */
export async function markNow(databases: Databases, broker: Groups): Promise<() => Promise<string[]>> {
  const rows = new Map<ServiceName, string[]>();
  for (const service of services) rows.set(service, await pendingRows(databases, service));
  const ends = new Map<ServiceName, Positions>();

  return async () => {
    for (const [service, ids] of rows) rows.set(service, await pendingRows(databases, service, ids));
    const unpublished = [...rows].flatMap(([service, ids]) => unpublishedWords(service, ids.length));
    if (unpublished.length > 0) return unpublished;
    const behind: string[] = [];
    for (const service of services) {
      const end = ends.get(service) ?? (await broker.ends(topicsReadBy(service)));
      ends.set(service, end);
      behind.push(...(await lagWords(service, broker, end)));
    }
    return behind;
  };
}

/** Rows that are to be published, of those given; without what the broker refuses, and what waits behind that on the same key. */
async function pendingRows(databases: Databases, service: ServiceName, among?: readonly string[]): Promise<string[]> {
  if (among?.length === 0) return [];
  const outbox = of(databases[service], outboxCollection);
  const keys = { projection: { 'events.topic': 1, 'events.key': 1, stuck: 1 } };
  const refused = await outbox.find({ pending: true, 'stuck.0': { $exists: true } }, keys).toArray();
  const held = new Set(refused.flatMap(({ events, stuck = [] }) => stuck.map(({ index }) => keyOf(events[index]))));
  const rows = await outbox.find({ pending: true, ...(among && { _id: { $in: [...among] } }) }, keys).toArray();
  return rows.filter(({ events }) => !events.some((event) => held.has(keyOf(event)))).map(({ _id }) => _id);
}

const keyOf = (event: OutboxEvent | undefined): string => `${event?.topic}\n${event?.key}`;
