import { backoffMs, type Clock, OVER, type Sleep } from '../clock.ts';
import { type Broker, type OutgoingRecord, UnsendableError } from '../kafka/broker.ts';
import type { Logger } from '../logger.ts';
import { traceIdOf } from '../tracing/trace-context.ts';
import type { Lease } from './lease.ts';
import type { OutboxDocument, OutboxEvent } from './outbox.ts';
import { type Entry, inVersionOrder } from './version-order.ts';

export type OutboxStore = {
  /** The oldest unpublished documents by id, as of one moment (a snapshot). What is `known` need not be read: its events never change. */
  pending(limit: number, known?: (id: string) => OutboxDocument | undefined): Promise<OutboxDocument[]>;
  /** Marks documents whose events are all acknowledged; a mark made under a later lease is left alone. */
  markPublished(ids: readonly string[], fence: number, at: Date): Promise<void>;
  /** Keeps what is known of a document that is not done: what is stuck, what is sent. */
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
  /** While another holds the lease it is asked for this often; as often as is polled, where not given. */
  standbyIntervalMs?: number;
  /** Tells the instance that publishes of a commit, where that is another. */
  ring?: () => Promise<void>;
};

export type OutboxRelay = {
  start(): void;
  /** This process is about to commit the document, so its events need not be read: it may be seen before the commit has an answer. */
  remember(document: OutboxDocument): void;
  /** This process has committed a document. */
  wake(): void;
  /** Another instance has committed something. */
  hear(): void;
  /** Finishes the send under way and gives the lease back. */
  stop(): Promise<void>;
};

/** Documents read at once; with one send in flight it bounds what a lost answer can duplicate. */
const WINDOW = 500;
/** Read beyond the window and published with a later one: where clocks differ, an earlier version of an event in the window is among them. */
const LOOKAHEAD = 250;
/** Kafka counts a whole batch against message.max.bytes (1 MiB), and kafkajs does not split. */
const MAX_SEND_BYTES = 500_000;
/** A stuck event is tried again this often, for its topic may have been mended. */
const STUCK_RETRY_MS = 30_000;

/** So many events of own commits are remembered, the latest; what came before is read, if it was committed. */
const MAX_KNOWN_EVENTS = 2000;

/** Within this time a mark is seen by a majority, or lost. */
const MARK_SEEN_MS = 10_000;
/** How many blocked documents are read past, to find those that are not; each look reads them again. */
const MAX_BLOCKED = 5000;

/** One look at the outbox, and what became of it. */
type Pass = { entries: readonly Entry[]; held: Set<string>; acknowledged: Set<Entry>; changed: Set<OutboxDocument> };

/**
 * Publishes the whole outbox, at least once, in order for each aggregate and key. Only the holder of the lease publishes, with one send in
 * flight. A record that can not be sent holds back its own keys, and nothing else.
 */
export function createOutboxRelay(options: OutboxRelayOptions): OutboxRelay {
  const { outbox, lease, broker, clock, sleep, logger, pollIntervalMs, standbyIntervalMs = pollIntervalMs, ring } = options;
  let running: Promise<void> | undefined;
  let stopping = new AbortController();
  let nap = new AbortController();
  let woken = false;
  let isHolder = false;
  /** So many documents this process has committed since the last look. */
  let committed = 0;
  const known = new Map<string, OutboxDocument>();
  let knownEvents = 0;
  /** Documents that the last look left: they are stuck, or wait behind a stuck one. */
  let blocked = 0;
  // When a document was marked: a majority sees a mark, and so the next snapshot, a moment after it is made.
  const marked = new Map<string, number>();

  /** Publishes what is there; true when there may be more at once. */
  async function publishWindow(): Promise<boolean> {
    const fence = await lease.hold();
    isHolder = fence !== undefined;
    const news = committed;
    committed = 0;
    if (fence === undefined) {
      for (const id of known.keys()) forget(id);
      // It looks by itself soon.
      if (news > 0) await ring?.().catch(() => undefined);
      return false;
    }
    // What is blocked does not count, so that it never fills the window.
    const limit = WINDOW + Math.min(blocked, MAX_BLOCKED) + LOOKAHEAD;
    const found = await outbox.pending(limit, known.size > 0 ? (id) => known.get(id) : undefined);
    // What is not done with in this look is read the next time, with all that was noted on it.
    for (const { _id } of found) forget(_id);
    forgetOldMarks();
    const documents = found.filter(({ _id }) => !marked.has(_id));
    const due = found.length === limit ? documents.slice(0, -LOOKAHEAD) : documents;
    const pass: Pass = { ...sendable(documents, due, clock.now()), acknowledged: new Set(), changed: new Set() };
    let published = 0;
    try {
      for (const chunk of chunksOf(pass.entries)) {
        if (stopping.signal.aborted || (await lease.hold()) !== fence) return false;
        await send(chunk, pass);
      }
    } finally {
      published = await mark(pass, fence);
    }
    const remaining = due.filter(({ _id }) => !marked.has(_id)).length;
    const hasGrown = remaining > blocked && blocked < MAX_BLOCKED;
    blocked = remaining;
    return found.length === limit && (published > 0 || hasGrown);
  }

  /** Bisects until the record that can not be sent stands alone; later ones of its key are held back with it. */
  async function send(entries: readonly Entry[], pass: Pass): Promise<void> {
    const free = entries.filter(({ event }) => !pass.held.has(orderingKey(event)));
    const [first] = free;
    if (!first) return;
    try {
      await broker.send(free.map(({ event }) => recordOf(event)));
      for (const entry of free) {
        pass.acknowledged.add(entry);
        pass.changed.add(entry.document);
      }
    } catch (error) {
      if (!(error instanceof UnsendableError)) throw error;
      if (free.length === 1) return stick(first, error, pass);
      const middle = Math.ceil(free.length / 2);
      await send(free.slice(0, middle), pass);
      await send(free.slice(middle), pass);
    }
  }

  function stick({ document, index, event }: Entry, error: Error, pass: Pass) {
    document.stuck = [...(document.stuck ?? []).filter((each) => each.index !== index), { index, error: error.message, at: clock.now() }];
    pass.held.add(orderingKey(event));
    pass.changed.add(document);
    logger.error(
      { ...logFields(event), err: error },
      'The broker refuses an event; it and later ones of its key wait, and are tried again every 30 s.',
    );
  }

  /** Writes down what has changed, also of a pass that was broken off; the number of documents that are done. */
  async function mark({ acknowledged, changed }: Pass, fence: number): Promise<number> {
    const sent = Map.groupBy(acknowledged, ({ document }) => document);
    const published: string[] = [];
    for (const document of changed) {
      const indexes = new Set([...(document.sent ?? []), ...(sent.get(document) ?? []).map(({ index }) => index)]);
      if (indexes.size === document.events.length) published.push(document._id);
      else {
        const stuck = document.stuck?.filter(({ index }) => !indexes.has(index)) ?? [];
        await outbox.markStuck({ ...document, stuck, sent: [...indexes] }, fence);
      }
    }
    if (published.length === 0) return 0;
    const at = clock.now();
    await outbox.markPublished(published, fence, at);
    for (const id of published) marked.set(id, at.getTime());
    return published.length;
  }

  function forget(id: string) {
    knownEvents -= known.get(id)?.events.length ?? 0;
    known.delete(id);
  }

  function look() {
    woken = true;
    nap.abort(OVER);
  }

  // Not for ever: a mark can be lost with its primary, and then it must be made again.
  function forgetOldMarks() {
    const now = clock.now().getTime();
    for (const [id, at] of marked) if (!isWithin(MARK_SEEN_MS, at, now)) marked.delete(id);
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
      await sleep(isHolder ? pollIntervalMs : standbyIntervalMs, AbortSignal.any([nap.signal, stopping.signal]));
    }
  }

  return {
    start() {
      stopping = new AbortController();
      running ??= loop();
    },
    remember(document) {
      known.set(document._id, document);
      knownEvents += document.events.length;
      for (const id of known.keys()) if (knownEvents > MAX_KNOWN_EVENTS) forget(id);
    },
    wake() {
      committed++;
      look();
    },
    hear: look,
    async stop() {
      stopping.abort();
      await running;
      running = undefined;
      await lease.release().catch((error: unknown) => logger.debug({ err: error }, 'The lease was not given back and will run out.'));
    },
  };
}

/** Whether it was so short a time ago; what seems to lie ahead was before the clock was set back. */
const isWithin = (ms: number, at: number, now: number): boolean => at <= now && now - at <= ms;

const recordOf = ({ topic, key, payload, headers, partition }: OutboxEvent): OutgoingRecord => ({
  topic,
  key,
  value: payload,
  headers,
  ...(partition !== undefined && { partition }),
});

const logFields = ({ id, type, topic, headers: { ce_correlationid: correlationId, traceparent } }: OutboxEvent) => ({
  eventId: id,
  eventType: type,
  topic,
  correlationId,
  ...(typeof traceparent === 'string' && { traceId: traceIdOf(traceparent) }),
});

const orderingKey = ({ topic, key }: OutboxEvent): string => `${topic}\n${key === null ? '' : Buffer.from(key).toString('latin1')}`;

/** What is not sent yet and not held back by a stuck event that came before it, at the places of those that are due. */
function sendable(
  documents: readonly OutboxDocument[],
  due: readonly OutboxDocument[],
  now: Date,
): { entries: Entry[]; held: Set<string> } {
  const held = new Set<string>();
  const entries: Entry[] = [];
  const places = due.reduce((sum, { events }) => sum + events.length, 0);
  for (const entry of inVersionOrder(documents).slice(0, places)) {
    const { document, index, event } = entry;
    if (document.sent?.includes(index)) continue;
    const stuck = document.stuck?.find((each) => each.index === index);
    if (stuck && isWithin(STUCK_RETRY_MS, stuck.at.getTime(), now.getTime())) held.add(orderingKey(event));
    else if (!held.has(orderingKey(event))) entries.push(entry);
  }
  return { entries, held };
}

const sizeOf = ({ event }: Entry): number => (event.payload === null ? 0 : Buffer.byteLength(event.payload)) + 400;

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
