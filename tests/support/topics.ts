import { readTopics } from '@microshop/chassis/kafka/read-topics';
import { connectBroker } from '@microshop/tools/broker';
import { inject } from 'vitest';

export type WireRecord = {
  topic: string;
  partition: number;
  offset: string;
  key: Buffer | null;
  value: Buffer | null;
  headers: Record<string, Buffer>;
};

const bytes = (value: Uint8Array | null): Buffer | null => (value === null ? null : Buffer.from(value));

/** Everything that is on these topics now, as bytes. */
export async function recordsOn(topics: readonly string[], brokers: readonly string[] = inject('kafkaBrokers')): Promise<WireRecord[]> {
  const records: WireRecord[] = [];
  await readTopics({
    brokers,
    topics,
    onRecord: (topic, partition, { offset, key, value, headers }) =>
      records.push({
        topic,
        partition,
        offset,
        key: bytes(key),
        value: bytes(value),
        headers: Object.fromEntries(Object.entries(headers).map(([name, content]) => [name, Buffer.from(content ?? '')])),
      }),
  });
  return records;
}

/** A connection to the run's broker that sends records as they are. */
export const connectToBroker = () => connectBroker({ brokers: inject('kafkaBrokers') }, 'e2e');

/** Where Kafka's Java client puts a key: murmur2, as positive, modulo the partitions. */
export function javaPartitionOf(key: Uint8Array, partitions: number): number {
  const m = 0x5bd1e995;
  let hash = 0x9747b28c ^ key.length;
  const view = new DataView(key.buffer, key.byteOffset, key.length);
  const whole = key.length - (key.length % 4);
  for (let at = 0; at < whole; at += 4) {
    let k = Math.imul(view.getInt32(at, true), m);
    k = Math.imul(k ^ (k >>> 24), m);
    hash = Math.imul(hash, m) ^ k;
  }
  for (let at = key.length - 1; at >= whole; at--) hash ^= view.getUint8(at) << (8 * (at - whole));
  if (whole < key.length) hash = Math.imul(hash, m);
  hash = Math.imul(hash ^ (hash >>> 13), m);
  hash ^= hash >>> 15;
  return (hash & 0x7fffffff) % partitions;
}
