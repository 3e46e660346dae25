import type { Broker, Consumption, IncomingRecord, OutgoingRecord, TopicSpec } from '../kafka/broker.ts';
import { UnsendableError } from '../kafka/broker.ts';

/** `answer lost`: the records are there, and the sender is told that it failed. */
export type SendFault = 'away' | 'answer lost' | 'unsendable' | Error;

export type FakeBrokerOptions = {
  now?: () => Date;
  /** Asked at every send; what it answers happens. */
  fault?: (records: readonly OutgoingRecord[]) => SendFault | undefined;
  /** Awaited before every send and delivery, so that a simulation decides who goes next. */
  turn?: (what: 'send' | 'deliver') => Promise<void>;
};

export type FakeBroker = Broker & {
  /** What happens at the next sends, one after the other; undefined lets one pass. */
  failNext(...faults: (SendFault | undefined)[]): void;
  /** Each send that stored something, in order. */
  readonly sends: readonly (readonly OutgoingRecord[])[];
  /** The most sends that were ever under way at once. */
  readonly mostAtOnce: number;
  recordsOf(topic: string, partition?: number): readonly IncomingRecord[];
  /** Heartbeats fail with this until it is undefined again. */
  fence(error: Error | undefined): void;
};

const encoder = new TextEncoder();
const bytes = (value: string | Uint8Array | null): Uint8Array | null => (typeof value === 'string' ? encoder.encode(value) : value);

/** A broker in memory: partitions by key, offsets, one member for each group, redelivery of what was not handled. */
export function createFakeBroker({ now = () => new Date(0), fault, turn }: FakeBrokerOptions = {}): FakeBroker {
  const topics = new Map<string, IncomingRecord[][]>();
  const offsets = new Map<string, number>();
  const planned: (SendFault | undefined)[] = [];
  const sends: (readonly OutgoingRecord[])[] = [];
  let fencedBy: Error | undefined;
  let appended = Promise.withResolvers<void>();
  let underWay = 0;
  let mostAtOnce = 0;

  const partitionsOf = (topic: string, count = 1): IncomingRecord[][] => {
    const partitions = topics.get(topic) ?? Array.from({ length: count }, (): IncomingRecord[] => []);
    topics.set(topic, partitions);
    return partitions;
  };

  function append(records: readonly OutgoingRecord[]) {
    for (const { topic, key, value, headers, partition } of records) {
      const partitions = partitionsOf(topic);
      const to = partitions[partition ?? partitionFor(bytes(key), partitions.length)];
      to?.push({
        offset: String(to.length),
        key: bytes(key),
        value: bytes(value),
        headers: Object.fromEntries(Object.entries(headers).map(([name, content]) => [name, bytes(content) ?? undefined])),
        appendedAt: now(),
      });
    }
    sends.push(records);
    appended.resolve();
    appended = Promise.withResolvers();
  }

  async function sendOnce(records: readonly OutgoingRecord[]): Promise<void> {
    await turn?.('send');
    const failure = planned.length > 0 ? planned.shift() : fault?.(records);
    if (failure instanceof Error) throw failure;
    if (failure === 'unsendable') throw new UnsendableError('injected: unsendable');
    if (failure !== 'away') append(records);
    if (failure) throw new Error(`injected: ${failure}`);
  }

  return {
    async send(records) {
      mostAtOnce = Math.max(mostAtOnce, ++underWay);
      try {
        await sendOnce(records);
      } finally {
        underWay--;
      }
    },
    async consume({ group, topics: names, onBatch }): Promise<Consumption> {
      const stopping = new AbortController();
      const isRunning = () => !stopping.signal.aborted;
      const stopped = new Promise<void>((resolve) => stopping.signal.addEventListener('abort', () => resolve(), { once: true }));

      async function deliver(topic: string, partition: number): Promise<void> {
        const position = `${group}\n${topic}\n${partition}`;
        while (isRunning()) {
          const news = appended.promise;
          const from = offsets.get(position) ?? 0;
          const records = partitionsOf(topic)[partition]?.slice(from) ?? [];
          if (records.length === 0) await Promise.race([news, stopped]);
          else await handOver(topic, partition, records, position).catch(() => new Promise((resolve) => setImmediate(resolve)));
        }
      }
      async function handOver(topic: string, partition: number, records: readonly IncomingRecord[], position: string): Promise<void> {
        await turn?.('deliver');
        const heartbeat = async () => {
          if (fencedBy) throw fencedBy;
        };
        const handled = (offset: string) => void offsets.set(position, Number(offset) + 1);
        await onBatch({ topic, partition, records }, { heartbeat, handled, isRunning });
      }

      const deliveries = names.flatMap((topic) => partitionsOf(topic).map((_, partition) => deliver(topic, partition)));
      return {
        isAssigned: isRunning,
        owns: () => true,
        async stop() {
          stopping.abort();
          await Promise.all(deliveries);
        },
      };
    },
    async ensureTopics(specs: readonly TopicSpec[]) {
      for (const { name, partitions } of specs) partitionsOf(name, partitions);
    },
    async ends(names) {
      return new Map(
        names.flatMap((topic) =>
          partitionsOf(topic).map((records, partition) => [`${topic}/${partition}`, BigInt(records.length)] as const),
        ),
      );
    },
    async committed(group, names) {
      const position = (topic: string, partition: number) => BigInt(offsets.get(`${group}\n${topic}\n${partition}`) ?? 0);
      return new Map(
        names.flatMap((topic) => partitionsOf(topic).map((_, partition) => [`${topic}/${partition}`, position(topic, partition)] as const)),
      );
    },
    async ping() {},
    async stop() {},
    failNext: (...faults) => void planned.push(...faults),
    fence: (error) => {
      fencedBy = error;
    },
    recordsOf: (topic, partition) => {
      const partitions = partitionsOf(topic);
      return partition === undefined ? partitions.flat() : (partitions[partition] ?? []);
    },
    sends,
    get mostAtOnce() {
      return mostAtOnce;
    },
  };
}

function partitionFor(key: Uint8Array | null, count: number): number {
  let hash = 0;
  for (const byte of key ?? []) hash = (hash * 31 + byte) >>> 0;
  return hash % count;
}
