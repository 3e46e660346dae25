import type { EventOf, EventType, Topic } from '@microshop/contracts';
import { backoffMs, type Clock, type NewId, type Sleep, sleep } from '../clock.ts';
import { encodeEvent } from '../events/cloud-event.ts';
import type { Aggregate, Cause } from '../events/event.ts';
import { type OutboxDocument, type OutboxEvent, outboxCollection } from '../outbox/outbox.ts';
import { traceContextOf } from '../tracing/trace-context.ts';
import { type Collection, type Document, findStoreError, type Store, type StoreSession, type Write } from './store.ts';

/**
 * What a decision may do: read and change documents in memory, and publish. All of it commits together or not at all;
 * nothing can be published outside. A document is never changed in place: `put` a new one.
 */
export type Tx = {
  readonly now: Date;
  readonly cause: Cause;
  /** The document as this transaction sees it, its own changes included. */
  get<T extends Document>(collection: Collection<T>, id: string): Promise<Readonly<T> | undefined>;
  /** Reads many at once, so that later `get`s cost no round trip. */
  load<T extends Document>(collection: Collection<T>, ids: readonly string[]): Promise<void>;
  /** Whether there is a document whose id begins so. Asked of the database once for each prefix. */
  hasAny(collection: Collection<Document>, idPrefix: string): Promise<boolean>;
  /** Writes a document that was read before (it may not have existed). */
  put<T extends Document>(collection: Collection<T>, document: T): void;
  /** Writes a document whose id is new by construction; an id that exists after all makes the transaction start again. */
  insert<T extends Document>(collection: Collection<T>, document: T): void;
  remove<T extends Document>(collection: Collection<T>, id: string): void;
  /** Publishes, at least once, after the commit. Fails as a bug when the data breaks the topic's schema. */
  publish<T extends Topic, K extends EventType<T>>(topic: T, type: K, data: EventOf<T, K>, aggregate: Aggregate): void;
  /** As `publish`, for records that carry a whole state: of one key only the last of the transaction is published. */
  publishState<T extends Topic, K extends EventType<T>>(topic: T, type: K, data: EventOf<T, K>, aggregate: Aggregate): void;
  /** Publishes a record as it is: a dead letter or its replay. */
  publishRaw(event: OutboxEvent): void;
  /** Id of the outbox document that the transaction's events will be in. */
  readonly outboxId: string;
  /** Runs after the commit, never for an attempt that failed. Nothing may depend on it: a crash can come between. */
  afterCommit(run: () => void): void;
  /** The same transaction, seen on behalf of another event: what it publishes inherits that cause. */
  because(cause: Cause): Tx;
};

/** `former` is as it was read; undefined where there was none. */
type Entry = {
  collection: Collection<Document>;
  id: string;
  former: Document | undefined;
  document: Document | undefined;
  changed: boolean;
};

export type UnitOfWorkPorts = {
  store: Store;
  clock: Clock;
  newId: NewId;
  source: string;
  /** Told before each commit that publishes of what it will publish. It may fail yet. */
  onCommitting?: (document: OutboxDocument) => void;
  /** Told after it. */
  onCommit?: () => void;
  /** Told what an `afterCommit` threw: the transaction is committed and must not look failed. */
  onAfterCommitError?: (error: unknown) => void;
};

/**
 * Runs `work` in a new transaction and commits it. A retry is a new call, which reads anew: nothing of a failed attempt is kept.
 * Fails with what `work` threw, or with a StoreError of the commit.
 */
export type RunInTransaction = <R>(work: (tx: Tx) => Promise<R>, cause?: Cause) => Promise<R>;

export function createUnitOfWork({
  store,
  clock,
  newId,
  source,
  onCommitting,
  onCommit,
  onAfterCommitError,
}: UnitOfWorkPorts): RunInTransaction {
  const notify = (run: () => void) => {
    try {
      run();
    } catch (error) {
      onAfterCommitError?.(error);
    }
  };
  return async (work, cause = {}) => {
    const session = await store.begin();
    try {
      const unit = createUnit(session, clock.now(), newId, source);
      const result = await work(unit.tx(cause));
      const { writes, events } = unit.writes();
      if (events) onCommitting?.(events);
      await session.commit(writes);
      if (events) onCommit?.();
      unit.afterCommit.forEach(notify);
      return result;
    } finally {
      await session.end();
    }
  };
}

function createUnit(session: StoreSession, now: Date, newId: NewId, source: string) {
  const entries = new Map<string, Map<string, Entry>>();
  const events = new Map<string, OutboxEvent>();
  const afterCommit: (() => void)[] = [];
  const outboxId = newId();
  const prefixes = new Map<string, Promise<boolean>>();
  const entriesOf = (collection: Collection<Document>) => entries.getOrInsertComputed(collection.name, () => new Map<string, Entry>());

  async function load<T extends Document>(collection: Collection<T>, ids: readonly string[]) {
    const loaded = entriesOf(collection);
    const missing = [...new Set(ids.filter((id) => !loaded.has(id)))];
    if (missing.length === 0) return;
    const found = new Map((await session.read(collection, missing)).map((document) => [document._id, document]));
    for (const id of missing) {
      const document = found.get(id);
      loaded.set(id, { collection, id, former: document, document, changed: false });
    }
  }

  const known = (collection: Collection<Document>, id: string): Entry => {
    const entry = entriesOf(collection).get(id);
    if (!entry) throw new Error(`${collection.name} ${id} was written without being read in the same transaction`);
    return entry;
  };

  const tx = (cause: Cause): Tx => {
    const trace = traceContextOf(cause.traceparent, cause.tracestate);
    const encode = <T extends Topic>(topic: T, type: EventType<T>, data: EventOf<T, EventType<T>>, aggregate: Aggregate) =>
      encodeEvent({ topic, type, data, aggregate, cause: { ...cause, tracestate: undefined, ...trace }, id: newId(), time: now, source });
    return {
      now,
      cause,
      load,
      async get<T extends Document>(collection: Collection<T>, id: string) {
        if (!entriesOf(collection).has(id)) await load(collection, [id]);
        return known(collection, id).document as T | undefined;
      },
      async hasAny(collection, idPrefix) {
        for (const [id, { document }] of entriesOf(collection)) if (document && id.startsWith(idPrefix)) return true;
        return prefixes.getOrInsertComputed(`${collection.name}\n${idPrefix}`, () => session.hasAny(collection, idPrefix));
      },
      put: (collection, document) => Object.assign(known(collection, document._id), { document, changed: true }),
      insert(collection, document) {
        const written = entriesOf(collection);
        if (written.get(document._id)?.document) throw new Error(`${collection.name} ${document._id} is inserted twice in one transaction`);
        written.set(document._id, { collection, id: document._id, former: undefined, document, changed: true });
      },
      remove: (collection, id) => Object.assign(known(collection, id), { document: undefined, changed: true }),
      publish(topic, type, data, aggregate) {
        const event = encode(topic, type, data, aggregate);
        events.set(event.id, event);
      },
      publishState(topic, type, data, aggregate) {
        const event = encode(topic, type, data, aggregate);
        const key = `${topic.name}\n${event.key}`;
        events.delete(key);
        events.set(key, event);
      },
      publishRaw: (event) => void events.set(event.id, event),
      outboxId,
      afterCommit: (run) => void afterCommit.push(run),
      because: (other) => tx({ ...cause, ...other }),
    };
  };

  return {
    tx,
    afterCommit,
    writes(): { writes: Write[]; events?: OutboxDocument } {
      const writes = [...entries.values()]
        .flatMap((written) => [...written.values()])
        .filter(({ changed }) => changed)
        .flatMap(writeOf);
      if (events.size === 0) return { writes };
      const document: OutboxDocument = { _id: outboxId, pending: true, createdAt: now, events: [...events.values()] };
      return { writes: [...writes, { kind: 'insert', collection: outboxCollection, document }], events: document };
    },
  };
}

function writeOf({ collection, id, former, document }: Entry): Write[] {
  if (document) return [former ? { kind: 'replace', collection, former, document } : { kind: 'insert', collection, document }];
  return former ? [{ kind: 'remove', collection, id }] : [];
}

/** How often a conflict is tried again at once before it counts as the database being overloaded. */
const CONFLICT_ATTEMPTS = 20;

/** Between two attempts: 2 ms, doubling with jitter up to 100 ms. */
export const conflictPause =
  (pause: Sleep) =>
  (attempt: number): Promise<void> =>
    pause(backoffMs(attempt, 2, 100));

/** As RunInTransaction, but a conflict with another transaction is run again, each time from a new read. */
export const retryingConflicts =
  (run: RunInTransaction, wait: (attempt: number) => Promise<void> = conflictPause(sleep)): RunInTransaction =>
  async (work, cause) => {
    for (let attempt = 0; ; attempt++) {
      try {
        return await run(work, cause);
      } catch (error) {
        if (findStoreError(error)?.kind !== 'conflict' || attempt >= CONFLICT_ATTEMPTS) throw error;
        await wait(attempt);
      }
    }
  };
