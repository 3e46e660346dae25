import { deadLetterTopic } from '@microshop/contracts';
import type { IncomingRecord } from '../kafka/broker.ts';
import type { OutboxEvent } from '../outbox/outbox.ts';
import { collection } from '../store/store.ts';

/**
 * A record that `group` could not handle (`dead`), or that waits behind one of the same order (`parked`). Unique by group and event id, else
 * by group, topic, partition and offset. `replayed` and `discarded` are remembered.
 */
export type DeadLetter = {
  _id: string;
  group: string;
  topic: string;
  partition: number;
  offset: string;
  key: Uint8Array | null;
  value: Uint8Array | null;
  headers: Record<string, string | Uint8Array>;
  eventId?: string;
  eventType?: string;
  orderId?: string;
  status: 'dead' | 'parked' | 'replayed' | 'discarded';
  code: string;
  error: string;
  attempts: number;
  at: Date;
  /** Its row in the inbox's park, where later events of the same order wait for it. */
  parkedUnder?: string;
  /** An operator put it aside: a replay of many passes it over, and what waits behind it, until it is named. */
  aside?: { note: string; by: string; at: Date };
};

export const deadLetterCollection = collection<DeadLetter>('deadLetters', {
  indexes: [{ keys: { status: 1, topic: 1, at: 1 } }, { keys: { orderId: 1 } }],
});

/** With this the ids of all letters of a group begin. None is ever removed, so where there is none nothing was ever buried. */
export const lettersOf = (group: string): string => `${group}/`;

/** A letter that was replayed or discarded stays so. */
export const isSettled = ({ status }: Pick<DeadLetter, 'status'>): boolean => status === 'replayed' || status === 'discarded';

/** Marks the replay of a dead letter; its value is the dead letter's id. */
export const REPLAY_HEADER = 'microshop-replay-of';

export const deadLetterId = (group: string, topic: string, partition: number, offset: string, eventId?: string): string =>
  `${lettersOf(group)}${eventId || `${topic}/${partition}/${offset}`}`;

/** Operators' tools copy error texts into headers; Kafka's limit is on the whole record. */
const MAX_ERROR_LENGTH = 2000;

/**
 * The record for the dead-letter topic: original key, value and headers, and two families of headers that tools know: KIP-1191's
 * `__dlq.errors.*` and the text ones of Spring Kafka (its numeric ones are binary and left out).
 */
export function deadLetterRecord(letter: DeadLetter, id: string): OutboxEvent {
  const error = letter.error.slice(0, MAX_ERROR_LENGTH);
  return {
    id,
    topic: deadLetterTopic(letter.topic, letter.group),
    key: letter.key,
    partition: letter.partition,
    aggregatetype: 'dead-letter',
    aggregateid: letter._id,
    version: 1,
    type: letter.eventType ?? 'unreadable',
    headers: {
      ...letter.headers,
      '__dlq.errors.topic': letter.topic,
      '__dlq.errors.partition': String(letter.partition),
      '__dlq.errors.offset': letter.offset,
      '__dlq.errors.group': letter.group,
      '__dlq.errors.delivery.count': String(letter.attempts),
      '__dlq.errors.message': error,
      'kafka_dlt-original-topic': letter.topic,
      'kafka_dlt-original-consumer-group': letter.group,
      'kafka_dlt-exception-fqcn': letter.code,
      'kafka_dlt-exception-message': error,
    },
    payload: letter.value,
  };
}

/** The same record again for the original topic, without the headers of the failure and marked as a replay; the event id is the original. */
export function replayRecord(letter: DeadLetter, id: string): OutboxEvent {
  return {
    id,
    topic: letter.topic,
    key: letter.key,
    partition: letter.partition,
    aggregatetype: 'dead-letter',
    aggregateid: letter._id,
    version: 2,
    type: letter.eventType ?? 'unreadable',
    headers: { ...headersWithRoom(letter), [REPLAY_HEADER]: letter._id },
    payload: letter.value,
  };
}

/** Below Kafka's default limit of a record (1,048,588 bytes) by what the mark, the framing and the longest id of a letter take. */
const ROOM_FOR_HEADERS = 1_048_588 - 1024;
/** What a reader needs to know the event by. */
const NEEDED_HEADERS = new Set(['ce_id', 'ce_type', 'ce_time', 'ce_correlationid', 'ce_causationid', 'traceparent']);

/** The largest record that a topic takes would not fit with the mark of a replay: the broker would refuse it, and hold back its key. */
function headersWithRoom({ key, value, headers }: DeadLetter): DeadLetter['headers'] {
  const entries = Object.entries(headers);
  const size = entries.reduce((sum, [name, content]) => sum + name.length + content.length + 8, (key?.length ?? 0) + (value?.length ?? 0));
  return size <= ROOM_FOR_HEADERS ? headers : Object.fromEntries(entries.filter(([name]) => NEEDED_HEADERS.has(name)));
}

/** BSON ends a name at a NUL: with one in a header's name its record could never be buried. */
export const originalHeaders = (record: IncomingRecord): Record<string, string | Uint8Array> =>
  Object.fromEntries(
    Object.entries(record.headers)
      .filter((entry): entry is [string, Uint8Array] => entry[1] !== undefined && entry[0] !== REPLAY_HEADER)
      .map(([name, value]) => [name.replaceAll('\0', '\ufffd'), value]),
  );
