import { backoffMs, type NewId, type Sleep } from '../clock.ts';
import { findAppError } from '../errors.ts';
import type { IncomingEvent } from '../events/event.ts';
import { createGroupCommit } from '../group-commit.ts';
import { inboxCollection, inboxId, inboxRow } from '../inbox/inbox.ts';
import type { ConsumeOptions, IncomingRecord, PartitionBatch } from '../kafka/broker.ts';
import { type Parsed, parseRecord, textOf } from '../kafka/parse-record.ts';
import type { Logger } from '../logger.ts';
import { createPacing } from '../pacing.ts';
import { findStoreError } from '../store/store.ts';
import type { RunInTransaction, Tx } from '../store/unit-of-work.ts';
import { type DeadLetter, deadLetterCollection, isSettled, lettersOf, REPLAY_HEADER } from './dead-letter.ts';
import { bury, type Failure, keepDead, letterIdOf, logFields, type Origin, parkOf, settleLetter } from './park.ts';
import type { Handler, Need, Subscription } from './subscription.ts';
import { whileBeating } from './while-beating.ts';

/** A batch closes at 200 events, which stay under 1,000 writes (no handler writes more than five documents), or at 4 MB. */
const MAX_EVENTS = 200;
const BYTES_PER_EVENT = (4 * 1024 * 1024) / MAX_EVENTS;
/** How often a record is tried alone before it is poison. */
const POISON_ATTEMPTS = 3;
/** Under load the next fetch waits about as long as the last transaction took, and brings twice as much. */
const PACE = { msPerItem: 0.15, maxMs: 40 };

export type BatchConsumerOptions = {
  group: string;
  subscriptions: readonly Subscription[];
  /** Runs a unit of work; conflicts are its own to retry. */
  transact: RunInTransaction;
  newId: NewId;
  sleep: Sleep;
  logger: Logger;
  /** Knows a driver's failures that say nothing about the record, for handlers that query by themselves. */
  isTransient?: (error: unknown) => boolean;
  /** Called when a partition's records were handled, or could not be and are tried again in place. */
  onSign?: (topic: string, partition: number) => void;
  /** Called after each commit with what became of each record. */
  observe?: (outcomes: readonly Outcome[]) => void;
};

export type Outcome = { topic: string; eventType: string; result: 'handled' | 'duplicate' | 'skipped' | 'parked' | 'dead' | 'retried' };

type Received = { origin: Origin; parsed: Parsed; handler: Handler<unknown> | undefined; replayOf: string | undefined };
type Readable = { received: Received; event: IncomingEvent; handler: Handler<unknown> };

/**
 * Turns batches of records into transactions. Guarantees: an offset counts as handled only after the transaction that handled, parked or
 * buried its record; what is transient is retried in place for ever; what is poison stands alone before it is buried, and stops no other.
 */
export function createBatchConsumer(options: BatchConsumerOptions): Pick<ConsumeOptions, 'group' | 'topics' | 'onBatch'> {
  const { group, subscriptions, transact, newId, sleep, logger } = options;
  const byTopic = new Map(subscriptions.map((subscription) => [subscription.topic.name, subscription]));
  const isTransient = (error: unknown): boolean =>
    findStoreError(error) !== undefined || findAppError(error)?.kind === 'transient' || options.isTransient?.(error) === true;
  const observe = (outcomes: readonly Outcome[]) => {
    try {
      options.observe?.(outcomes);
    } catch (err) {
      logger.error({ err }, 'What watches the consumer failed; the records are committed.');
    }
  };
  const giveUp = ({ origin, replayOf }: Received, failure: Failure, tx: Tx): Promise<void> =>
    replayOf === undefined ? bury(tx, origin, failure, newId) : keepDead(tx, replayOf, failure);

  const pacing = createPacing(sleep, PACE);
  const commits = createGroupCommit<readonly Received[], void>({
    // The partitions of one fetch come one after the other.
    gather: () => sleep(0),
    maxWeight: MAX_EVENTS,
    weigh: (chunk) => Math.max(chunk.length, chunk.reduce((sum, { origin }) => sum + bytesOf(origin.record), 0) / BYTES_PER_EVENT),
    commit: async (chunks) => {
      const batch = chunks.flat();
      await handleAll(batch);
      pacing.done(batch.length);
      return chunks.map(() => undefined);
    },
  });

  /** Halves a batch that fails for a reason of its own until the record that fails stands alone. */
  async function handleAll(batch: readonly Received[]): Promise<void> {
    try {
      await handleInOneTransaction(batch);
    } catch (error) {
      if (isTransient(error)) throw error;
      if (batch.length === 1) return handlePoison(batch[0] as Received, error);
      const middle = Math.ceil(batch.length / 2);
      await handleAll(batch.slice(0, middle));
      await handleAll(batch.slice(middle));
    }
  }

  async function handlePoison(received: Received, error: unknown): Promise<void> {
    let last = error;
    // At once: every other order of this consumer waits meanwhile, and a storm of poison would be an outage.
    for (let attempt = 1; attempt < POISON_ATTEMPTS; attempt++) {
      try {
        return await handleInOneTransaction([received]);
      } catch (again) {
        if (isTransient(again)) throw again;
        last = again;
      }
    }
    const message = last instanceof Error ? `${last.name}: ${last.message}` : String(last);
    const failure: Failure = { status: 'dead', code: 'handler_failed', error: message, attempts: POISON_ATTEMPTS };
    logger.error({ ...logFields(received.origin), err: last }, 'An event is poison to its handler and goes to the dead letters.');
    await transact((tx) => giveUp(received, failure, tx));
    observe([{ topic: received.origin.topic, eventType: received.origin.eventType ?? 'unreadable', result: 'dead' }]);
  }

  async function handleInOneTransaction(batch: readonly Received[]): Promise<void> {
    const outcomes = await transact(async (tx) => {
      await loadNeeds(tx, group, batch);
      const results: Outcome[] = [];
      for (const received of inOrder(batch))
        results.push({
          topic: received.origin.topic,
          eventType: received.origin.eventType ?? 'unreadable',
          result: await apply(received, tx),
        });
      return results;
    });
    observe(outcomes);
    for (const { origin } of batch) options.onSign?.(origin.topic, origin.partition);
  }

  async function apply(received: Received, tx: Tx): Promise<Outcome['result']> {
    const { origin, parsed, handler, replayOf } = received;
    if ('unreadable' in parsed) {
      const { code, detail } = parsed.unreadable;
      logger.warn({ ...logFields(origin), code }, 'A record can not be read and goes to the dead letters.');
      await giveUp(received, { status: 'dead', code, error: detail, attempts: 1 }, tx);
      return 'dead';
    }
    const readable = 'event' in parsed && handler ? { received, event: parsed.event, handler } : undefined;
    if (replayOf !== undefined) return replay(readable, replayOf, tx);
    if (!readable) return 'skipped';
    if (await isParked(origin, tx)) {
      await bury(
        tx,
        origin,
        { status: 'parked', code: 'parked_behind', error: 'Waits behind a dead letter of the same order.', attempts: 0 },
        newId,
      );
      return 'parked';
    }
    return effectOnce(readable, tx);
  }

  async function effectOnce(readable: Readable, tx: Tx): Promise<Outcome['result']> {
    const id = inboxId(group, readable.event.id);
    if ((await isInInbox(readable.handler, group, tx)) && (await tx.get(inboxCollection, id))) return 'duplicate';
    if (!readable.handler.naturalKey) tx.put(inboxCollection, inboxRow(id, tx.now));
    return effect(readable, tx);
  }

  async function effect({ event, handler }: Readable, tx: Tx): Promise<'handled'> {
    await handler.handle(
      event as IncomingEvent<never>,
      tx.because({
        causationId: event.id,
        correlationId: event.correlationId,
        traceparent: event.traceparent,
        tracestate: event.tracestate,
      }),
    );
    return 'handled';
  }

  /**
   * Only the first letter of a park is handled; a letter that was settled already is not handled again, and that makes it once. One whose type
   * nobody here handles any more is done with: left as it is it would hold its order for ever.
   */
  async function replay(readable: Readable | undefined, letterId: string, tx: Tx): Promise<Outcome['result']> {
    const letter = await tx.get(deadLetterCollection, letterId);
    if (!letter || isSettled(letter)) return 'duplicate';
    const park = letter.parkedUnder === undefined ? undefined : await tx.get(inboxCollection, letter.parkedUnder);
    if (park?.queue && park.queue[0] !== letterId) return 'parked';
    const result = readable ? await effectOfReplay(readable, letter, tx) : 'skipped';
    await settleLetter(tx, letterId, 'replayed');
    return result;
  }

  // The inbox knows what was buried as an event. What could not be read then may have come again since, or may yet.
  const effectOfReplay = (readable: Readable, { eventType }: DeadLetter, tx: Tx): Promise<Outcome['result']> =>
    eventType === undefined ? effectOnce(readable, tx) : effect(readable, tx);

  async function isParked(origin: Origin, tx: Tx): Promise<boolean> {
    const park = parkOf(origin);
    if (park === undefined || !(await hasBuried(group, tx))) return false;
    return ((await tx.get(inboxCollection, park))?.queue?.length ?? 0) > 0;
  }

  function receive({ topic, partition }: PartitionBatch, record: IncomingRecord): Received {
    const subscription = byTopic.get(topic);
    const parsed: Parsed = subscription
      ? parseRecord(subscription.topic, record)
      : { unreadable: { code: 'unknown_topic', detail: `${group} does not listen to ${topic}.` } };
    const event = 'event' in parsed ? parsed.event : undefined;
    const eventId = event?.id ?? textOf(record.headers.ce_id);
    const orderId = (event?.data as { orderId?: unknown } | undefined)?.orderId;
    return {
      origin: {
        group,
        topic,
        partition,
        record,
        ...(eventId && { eventId }),
        ...(event && { eventType: event.type }),
        ...(typeof orderId === 'string' && { orderId }),
      },
      parsed,
      handler: event && (subscription?.handlers[event.type] as Handler<unknown> | undefined),
      replayOf: textOf(record.headers[REPLAY_HEADER]),
    };
  }

  /** Tries for as long as the records are this member's to handle. */
  async function commitInPlace(chunk: readonly Received[], isOurs: () => boolean): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await commits.submit(chunk);
      } catch (error) {
        if (!isOurs()) throw error;
        const { origin } = chunk[0] as Received;
        logger.warn({ ...logFields(origin), attempt, err: error }, 'A batch can not be committed now; it is tried again in place.');
        observe([{ topic: origin.topic, eventType: 'batch', result: 'retried' }]);
        options.onSign?.(origin.topic, origin.partition);
        await sleep(backoffMs(attempt, 50, 1000));
      }
    }
  }

  return {
    group,
    topics: [...byTopic.keys()],
    async onBatch(batch, control) {
      await control.heartbeat();
      for (const chunk of chunksOf(batch.records.map((record) => receive(batch, record)))) {
        if (!control.isRunning()) return;
        await whileBeating(control, sleep, async (isMember) => {
          await commitInPlace(chunk, () => isMember() && control.isRunning());
          control.handled((chunk.at(-1) as Received).origin.record.offset);
        });
      }
      await pacing.rested();
    },
  };
}

/** What gives back is applied before what takes; otherwise as received. */
const inOrder = (batch: readonly Received[]): Received[] => [
  ...batch.filter(({ handler }) => handler?.early),
  ...batch.filter(({ handler }) => !handler?.early),
];

/** Whether the group has ever buried a record: else no order of it is parked, and no row of its inbox is a buried event's. */
const hasBuried = (group: string, tx: Tx): Promise<boolean> => tx.hasAny(deadLetterCollection, lettersOf(group));

/** Whether the inbox may know an event of this handler: with a natural key only one that was buried has a row. */
const isInInbox = async ({ naturalKey }: Handler<unknown>, group: string, tx: Tx): Promise<boolean> =>
  naturalKey === undefined || hasBuried(group, tx);

/** Everything that the batch will look at, in one read for each collection. */
async function loadNeeds(tx: Tx, group: string, batch: readonly Received[]): Promise<void> {
  const wanted = new Map<string, { collection: Need['collection']; ids: string[] }>();
  const want = ({ collection, id }: Need) => {
    const entry = wanted.get(collection.name);
    if (entry) entry.ids.push(id);
    else wanted.set(collection.name, { collection, ids: [id] });
  };
  for (const { origin, parsed, handler, replayOf } of batch) {
    if ('unreadable' in parsed || replayOf) want({ collection: deadLetterCollection, id: replayOf ?? letterIdOf(origin) });
    if (!handler || !('event' in parsed)) continue;
    const park = (await hasBuried(group, tx)) ? parkOf(origin) : undefined;
    if (park) want({ collection: inboxCollection, id: park });
    if (await isInInbox(handler, group, tx)) want({ collection: inboxCollection, id: inboxId(group, parsed.event.id) });
    for (const each of handler.needs?.(parsed.event as IncomingEvent<never>) ?? []) want(each);
  }
  for (const { collection, ids } of wanted.values()) await tx.load(collection, ids);
}

const bytesOf = (record: IncomingRecord): number => record.value?.length ?? 0;

function chunksOf(received: readonly Received[]): Received[][] {
  const chunks: Received[][] = [];
  for (let at = 0; at < received.length; at += MAX_EVENTS) chunks.push(received.slice(at, at + MAX_EVENTS));
  return chunks;
}
