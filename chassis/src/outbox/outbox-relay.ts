import { backoffMs, type Clock, type Sleep } from '../clock.ts';
import { type Broker, type OutgoingRecord, UnsendableError } from '../kafka/broker.ts';
import type { Logger } from '../logger.ts';
import type { Lease } from './lease.ts';
import type { OutboxDocument, OutboxEvent } from './outbox.ts';

export type OutboxStore = {
  /** The oldest unpublished documents by id, as of one moment (a snapshot). */
  pending(limit: number): Promise<OutboxDocument[]>;
  /** Marks documents whose events are all acknowledged; a mark made under a later lease is left alone. */
  markPublished(ids: readonly string[], fence: number, at: Date): Promise<void>;
  /** Keeps what is known of a document that has stuck events. */
  markStuck(document: OutboxDocument, fence: number): Promise<void>;
};

export type OutboxRelayOptions = {
  outbox: OutboxStore;
  lease: Lease;
  broker: Pick<Broker, 'send'>;
  clock: Clock;
  sleep: Sleep;
  logger: Logger;
  /** The truth is polled this often; wake-ups only come earlier. */
  pollIntervalMs: number;
};

export type OutboxRelay = {
  start(): void;
  /** There is something to publish. */
  wake(): void;
  /** Finishes the send under way and gives the lease back. */
  stop(): Promise<void>;
};

/** Documents read at once; with one send in flight it bounds what a lost answer can duplicate. */
const WINDOW = 500;
/** Kafka counts a whole batch against message.max.bytes (1 MiB), and kafkajs does not split. */
const MAX_SEND_BYTES = 500_000;
/** A stuck event is tried again this often, for its topic may have been mended. */
const STUCK_RETRY_MS = 30_000;

type Entry = { document: OutboxDocument; index: number; event: OutboxEvent };

/**
 * Publishes the whole outbox, at least once, in order for each aggregate and key. Only the holder of the lease publishes, with one send in
 * flight. A record that can not be sent holds back its own keys, and nothing else.
 */
export function createOutboxRelay({ outbox, lease, broker, clock, sleep, logger, pollIntervalMs }: OutboxRelayOptions): OutboxRelay {
  let running: Promise<void> | undefined;
  let stopping = new AbortController();
  let nap = new AbortController();
  let woken = false;
  // A mark is seen by a majority, and so by the next snapshot, a moment after it is made.
  let marked = new Set<string>();

  /** Publishes what is there; true when there may be more at once. */
  async function publishWindow(): Promise<boolean> {
    const fence = await lease.hold();
    if (fence === undefined) return false;
    const found = await outbox.pending(WINDOW);
    marked = marked.intersection(new Set(found.map(({ _id }) => _id)));
    const documents = found.filter(({ _id }) => !marked.has(_id));
    if (documents.length === 0) return false;
    const now = clock.now();
    const { entries, held } = sendable(documents, now);
    const acknowledged = new Set<Entry>();
    for (const chunk of chunksOf(entries)) {
      if ((await lease.hold()) === undefined) return false;
      await send(chunk, acknowledged, held);
    }
    await mark(documents, acknowledged, fence);
    return found.length === WINDOW && acknowledged.size > 0;
  }

  /** Bisects until the record that can not be sent stands alone; later ones of its key are held back with it. */
  async function send(entries: readonly Entry[], acknowledged: Set<Entry>, held: Set<string>): Promise<void> {
    const free = entries.filter(({ event }) => !held.has(orderingKey(event)));
    if (free.length === 0) return;
    try {
      await broker.send(free.map(({ event }) => recordOf(event)));
      for (const entry of free) acknowledged.add(entry);
    } catch (error) {
      if (!(error instanceof UnsendableError)) throw error;
      const [only] = free;
      if (free.length === 1 && only) {
        stick(only, error, clock.now());
        held.add(orderingKey(only.event));
        return;
      }
      const middle = Math.ceil(free.length / 2);
      await send(free.slice(0, middle), acknowledged, held);
      await send(free.slice(middle), acknowledged, held);
    }
  }

  function stick({ document, index, event }: Entry, error: Error, at: Date) {
    document.stuck = [...(document.stuck ?? []).filter((each) => each.index !== index), { index, error: error.message, at }];
    logger.error(
      { eventId: event.id, eventType: event.type, topic: event.topic, err: error },
      'The broker refuses an event; it and later ones of its key wait, and are tried again every 30 s.',
    );
  }

  async function mark(documents: readonly OutboxDocument[], acknowledged: ReadonlySet<Entry>, fence: number): Promise<void> {
    const sent = Map.groupBy(acknowledged, ({ document }) => document);
    const published: string[] = [];
    for (const document of documents) {
      const indexes = new Set([...(document.sent ?? []), ...(sent.get(document) ?? []).map(({ index }) => index)]);
      if (indexes.size === document.events.length) published.push(document._id);
      else if (document.stuck || indexes.size > 0) {
        const stuck = document.stuck?.filter(({ index }) => !indexes.has(index)) ?? [];
        await outbox.markStuck({ ...document, stuck, sent: [...indexes] }, fence);
      }
    }
    if (published.length === 0) return;
    await outbox.markPublished(published, fence, clock.now());
    for (const id of published) marked.add(id);
  }

  async function loop() {
    let failures = 0;
    while (!stopping.signal.aborted) {
      let more = false;
      try {
        woken = false;
        more = await publishWindow();
        failures = 0;
      } catch (error) {
        if (failures++ === 0) logger.warn({ err: error }, 'The outbox can not be published now; it is kept and tried again.');
        await sleep(backoffMs(failures, 50, 1000), stopping.signal);
        continue;
      }
      if (more || woken || stopping.signal.aborted) continue;
      nap = new AbortController();
      await sleep(pollIntervalMs, AbortSignal.any([nap.signal, stopping.signal]));
    }
  }

  return {
    start() {
      stopping = new AbortController();
      running ??= loop();
    },
    wake() {
      woken = true;
      nap.abort();
    },
    async stop() {
      stopping.abort();
      await running;
      running = undefined;
      await lease.release().catch((error: unknown) => logger.debug({ err: error }, 'The lease was not given back and will run out.'));
    },
  };
}

const recordOf = ({ topic, key, payload, headers, partition }: OutboxEvent): OutgoingRecord => ({
  topic,
  key,
  value: payload,
  headers,
  ...(partition !== undefined && { partition }),
});

const orderingKey = ({ topic, key }: OutboxEvent): string => `${topic}\n${key === null ? '' : Buffer.from(key).toString('latin1')}`;

/** What is not sent yet and not held back by a stuck event that came before it. */
function sendable(documents: readonly OutboxDocument[], now: Date): { entries: Entry[]; held: Set<string> } {
  const held = new Set<string>();
  const entries: Entry[] = [];
  for (const entry of inVersionOrder(documents)) {
    const { document, index, event } = entry;
    if (document.sent?.includes(index)) continue;
    const stuck = document.stuck?.find((each) => each.index === index);
    if (stuck && now.getTime() - stuck.at.getTime() < STUCK_RETRY_MS) held.add(orderingKey(event));
    else if (!held.has(orderingKey(event))) entries.push(entry);
  }
  return { entries, held };
}

/**
 * Ids follow the clocks of the writers, and clocks differ. The places that one aggregate's events have in the order of ids are given to them
 * in the order of its versions.
 */
export function inVersionOrder(documents: readonly OutboxDocument[]): Entry[] {
  const entries = documents.flatMap((document) => document.events.map((event, index) => ({ document, index, event })));
  const places = new Map<string, number[]>();
  entries.forEach(({ event }, place) => {
    const aggregate = `${event.aggregatetype}\n${event.aggregateid}`;
    const known = places.get(aggregate);
    if (known) known.push(place);
    else places.set(aggregate, [place]);
  });
  const ordered = [...entries];
  for (const ofAggregate of places.values()) {
    const sorted = ofAggregate.map((place) => entries[place] as Entry).sort((a, b) => a.event.version - b.event.version);
    ofAggregate.forEach((place, nth) => {
      ordered[place] = sorted[nth] as Entry;
    });
  }
  return ordered;
}

const sizeOf = ({ event }: Entry): number => (event.payload?.length ?? 0) + 400;

function* chunksOf(entries: readonly Entry[]): Generator<Entry[]> {
  let chunk: Entry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    if (chunk.length > 0 && bytes + sizeOf(entry) > MAX_SEND_BYTES) {
      yield chunk;
      chunk = [];
      bytes = 0;
    }
    chunk.push(entry);
    bytes += sizeOf(entry);
  }
  if (chunk.length > 0) yield chunk;
}
