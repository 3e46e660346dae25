import { brokersOf } from '@microshop/chassis/config';
import { deadLetterCollection } from '@microshop/chassis/consumer/dead-letter';
import { inboxCollection } from '@microshop/chassis/inbox/inbox';
import type { Broker } from '@microshop/chassis/kafka/broker';
import { type OutboxDocument, outboxCollection } from '@microshop/chassis/outbox/outbox';
import type { Ports } from '@microshop/chassis/service';
import type { Document, Store, Write } from '@microshop/chassis/store/store';
import { createIdempotentSender } from '@microshop/chassis/testing/idempotent-sender';
import { withWeakCommits } from '@microshop/chassis/testing/weak-commits';
import { reservations } from '@microshop/inventory-svc/application/collections';
import { orderPoints } from '@microshop/loyalty-svc/application/collections';

/** A bug that somebody could make. A checker that does not find it is no proof. */
export type Mutant = {
  says: string;
  /** Done to the process before the service starts. */
  plant?: () => void;
  decorate?: (ports: Ports) => Ports;
};

const IN_FLIGHT = 8;

/** What kafkajs's documentation offers: an idempotent producer, several sends at once. */
function sendIdempotently({ broker, ...ports }: Ports): Ports {
  const sender = createIdempotentSender(brokersOf({ KAFKA_BROKERS: process.env.KAFKA_BROKERS ?? '' }));
  const send: Broker['send'] = async (records) => {
    const size = Math.ceil(records.length / IN_FLIGHT);
    const chunks = Array.from({ length: Math.ceil(records.length / size) }, (_, nth) => records.slice(nth * size, (nth + 1) * size));
    await Promise.all(chunks.map((chunk) => sender.send(chunk)));
  };
  return { ...ports, broker: { ...broker, send } };
}

function commitOffsetsFirst({ broker, ...ports }: Ports): Ports {
  const consume: Broker['consume'] = ({ onBatch, ...options }) =>
    broker.consume({
      ...options,
      async onBatch(batch, control) {
        control.handled(batch.records.at(-1)?.offset ?? '0');
        void onBatch(batch, control).catch(() => undefined);
      },
    });
  return { ...ports, broker: { ...broker, consume } };
}

function markFirst({ outbox, ...ports }: Ports): Ports {
  return {
    ...ports,
    outbox: {
      ...outbox,
      async pending(limit) {
        const documents = await outbox.pending(limit);
        const ids = documents.map(({ _id }) => _id);
        if (ids.length > 0) await outbox.markPublished(ids, Number.MAX_SAFE_INTEGER, new Date());
        return documents;
      },
    },
  };
}

/** What a transaction writes, changed on its way. */
const rewriting =
  (change: (write: Write) => Write | undefined) =>
  ({ store, ...ports }: Ports): Ports => ({
    ...ports,
    store: {
      async begin() {
        const session = await store.begin();
        return { ...session, commit: (writes) => session.commit(writes.map(change).filter((write) => write !== undefined)) };
      },
    },
  });

const isDeadLetterTopic = (topic: string) => topic.endsWith('-dlt');

/** The record for the dead-letter topic is on its way when the letter counts as buried, and nobody looks whether it arrives. */
const loseDeadLetterRecords = rewriting((write) => {
  if (write.kind !== 'insert' || write.collection.name !== outboxCollection.name) return write;
  const document = write.document as OutboxDocument;
  const events = document.events.filter(({ topic }) => !isDeadLetterTopic(topic));
  return events.length === 0 ? undefined : { ...write, document: { ...document, events } };
});

const dropPoison = rewriting((write) => (write.collection.name === deadLetterCollection.name ? undefined : write));

const memory = new Set([inboxCollection.name, reservations.name, orderPoints.name]);

/** Nothing is remembered of what was handled; what is there is written over. */
function forget({ store, ...ports }: Ports): Ports {
  const forgetful: Store = {
    async begin() {
      const session = await store.begin();
      const hidden = new Set<string>();
      return {
        ...session,
        async read<T extends Document>(collection: Parameters<typeof session.read<T>>[0], ids: readonly string[]) {
          const documents = await session.read(collection, ids);
          if (!memory.has(collection.name)) return documents;
          for (const { _id } of documents) hidden.add(`${collection.name}/${_id}`);
          return [];
        },
        commit: (writes) =>
          session.commit(
            writes.map((write) =>
              write.kind === 'insert' && hidden.has(`${write.collection.name}/${write.document._id}`)
                ? { ...write, kind: 'replace' }
                : write,
            ),
          ),
      };
    },
  };
  return { ...ports, store: forgetful };
}

export const mutants: Readonly<Record<string, Mutant>> = {
  'idempotent-producer': { says: "kafkajs's idempotent producer, with several sends in flight", decorate: sendIdempotently },
  'offset-first': { says: 'an offset is committed before the transaction', decorate: commitOffsetsFirst },
  'marked-before-answer': { says: 'an outbox row is marked before the broker has answered', decorate: markFirst },
  'dead-letter-not-sent': { says: 'the publish of a dead letter is lost', decorate: loseDeadLetterRecords },
  'poison-dropped': { says: 'a poison record counts as handled and is kept nowhere', decorate: dropPoison },
  'no-inbox': { says: 'nothing is remembered of what was handled', decorate: forget },
  'weak-commits': { says: 'a commit is answered before it is durable (w: 1)', plant: withWeakCommits },
};
