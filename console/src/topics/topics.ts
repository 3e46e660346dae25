import { type Broker, distance, type Positions } from '@microshop/chassis/kafka/broker';
import type { PartitionEnds, Seen, TopicInspector, Wanted } from '@microshop/chassis/kafka/inspect-topics';
import { topics as contracts } from '@microshop/contracts';
import type { Static } from 'typebox';
import type { GroupRow, TopicDetail, TopicPartition, TopicRecord, TopicRecords, TopicRow } from '../api/topics.ts';
import type { LagClock } from '../health/lag-clock.ts';
import { allTopics, headersOf, isDeadLetterTopic, orderIdOf, textOf } from '../projection/record.ts';

export type TopicsPorts = { inspector: TopicInspector; broker: Pick<Broker, 'committed'>; lagClock: LagClock; now: () => Date };

export type Topics = {
  list(): Promise<TopicRow[]>;
  detail(topic: string): Promise<TopicDetail>;
  records(topic: string, wanted: Wanted, limit: number): Promise<TopicRecords>;
  groups(): Promise<GroupRow[]>;
};

/** Topics and groups as Kafka has them, with what the contracts say of them. */
export function createTopics({ inspector, broker, lagClock, now }: TopicsPorts): Topics {
  type Committed = ReadonlyMap<string, Positions>;

  async function committedOf(names: readonly string[]): Promise<Committed> {
    const groups = await inspector.groups();
    const read = await Promise.all(
      groups.map(async ({ group }) => [group, await broker.committed(group, topicsOf(group, names))] as const),
    );
    return new Map(read.filter(([, positions]) => positions.size > 0));
  }

  function topicRow(name: string, partitions: readonly PartitionEnds[], committed: Committed): TopicRow {
    const contract = contracts.find((topic) => topic.name === name);
    return {
      name,
      kind: contract ? 'events' : isDeadLetterTopic(name) ? 'dead-letters' : 'other',
      key: contract?.key ?? null,
      owner: contract?.owner ?? null,
      partitions: partitions.length,
      records: Number(partitions.reduce((sum, { oldest, next }) => sum + next - oldest, 0n)),
      groups: [...committed].flatMap(([group, positions]) => {
        const ofTopic = new Map([...positions].filter(([place]) => place.startsWith(`${name}/`)));
        const records = distance(ofTopic, endsOf(name, partitions));
        return ofTopic.size === 0 ? [] : [{ group, lag: { records, seconds: lagClock.lagOf(ofTopic, now()).seconds } }];
      }),
    };
  }

  return {
    async list() {
      const names = await inspector.topics();
      const committed = await committedOf(names);
      return Promise.all(names.map(async (name) => topicRow(name, await inspector.partitions(name), committed)));
    },
    async detail(name) {
      const partitions = await inspector.partitions(name);
      const committed = await committedOf([name]);
      return { topic: topicRow(name, partitions, committed), partitions: partitions.map((ends) => partitionView(name, ends, committed)) };
    },
    async records(topic, wanted, limit) {
      const { records, scanned, isWhole } = await inspector.records(topic, wanted, limit);
      return { records: records.map((seen) => recordView(topic, seen)), scanned, isWhole };
    },
    async groups() {
      const [seen, names] = await Promise.all([inspector.groups(), inspector.topics()]);
      const rows = seen.map(async ({ group, state, members }): Promise<GroupRow> => {
        const topics = topicsOf(group, names);
        const lag = lagClock.lagOf(await broker.committed(group, topics), now());
        return { group, state, members, topics, lag };
      });
      return Promise.all(rows);
    },
  };
}

/** What a group of the shop reads; a stranger's is asked for all. A group that never read a topic would be said to be at its oldest offset. */
function topicsOf(group: string, names: readonly string[]): string[] {
  const known = new Set(
    group.startsWith('console-')
      ? allTopics
      : contracts.flatMap(({ name, consumers }) => (consumers.some((each) => each === group) ? name : [])),
  );
  return names.filter((name) => known.has(name));
}

const endsOf = (topic: string, partitions: readonly PartitionEnds[]): Positions =>
  new Map(partitions.map(({ partition, next }) => [`${topic}/${partition}`, next]));

function partitionView(
  topic: string,
  { partition, oldest, next }: PartitionEnds,
  committed: ReadonlyMap<string, Positions>,
): Static<typeof TopicPartition> {
  const groups = [...committed].flatMap(([group, positions]) => {
    const at = positions.get(`${topic}/${partition}`);
    return at === undefined ? [] : [{ group, committed: String(at), lag: Number(next > at ? next - at : 0n) }];
  });
  return { partition, oldest: String(oldest), next: String(next), records: Number(next - oldest), groups };
}

function recordView(topic: string, { partition, record }: Seen): TopicRecord {
  const { offset, appendedAt, key, value } = record;
  return {
    topic,
    partition,
    offset,
    appendedAt: appendedAt.toISOString(),
    key: textOf(key) ?? null,
    type: textOf(record.headers.ce_type) ?? null,
    orderId: orderIdOf({ topic, partition, record }) ?? null,
    headers: headersOf(record),
    value: shownValue(value),
    bytes: value?.length ?? 0,
  };
}

const decoder = new TextDecoder('utf-8', { fatal: true });
/** How much is shown of what nobody can read. */
const BYTES_SHOWN = 1024;

function shownValue(value: Uint8Array | null): unknown {
  if (value === null) return null;
  try {
    const text = decoder.decode(value);
    try {
      return JSON.parse(text);
    } catch {
      return text;
    }
  } catch {
    return `0x${Buffer.from(value.subarray(0, BYTES_SHOWN)).toString('hex')}`;
  }
}
