import { type Batch, Kafka, logLevel } from 'kafkajs';
import type { IncomingRecord } from './broker.ts';
import { recordsOf } from './kafkajs-consumer.ts';
import { patchIdleLoop } from './kafkajs-patches.ts';
import { type Place, readInOwnGroup } from './reader-group.ts';
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
  const admin = kafka.admin();
  await admin.connect();
  const missing = await missingRecords(admin, topics, since).finally(() => admin.disconnect());
  if (missing.size === 0) return;
  const { promise: done, resolve } = Promise.withResolvers<void>();
  signal?.addEventListener('abort', () => resolve(), { once: true });

  function take(batch: Batch): void {
    const place = `${batch.topic}/${batch.partition}`;
    const range = missing.get(place);
    if (!range) return;
    for (const record of recordsOf(batch)) {
      const offset = BigInt(record.offset);
      if (offset < range.offset || offset >= range.end) continue;
      range.offset = offset + 1n;
      onRecord(batch.topic, batch.partition, record);
    }
    if (BigInt(batch.lastOffset()) + 1n >= range.end) missing.delete(place);
    if (missing.size === 0) resolve();
  }

  await readInOwnGroup({ kafka, topics, remaining: () => [...missing.values()], take }, () => done);
}

type Range = Place & { end: bigint };

/** Partitions that hold records, and from where to where. */
async function missingRecords(admin: ReturnType<Kafka['admin']>, topics: readonly string[], since?: Date): Promise<Map<string, Range>> {
  const ranges = await Promise.all(topics.map((topic) => rangesOf(admin, topic, since)));
  return new Map(ranges.flat().map((range) => [`${range.topic}/${range.partition}`, range]));
}

async function rangesOf(admin: ReturnType<Kafka['admin']>, topic: string, since: Date | undefined): Promise<Range[]> {
  const starts = since ? await admin.fetchTopicOffsetsByTimestamp(topic, since.getTime()) : [];
  const startOf = new Map(starts.map(({ partition, offset }) => [partition, offset]));
  return (await admin.fetchTopicOffsets(topic))
    .map(({ partition, low, high }) => ({ topic, partition, offset: BigInt(startOf.get(partition) ?? low), end: BigInt(high) }))
    .filter(({ offset, end }) => end > offset);
}
