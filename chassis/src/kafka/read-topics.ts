import { randomUUID } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import type { IncomingRecord } from './broker.ts';
import { recordsOf } from './kafkajs-consumer.ts';
import { patchIdleLoop } from './kafkajs-patches.ts';
import type { KafkaSecurity } from './security.ts';

export type ReadTopicsOptions = {
  brokers: readonly string[];
  /** Absent: plain text, no login. */
  security?: KafkaSecurity;
  topics: readonly string[];
  onRecord(topic: string, partition: number, record: IncomingRecord): void;
  /** Leaves out what the broker appended before. */
  since?: Date;
  signal?: AbortSignal;
};

/**
 * Calls `onRecord` with every record that the topics hold now, in order for each partition. Joins a group of its own, which it removes; no
 * service's offsets are touched.
 */
export async function readTopics({ brokers, security, topics, onRecord, since, signal }: ReadTopicsOptions): Promise<void> {
  patchIdleLoop();
  const kafka = new Kafka({
    brokers: [...brokers],
    clientId: 'reader',
    ...security,
    logLevel: logLevel.NOTHING,
    connectionTimeout: 2000,
    retry: { retries: 3, maxRetryTime: 1000 },
  });
  const groupId = `reader-${randomUUID()}`;
  const admin = kafka.admin();
  const consumer = kafka.consumer({
    groupId,
    sessionTimeout: 30_000,
    maxWaitTimeInMs: 100,
    allowAutoTopicCreation: false,
    // The coordinator of the first group of a broker takes seconds to load.
    retry: { retries: 20, maxRetryTime: 1000 },
  });
  await admin.connect();
  try {
    const missing = await missingRecords(admin, topics, since);
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
        const range = missing.get(place);
        if (!range) return;
        for (const record of recordsOf(batch)) {
          const offset = BigInt(record.offset);
          // What was fetched before the seek comes again after it.
          if (offset < range.start || offset >= range.end) continue;
          range.start = offset + 1n;
          onRecord(batch.topic, batch.partition, record);
        }
        if (BigInt(batch.lastOffset()) + 1n >= range.end) missing.delete(place);
        if (missing.size === 0) resolve();
      },
    });
    if (since) for (const { topic, partition, start } of missing.values()) consumer.seek({ topic, partition, offset: String(start) });
    await done;
  } finally {
    await consumer.disconnect().catch(() => undefined);
    await admin.deleteGroups([groupId]).catch(() => undefined);
    await admin.disconnect();
  }
}

type Range = { topic: string; partition: number; start: bigint; end: bigint };

/** Partitions that hold records, and from where to where. */
async function missingRecords(admin: ReturnType<Kafka['admin']>, topics: readonly string[], since?: Date): Promise<Map<string, Range>> {
  const ranges = await Promise.all(topics.map((topic) => rangesOf(admin, topic, since)));
  return new Map(ranges.flat().map((range) => [`${range.topic}/${range.partition}`, range]));
}

async function rangesOf(admin: ReturnType<Kafka['admin']>, topic: string, since: Date | undefined): Promise<Range[]> {
  const starts = since ? await admin.fetchTopicOffsetsByTimestamp(topic, since.getTime()) : [];
  const startOf = new Map(starts.map(({ partition, offset }) => [partition, offset]));
  return (await admin.fetchTopicOffsets(topic))
    .map(({ partition, low, high }) => ({ topic, partition, start: BigInt(startOf.get(partition) ?? low), end: BigInt(high) }))
    .filter(({ start, end }) => end > start);
}
