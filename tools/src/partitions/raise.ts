import { deadLetterCollection } from '@microshop/chassis/consumer/dead-letter';
import type { Broker } from '@microshop/chassis/kafka/broker';
import type { TopicInspector } from '@microshop/chassis/kafka/inspect-topics';
import type { TopicLayout } from '@microshop/chassis/kafka/topic-layout';
import { deadLetterTopic, type Topic } from '@microshop/contracts';
import { unrest } from '../audit/rest.ts';
import { consumingServices } from '../consuming-services.ts';
import { type Databases, of, services } from '../databases.ts';
import { plural, table } from '../dlt/words.ts';

/** How many partitions the contract gives each topic, and its dead-letter topics with it. */
export const contractPartitions = (topics: readonly Topic[]): Map<string, number> =>
  new Map(
    topics.flatMap(({ name, partitions, consumers }) =>
      [name, ...consumers.map((consumer) => deadLetterTopic(name, consumer))].map((topic) => [topic, partitions] as const),
    ),
  );

/** The topics that have fewer partitions than the contract gives them. */
export const tooFew = (layouts: readonly TopicLayout[], contract: ReadonlyMap<string, number>): Map<string, number> =>
  new Map(
    layouts.flatMap(({ topic, partitions }) => {
      const wanted = contract.get(topic) ?? partitions;
      return wanted > partitions ? [[topic, wanted] as const] : [];
    }),
  );

/** What would break the order of keys, or come too late, if partitions were added now, in words; empty when nothing would. */
export async function obstacles(
  databases: Databases,
  broker: Pick<Broker, 'ends' | 'committed'>,
  inspector: Pick<TopicInspector, 'groups'>,
): Promise<string[]> {
  const words = (await consumingServices(inspector)).map((service) => `${service} still runs`);
  for (const service of services) {
    const open = await of(databases[service], deadLetterCollection).countDocuments({ status: { $in: ['dead', 'parked'] } });
    // A replay goes to the partition that the letter came from.
    if (open > 0) words.push(`${service} has ${plural(open, 'dead letter')} to replay or discard`);
  }
  return [...words, ...(await unrest(databases, broker))];
}

export function linesOf(layouts: readonly TopicLayout[], contract: ReadonlyMap<string, number>): string[] {
  const rows = layouts
    .toSorted((a, b) => a.topic.localeCompare(b.topic))
    .map(({ topic, partitions, replicas, inStep }) => [topic, partitions, contract.get(topic) ?? '', replicas, inStep].map(String));
  return table([['topic', 'partitions', 'contract', 'replicas', 'in step'], ...rows]);
}
