import { randomUUID } from 'node:crypto';
import type { Batch, Kafka } from 'kafkajs';

/** How a reader's group is named: nobody's work depends on it. */
export const READER = 'reader-';

/** A coordinator that has just started refuses to join for a while; kafkajs then begins anew by itself, 300 ms later. */
const MAX_CRASHES = 30;

export type Place = { topic: string; partition: number; offset: bigint };

export type ReaderGroup = {
  kafka: Kafka;
  topics: readonly string[];
  /** Where reading begins, and begins anew after the consumer had to: what was taken by then need not come again. Elsewhere it begins at the end. */
  remaining(): readonly Place[];
  take(batch: Batch): void;
};

/** Reads while `work` goes on, in a group that ends with it, and commits nothing. Fails with what ends the consumer for good. */
export async function readInOwnGroup({ kafka, topics, remaining, take }: ReaderGroup, work: () => Promise<void>): Promise<void> {
  const groupId = `${READER}${randomUUID()}`;
  const consumer = kafka.consumer({ groupId, sessionTimeout: 30_000, maxWaitTimeInMs: 100, allowAutoTopicCreation: false });
  const { promise: crashed, reject } = Promise.withResolvers<void>();
  let crashes = 0;
  consumer.on(consumer.events.CRASH, ({ payload: { error, restart } }) => {
    if (!restart || ++crashes > MAX_CRASHES) reject(error);
  });
  consumer.on(consumer.events.GROUP_JOIN, () => {
    for (const { topic, partition, offset } of remaining()) consumer.seek({ topic, partition, offset: String(offset) });
  });
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [...topics], fromBeginning: false });
    await consumer.run({ autoCommit: false, partitionsConsumedConcurrently: 64, eachBatch: async ({ batch }) => take(batch) });
    await Promise.race([work(), crashed]);
  } finally {
    // Nobody may be waiting for it any more.
    crashed.catch(() => undefined);
    await consumer.disconnect().catch(() => undefined);
    const admin = kafka.admin();
    await admin.connect();
    await admin.deleteGroups([groupId]).catch(() => undefined);
    await admin.disconnect();
  }
}
