import { randomUUID } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import type { IncomingRecord } from './broker.ts';
import { recordsOf } from './kafkajs-consumer.ts';
import { patchIdleLoop } from './kafkajs-patches.ts';

export type ReadTopicsOptions = {
  brokers: readonly string[];
  topics: readonly string[];
  onRecord(topic: string, partition: number, record: IncomingRecord): void;
  signal?: AbortSignal;
};

/**
 * Calls `onRecord` with every record that the topics hold now, in order for each partition. Joins a group of its own, which it removes; no
 * service's offsets are touched.
 */
export async function readTopics({ brokers, topics, onRecord, signal }: ReadTopicsOptions): Promise<void> {
  patchIdleLoop();
  const kafka = new Kafka({
    brokers: [...brokers],
    clientId: 'reader',
    logLevel: logLevel.NOTHING,
    connectionTimeout: 2000,
    retry: { retries: 3, maxRetryTime: 1000 },
  });
  const groupId = `reader-${randomUUID()}`;
  const admin = kafka.admin();
  const consumer = kafka.consumer({ groupId, sessionTimeout: 30_000, maxWaitTimeInMs: 100, allowAutoTopicCreation: false });
  await admin.connect();
  try {
    const missing = await missingRecords(admin, topics);
    if (missing.size === 0) return;
    const { promise: done, resolve, reject } = Promise.withResolvers<void>();
    consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
    signal?.addEventListener('abort', () => resolve(), { once: true });
    await consumer.connect();
    await consumer.subscribe({ topics: [...topics], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      partitionsConsumedConcurrently: 64,
      eachBatch: async ({ batch }) => {
        const place = `${batch.topic}/${batch.partition}`;
        const end = missing.get(place);
        if (end === undefined) return;
        for (const record of recordsOf(batch)) if (BigInt(record.offset) < end) onRecord(batch.topic, batch.partition, record);
        if (BigInt(batch.lastOffset()) + 1n >= end) missing.delete(place);
        if (missing.size === 0) resolve();
      },
    });
    await done;
  } finally {
    await consumer.disconnect().catch(() => undefined);
    await admin.deleteGroups([groupId]).catch(() => undefined);
    await admin.disconnect();
  }
}

/** Partitions that hold records, and where they end. */
async function missingRecords(admin: ReturnType<Kafka['admin']>, topics: readonly string[]): Promise<Map<string, bigint>> {
  const offsets = await Promise.all(topics.map(async (topic) => [topic, await admin.fetchTopicOffsets(topic)] as const));
  return new Map(
    offsets.flatMap(([topic, partitions]) =>
      partitions
        .filter(({ low, high }) => BigInt(high) > BigInt(low))
        .map(({ partition, high }) => [`${topic}/${partition}`, BigInt(high)] as const),
    ),
  );
}
