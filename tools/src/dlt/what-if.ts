import { sleep } from '@microshop/chassis/clock';
import { createBatchConsumer, type Outcome } from '@microshop/chassis/consumer/batch-consumer';
import { type DeadLetter, deadLetterCollection, replayRecord } from '@microshop/chassis/consumer/dead-letter';
import type { Subscription } from '@microshop/chassis/consumer/subscription';
import type { IncomingRecord } from '@microshop/chassis/kafka/broker';
import type { Logger } from '@microshop/chassis/logger';
import { type OutboxDocument, outboxCollection } from '@microshop/chassis/outbox/outbox';
import type { Collection, Document, Store } from '@microshop/chassis/store/store';
import { createUnitOfWork } from '@microshop/chassis/store/unit-of-work';

/** A document that a replay would write. */
export type Change = { collection: string; id: string; before?: Document; after?: Document };

/** What a replay would do, as documents: what was read, what would be written and told. `explain` puts it into words. */
export type WhatIf = {
  letter: DeadLetter;
  result: Outcome['result'];
  /** Why it would stay dead. */
  failure?: { code: string; error: string };
  changes: readonly Change[];
  published: readonly { type: string; topic: string }[];
  /** A document as the replay would find it. */
  present<T extends Document>(collection: Collection<T>, id: string): T | undefined;
};

/**
 * A store that reads the present and keeps what is written to itself: nothing of it reaches the database. A later transaction sees what an
 * earlier one would have written.
 */
function createWhatIfStore(store: Store) {
  const written = new Map<string, Document | undefined>();
  const keyOf = (collection: string, id: string) => `${collection}\n${id}`;
  let read = new Map<string, Document>();
  let changes: Change[] = [];

  const overlaid: Store = {
    async begin() {
      const session = await store.begin();
      return {
        async read<T extends Document>(collection: Collection<T>, ids: readonly string[]) {
          const fresh = ids.filter((id) => !written.has(keyOf(collection.name, id)));
          const found = [
            ...(fresh.length > 0 ? await session.read(collection, fresh) : []),
            ...ids.flatMap((id) => structuredClone(written.get(keyOf(collection.name, id)) as T | undefined) ?? []),
          ];
          for (const document of found) read.set(keyOf(collection.name, document._id), structuredClone(document));
          return found;
        },
        async hasAny(collection, idPrefix) {
          const prefix = keyOf(collection.name, idPrefix);
          const isWritten = [...written].some(([key, document]) => key.startsWith(prefix) && document !== undefined);
          return isWritten || (await session.hasAny(collection, idPrefix));
        },
        async commit(writes) {
          for (const write of writes) {
            const id = write.kind === 'remove' ? write.id : write.document._id;
            const key = keyOf(write.collection.name, id);
            const after = write.kind === 'remove' ? undefined : structuredClone(write.document);
            const before = read.get(key);
            changes.push({ collection: write.collection.name, id, ...(before && { before }), ...(after && { after }) });
            written.set(key, after);
          }
        },
        end: () => session.end(),
      };
    },
  };

  return {
    store: overlaid,
    /** What was read and written since the last call. */
    take() {
      const taken = { changes, read };
      changes = [];
      read = new Map();
      return { changes: taken.changes, present: ({ name }: { name: string }, id: string) => taken.read.get(keyOf(name, id)) };
    },
  };
}

export type WhatIfOptions = {
  group: string;
  subscriptions: readonly Subscription[];
  store: Store;
  now: () => Date;
  newId: () => string;
  logger: Logger;
};

/** Tries replays without doing them: the service's own consumer and handlers, on a store that keeps nothing. */
export function createWhatIf({ group, subscriptions, store, now, newId, logger }: WhatIfOptions) {
  const trial = createWhatIfStore(store);
  const transact = createUnitOfWork({ store: trial.store, clock: { now }, newId, source: '/microshop/dlt' });
  let outcome: Outcome | undefined;
  const consumer = createBatchConsumer({
    group,
    subscriptions,
    transact,
    newId,
    // It would try for seconds what the present answers at once.
    sleep: (ms, signal) => sleep(Math.min(ms, 5), signal),
    logger,
    observe: (news) => {
      outcome = news.at(-1);
    },
  });

  return async (letter: DeadLetter): Promise<WhatIf> => {
    outcome = undefined;
    trial.take();
    const record = recordOf(letter, now(), newId());
    // Where a service tries again for ever, this gives up.
    let asked = 0;
    const control = { heartbeat: async () => undefined, handled: () => undefined, isRunning: () => asked++ === 0 };
    await consumer.onBatch({ topic: letter.topic, partition: letter.partition, records: [record] }, control);
    if (!outcome) throw new Error(`The consumer of ${group} said nothing of ${letter._id}.`);
    const { changes, present } = trial.take();
    return whatIfOf(letter, outcome, changes, present as WhatIf['present']);
  };
}

function whatIfOf(letter: DeadLetter, { result }: Outcome, all: readonly Change[], present: WhatIf['present']): WhatIf {
  const own = all.findLast(({ collection, id }) => collection === deadLetterCollection.name && id === letter._id);
  const { code, error } = (own?.after ?? letter) as DeadLetter;
  const outboxes = all.filter(({ collection }) => collection === outboxCollection.name).map(({ after }) => after as OutboxDocument);
  return {
    letter,
    result,
    ...(result === 'dead' && { failure: { code, error } }),
    changes: all.filter(({ collection }) => !CHASSIS.has(collection)),
    published: outboxes.flatMap(({ events }) => events.map(({ type, topic }) => ({ type, topic }))),
    present,
  };
}

const CHASSIS = new Set(['outbox', 'inbox', 'deadLetters']);

/** The replay as its consumer would get it now. */
function recordOf(letter: DeadLetter, now: Date, id: string): IncomingRecord {
  const { headers, key, payload } = replayRecord(letter, id);
  const bytes = (content: string | Uint8Array | null) => (content === null ? null : Buffer.from(content));
  return {
    offset: '0',
    key: bytes(key),
    value: bytes(payload),
    headers: Object.fromEntries(Object.entries(headers).map(([name, content]) => [name, Buffer.from(content)])),
    appendedAt: now,
  };
}
