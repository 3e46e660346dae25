import { type Admin, AssignerProtocol, type Batch, Kafka, logLevel } from 'kafkajs';
import { sleep } from '../clock.ts';
import { refused, transient } from '../errors.ts';
import type { IncomingRecord } from './broker.ts';
import { recordsOf } from './kafkajs-consumer.ts';
import { patchIdleLoop } from './kafkajs-patches.ts';
import { READER, readInOwnGroup } from './reader-group.ts';
import type { KafkaSecurity } from './security.ts';
import { partitionOf } from './wire/murmur2.ts';

export type PartitionEnds = { partition: number; oldest: bigint; next: bigint };
export type GroupSeen = { group: string; state: string; members: { client: string; host: string; partitions: number }[] };

/** Which records of a topic: of a key, from an offset of a partition, from a time on; else the newest. */
export type Wanted = { key: string } | { partition: number; offset: bigint } | { from: Date } | { newest: true };
export type Seen = { partition: number; record: IncomingRecord };
/** `isWhole` is false when the search ended at its bound before the end of what was asked for. */
export type Inspected = { records: Seen[]; scanned: number; isWhole: boolean };

export type TopicInspector = {
  topics(): Promise<string[]>;
  partitions(topic: string): Promise<PartitionEnds[]>;
  groups(): Promise<GroupSeen[]>;
  /** At most `limit` records, in the order of the broker's clock. Joins a group of its own and commits nothing. */
  records(topic: string, wanted: Wanted, limit: number): Promise<Inspected>;
  /** Forgets a group that has no members; one that is not there is forgotten already. */
  forgetGroup(group: string): Promise<void>;
  stop(): Promise<void>;
};

export type TopicInspectorOptions = { brokers: readonly string[]; clientId: string; security?: KafkaSecurity };

/** A search by key looks at no more than so many of the newest records of its partition. */
const MAX_SCANNED = 50_000;
const MAX_MS = 8000;
/** Each reads up to 50,000 records and is a member of a group: an operator, not a load. */
const MAX_AT_ONCE = 4;

/** Looks at topics and groups without touching them: for operators' pages. */
export function createTopicInspector({ brokers, clientId, security }: TopicInspectorOptions): TopicInspector {
  patchIdleLoop();
  const kafka = new Kafka({
    brokers: [...brokers],
    clientId,
    ...security,
    logLevel: logLevel.NOTHING,
    connectionTimeout: 2000,
    requestTimeout: 5000,
    retry: { retries: 2, initialRetryTime: 100, maxRetryTime: 500 },
  });
  const admin = kafka.admin();
  let connection: Promise<void> | undefined;
  let reading = 0;

  async function connected(): Promise<Admin> {
    connection ??= admin.connect();
    const attempt = connection;
    await attempt.catch((error: unknown) => {
      if (connection === attempt) connection = undefined;
      throw unavailable(error);
    });
    return admin;
  }

  async function partitions(topic: string): Promise<PartitionEnds[]> {
    const client = await connected();
    const offsets = await client.fetchTopicOffsets(topic).catch((error: unknown) => whyNot(client, topic, error));
    return offsets
      .map(({ partition, low, high }) => ({ partition, oldest: BigInt(low), next: BigInt(high) }))
      .sort((a, b) => a.partition - b.partition);
  }

  return {
    partitions,
    topics: async () => (await (await connected()).listTopics()).filter((name) => !name.startsWith('__')).sort(),
    async groups() {
      const client = await connected();
      const { groups } = await client.listGroups();
      const names = groups.map(({ groupId }) => groupId).filter((name) => !name.startsWith(READER));
      if (names.length === 0) return [];
      const described = await client.describeGroups(names).catch((error: unknown) => {
        throw unavailable(error);
      });
      return described.groups.map(({ groupId, state, members }) => ({ group: groupId, state, members: members.map(memberOf) }));
    },
    async records(topic, wanted, limit) {
      if (reading >= MAX_AT_ONCE) throw transient('busy', 'Other searches of the topics are under way. Try again shortly.');
      reading++;
      try {
        const ranges = rangesOf(wanted, limit, await partitions(topic), await startsOf(await connected(), topic, wanted));
        return await read(kafka, topic, ranges, limit, 'newest' in wanted || 'key' in wanted ? 'last' : 'first', keyOf(wanted));
      } finally {
        reading--;
      }
    },
    async forgetGroup(group) {
      await (await connected()).deleteGroups([group]).catch(() => undefined);
    },
    async stop() {
      await admin.disconnect();
    },
  };
}

/** What kafkajs says of a topic that is not there depends on what it has asked before. */
async function whyNot(admin: Admin, topic: string, error: unknown): Promise<never> {
  const known = await admin.listTopics().catch(() => undefined);
  if (known && !known.includes(topic)) throw refused(404, 'unknown_topic', `There is no topic ${topic}.`);
  throw unavailable(error);
}

const unavailable = (error: unknown) => transient('kafka_unavailable', 'Kafka does not answer. Try again shortly.', error);

type Member = { clientId: string; clientHost: string; memberAssignment: Buffer };

function memberOf({ clientId, clientHost, memberAssignment }: Member): GroupSeen['members'][number] {
  const assigned = memberAssignment.length > 0 ? AssignerProtocol.MemberAssignment.decode(memberAssignment)?.assignment : undefined;
  return { client: clientId, host: clientHost.replace(/^\//, ''), partitions: Object.values(assigned ?? {}).flat().length };
}

const keyOf = (wanted: Wanted): string | undefined => ('key' in wanted ? wanted.key : undefined);

/** Where a search by time begins, by partition. */
async function startsOf(admin: Admin, topic: string, wanted: Wanted): Promise<ReadonlyMap<number, bigint>> {
  if (!('from' in wanted)) return new Map();
  const offsets = await admin.fetchTopicOffsetsByTimestamp(topic, wanted.from.getTime());
  return new Map(offsets.map(({ partition, offset }) => [partition, BigInt(offset)]));
}

type Range = { partition: number; from: bigint; until: bigint; isCut: boolean };

/** From where to where each partition is read; those without anything to read are left out. */
function rangesOf(wanted: Wanted, limit: number, partitions: readonly PartitionEnds[], starts: ReadonlyMap<number, bigint>): Range[] {
  const wholeFrom = ({ partition, oldest, next }: PartitionEnds): bigint => {
    if ('offset' in wanted) return partition === wanted.partition ? wanted.offset : next;
    if ('from' in wanted) return starts.get(partition) ?? next;
    if ('key' in wanted) return partition === partitionOf(wanted.key, partitions.length) ? oldest : next;
    return next - BigInt(limit);
  };
  return partitions.flatMap((ends) => {
    const { partition, oldest, next } = ends;
    const start = larger(wholeFrom(ends), oldest);
    const from = 'key' in wanted ? larger(start, next - BigInt(MAX_SCANNED)) : start;
    return from < next ? [{ partition, from, until: next, isCut: from > start }] : [];
  });
}

const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b);

async function read(
  kafka: Kafka,
  topic: string,
  ranges: readonly Range[],
  limit: number,
  keep: 'first' | 'last',
  key: string | undefined,
): Promise<Inspected> {
  if (ranges.length === 0) return { records: [], scanned: 0, isWhole: true };
  const open = new Map(ranges.map((range) => [range.partition, range]));
  const found = new Map<number, Seen[]>();
  const { promise: done, resolve } = Promise.withResolvers<void>();
  const bound = new AbortController();
  let scanned = 0;

  function take(batch: Batch): void {
    const range = open.get(batch.partition);
    if (!range) return;
    const fresh = recordsOf(batch).filter(({ offset }) => BigInt(offset) >= range.from && BigInt(offset) < range.until);
    const matching = fresh.filter((record) => key === undefined || (record.key !== null && Buffer.from(record.key).toString() === key));
    const all = [...(found.get(batch.partition) ?? []), ...matching.map((record) => ({ partition: batch.partition, record }))];
    found.set(batch.partition, keep === 'first' ? all.slice(0, limit) : all.slice(-limit));
    scanned += fresh.length;
    range.from = larger(range.from, BigInt(batch.lastOffset()) + 1n);
    if (range.from >= range.until || (keep === 'first' && all.length >= limit)) open.delete(batch.partition);
    if (open.size === 0 || scanned >= MAX_SCANNED) resolve();
  }

  const remaining = () => [...open.values()].map(({ partition, from }) => ({ topic, partition, offset: from }));
  await readInOwnGroup({ kafka, topics: [topic], remaining, take }, () => Promise.race([done, sleep(MAX_MS, bound.signal)])).catch(
    (error: unknown) => {
      throw unavailable(error);
    },
  );
  bound.abort();
  const records = [...found.values()].flat().sort((a, b) => a.record.appendedAt.getTime() - b.record.appendedAt.getTime());
  const isWhole = open.size === 0 && ranges.every(({ isCut }) => !isCut);
  return { records: keep === 'first' ? records.slice(0, limit) : records.slice(-limit), scanned, isWhole };
}
