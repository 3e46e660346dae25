import { hash } from 'node:crypto';
import { REPLAY_HEADER } from '@microshop/chassis/consumer/dead-letter';
import { topics } from '@microshop/contracts';
import { contentOf } from '../run-folder/encoding.ts';
import { type Content, POISON_HEADER, type TopicRecord } from '../run-folder.ts';
import type { Sources } from './sources.ts';
import { about, type Violation } from './violation.ts';

const compacted = new Set(topics.filter(({ retention }) => retention === 'compacted').map(({ name }) => name));
const whole = new Set(topics.filter(({ retention }) => retention !== 'compacted').map(({ name }) => name));

export const placeOf = ({ topic, partition, offset }: Pick<TopicRecord, 'topic' | 'partition' | 'offset'>): string =>
  `${topic}/${partition}@${offset}`;

export const headerOf = ({ headers }: Pick<TopicRecord, 'headers'>, name: string): string | undefined => {
  const content = headers[name];
  return content === undefined ? undefined : String(content);
};

/** An event that a service wrote, told by its order where it has one. */
export const orderOf = (record: Pick<TopicRecord, 'headers'>): string | undefined => headerOf(record, 'ce_correlationid');

const isForeign = (record: TopicRecord): boolean => record.headers[POISON_HEADER] !== undefined && !isDeadLetter(record);
const isDeadLetter = ({ headers }: Pick<TopicRecord, 'headers'>): boolean => headers['kafka_dlt-original-topic'] !== undefined;

/** All that a record says, in a few bytes; two are the same when key, value and headers are, byte for byte. */
function digestOf(topic: string, key: Content | null, value: Content | null, headers: Readonly<Record<string, Content>>): string {
  const plain = (content: Content | null) => (content instanceof Uint8Array ? { bytes: Buffer.from(content).toString('base64') } : content);
  const named = Object.entries(headers)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, content]) => [name, plain(content)]);
  return hash('sha1', JSON.stringify([topic, plain(key), plain(value), named]));
}

const textual = <T extends Content | null>(content: T): Content | T => (content instanceof Uint8Array ? contentOf(content) : content);

type Committed = {
  service: string;
  outboxId: string;
  id: string;
  topic: string;
  key: string;
  version: number;
  digest: string;
  orderId: string | undefined;
};

const committedEvents = ({ outboxes }: Sources): Committed[] =>
  outboxes.flatMap(({ service, rows }) =>
    rows.flatMap(({ _id: outboxId, events }) =>
      events.map(({ id, topic, key, version, payload, headers }) => {
        const texts = Object.fromEntries(Object.entries(headers).map(([name, content]) => [name, textual(content)]));
        const digest = digestOf(topic, textual(key), textual(payload), texts);
        return { service, outboxId, id, topic, key: String(key), version, digest, orderId: orderOf({ headers: texts }) };
      }),
    ),
  );

/** What was committed is on its topic, and what is on a topic was committed: both byte for byte. Of a compacted topic the last of each key is there. */
export function* outboxIsTopics(sources: Sources): Generator<Violation, number> {
  const { records } = sources.run;
  const committed = committedEvents(sources);
  const onTopics = new Set(records.map(({ topic, key, value, headers }) => digestOf(topic, key, value, headers)));
  const known = new Set(committed.map(({ digest }) => digest));
  const last = new Map(committed.toSorted((a, b) => a.version - b.version).map((event) => [`${event.topic}\n${event.key}`, event]));
  for (const event of committed) {
    const mayBeGone = compacted.has(event.topic) && last.get(`${event.topic}\n${event.key}`) !== event;
    if (!mayBeGone && !onTopics.has(event.digest))
      yield about(
        'event',
        event.id,
        `${event.id} of ${event.service} was committed and is not, as it was, on ${event.topic}`,
        event.orderId,
      );
  }
  for (const record of records) {
    const { topic, key, value, headers } = record;
    if (isForeign(record) || known.has(digestOf(topic, key, value, headers))) continue;
    const id = headerOf(record, 'ce_id') ?? 'a record without an id';
    yield about('record', placeOf(record), `${id} at ${placeOf(record)} was never committed as it is`, orderOf(record));
  }
  return committed.length + records.length;
}

/** Events of an aggregate come to each key in the order of its versions, looking at where each is for the first time. */
export function* versionsInOrder({ run: { records } }: Sources): Generator<Violation, number> {
  const seen = new Set<string>();
  const highest = new Map<string, number>();
  let checked = 0;
  for (const record of records) {
    const [id, sequence] = [headerOf(record, 'ce_id'), headerOf(record, 'ce_sequence')];
    if (!whole.has(record.topic) || isForeign(record) || id === undefined || sequence === undefined) continue;
    const isFirst = !seen.has(`${record.topic}\n${id}`);
    seen.add(`${record.topic}\n${id}`);
    if (!isFirst || record.headers[REPLAY_HEADER] !== undefined) continue;
    checked++;
    const aggregate = [record.topic, record.key, headerOf(record, 'ce_source'), headerOf(record, 'ce_subject')].join('\n');
    const [version, before] = [Number(sequence), highest.get(aggregate) ?? 0];
    highest.set(aggregate, Math.max(version, before));
    if (version < before)
      yield about(
        'event',
        id,
        `${id} (version ${version}) at ${placeOf(record)} came after version ${before} of ${headerOf(record, 'ce_subject')}`,
        orderOf(record),
      );
  }
  return checked;
}

/** A fact is decided once: of each version of an aggregate one event goes to each key, and each row of a ledger is there once. */
export function* effectsOnce({ outboxes, movements }: Sources): Generator<Violation, number> {
  const first = new Map<string, string>();
  let checked = 0;
  for (const { service, rows } of outboxes)
    for (const { events } of rows)
      for (const { id, topic, key, type, aggregatetype, aggregateid, version, headers } of events) {
        if (headers[REPLAY_HEADER] !== undefined) continue;
        checked++;
        const fact = [service, topic, String(key), aggregatetype, aggregateid, version].join('\n');
        const other = first.getOrInsert(fact, id);
        const orderId = headers.ce_correlationid === undefined ? undefined : String(headers.ce_correlationid);
        if (other !== id)
          yield about('event', id, `${type} ${id} tells version ${version} of ${aggregateid} on ${topic}, as ${other} does`, orderId);
      }
  for (const { sku, type, orderId, version } of movements) {
    if (orderId === undefined) continue;
    checked++;
    const effect = ['movement', orderId, sku, type].join('\n');
    const other = first.getOrInsert(effect, String(version));
    if (other !== String(version))
      yield about('order', orderId, `${orderId} has its ${sku} ${type} twice, at versions ${other} and ${version} of the stock`, orderId);
  }
  return checked;
}
