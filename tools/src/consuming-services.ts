import type { TopicInspector } from '@microshop/chassis/kafka/inspect-topics';
import { services } from './databases.ts';

/** The services that run, as Kafka sees it: their groups have members. One that was killed counts until its session is over, 10 s. */
export async function consumingServices(inspector: Pick<TopicInspector, 'groups'>): Promise<string[]> {
  const groups = await inspector.groups();
  return groups.filter(({ group, members }) => services.some((name) => name === group) && members.length > 0).map(({ group }) => group);
}
