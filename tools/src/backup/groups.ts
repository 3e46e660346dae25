import type { Broker, Positions } from '@microshop/chassis/kafka/broker';
import { type ServiceName, topics } from '@microshop/contracts';
import { services } from '../databases.ts';
import type { Manifest } from './manifest.ts';

export const topicNames: readonly string[] = topics.map(({ name }) => name);

export const consumedBy = (group: ServiceName): string[] =>
  topics.filter(({ consumers }) => consumers.includes(group)).map(({ name }) => name);

const asText = (positions: Positions): Record<string, string> =>
  Object.fromEntries([...positions].map(([place, offset]) => [place, String(offset)]));

/** Where the topics end, and up to where each group has handled them. */
export async function readKafka(broker: Pick<Broker, 'ends' | 'committed'>): Promise<Manifest['kafka']> {
  const committed = services.map(async (group) => [group, asText(await broker.committed(group, consumedBy(group)))] as const);
  return { groups: Object.fromEntries(await Promise.all(committed)), ends: asText(await broker.ends(topicNames)) };
}
