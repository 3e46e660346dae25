import { inboxCollection, inboxId, inboxRow, parkedId } from '../inbox/inbox.ts';
import type { IncomingRecord } from '../kafka/broker.ts';
import { textOf } from '../kafka/parse-record.ts';
import type { Tx } from '../store/unit-of-work.ts';
import { traceIdOf } from '../tracing/trace-context.ts';
import { type DeadLetter, deadLetterCollection, deadLetterId, deadLetterRecord, isSettled, originalHeaders } from './dead-letter.ts';

/** Where a record came from and, if it could be read, which event of which order it is. */
export type Origin = {
  group: string;
  topic: string;
  partition: number;
  record: IncomingRecord;
  eventId?: string;
  eventType?: string;
  orderId?: string;
};

export type Failure = { status: 'dead' | 'parked'; code: string; error: string; attempts: number };

/** What a log line tells of it. */
export const logFields = ({ topic, partition, record, eventId, eventType, orderId }: Origin) => ({
  topic,
  partition,
  offset: record.offset,
  eventId,
  eventType,
  orderId,
  correlationId: textOf(record.headers.ce_correlationid),
  traceId: traceIdOf(textOf(record.headers.traceparent)),
});

export const letterIdOf = ({ group, topic, partition, record, eventId }: Origin): string =>
  deadLetterId(group, topic, partition, record.offset, eventId);

export const parkOf = ({ group, topic, record, orderId }: Origin): string | undefined =>
  orderId === undefined || record.key === null ? undefined : parkedId(group, topic, Buffer.from(record.key).toString('utf8'), orderId);

/**
 * Buries a record: its row, its record on the dead-letter topic, and its place in its order's park, all in the transaction. Twice is once. From
 * then on the inbox knows its event like one that was handled: when it comes again it waits for its replay, or was discarded.
 */
export async function bury(tx: Tx, origin: Origin, failure: Failure, newId: () => string): Promise<void> {
  const id = letterIdOf(origin);
  if (await tx.get(deadLetterCollection, id)) return;
  const parkedUnder = parkOf(origin);
  const { group, topic, partition, record, eventId, eventType, orderId } = origin;
  if (eventId !== undefined && eventType !== undefined) {
    const known = inboxId(group, eventId);
    // Another member of the group handled it meanwhile, or it was handled before its order was parked.
    if (await tx.get(inboxCollection, known)) return;
    tx.put(inboxCollection, inboxRow(known, tx.now));
  }
  const letter: DeadLetter = {
    _id: id,
    group,
    topic,
    partition,
    offset: record.offset,
    key: record.key,
    value: record.value,
    headers: originalHeaders(record),
    ...(eventId !== undefined && { eventId }),
    ...(eventType !== undefined && { eventType }),
    ...(orderId !== undefined && { orderId }),
    ...failure,
    at: tx.now,
    ...(parkedUnder !== undefined && { parkedUnder }),
  };
  tx.put(deadLetterCollection, letter);
  tx.publishRaw(deadLetterRecord(letter, newId()));
  if (parkedUnder === undefined) return;
  const park = await tx.get(inboxCollection, parkedUnder);
  tx.put(inboxCollection, { _id: parkedUnder, at: park?.at ?? tx.now, queue: [...(park?.queue ?? []), id] });
}

/** A replay failed again: the letter stays first in its park, and says so. */
export async function keepDead(tx: Tx, letterId: string, { code, error, attempts }: Failure): Promise<void> {
  const letter = await tx.get(deadLetterCollection, letterId);
  if (!letter || isSettled(letter)) return;
  tx.put(deadLetterCollection, { ...letter, status: 'dead', code, error, attempts: letter.attempts + attempts, at: tx.now });
}

/** Takes a letter off the dead, in the transaction of its effect (`replayed`) or of the decision to drop it (`discarded`). */
export async function settleLetter(tx: Tx, letterId: string, status: 'replayed' | 'discarded'): Promise<void> {
  const letter = await tx.get(deadLetterCollection, letterId);
  if (!letter || isSettled(letter)) return;
  tx.put(deadLetterCollection, { ...letter, status });
  if (letter.parkedUnder === undefined) return;
  const park = await tx.get(inboxCollection, letter.parkedUnder);
  if (!park?.queue) return;
  const queue = park.queue.filter((id) => id !== letterId);
  if (queue.length === 0) tx.remove(inboxCollection, park._id);
  else tx.put(inboxCollection, { ...park, queue });
}
