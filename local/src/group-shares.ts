// How the instances of a scaled service share its topics out, as the broker sees it.
import { createTopicInspector, type GroupSeen } from '@microshop/chassis/kafka/inspect-topics';
import { SCALED } from './options.ts';
import { pollUntil } from './poll.ts';

const SETTLE_MS = 15_000;

/** A line for each service that has several instances; none where the broker does not tell, for nothing depends on it. */
export async function readShares(
  instances: Readonly<Record<string, number>>,
  kafkaBrokers: string,
  signal: AbortSignal,
): Promise<string[]> {
  const scaled = SCALED.filter((name) => (instances[name] ?? 1) > 1);
  if (scaled.length === 0) return [];
  const inspector = createTopicInspector({ brokers: kafkaBrokers.split(','), clientId: 'microshop-local' });
  try {
    return await pollUntil(
      async () => {
        const groups = (await inspector.groups()).filter(({ group }) => scaled.some((name) => name === group));
        return groups.every((seen) => isShared(seen, instances[seen.group] ?? 1)) ? groups.map(shareOf) : undefined;
      },
      { signal, timeoutMs: SETTLE_MS, everyMs: 200, what: 'The instances did not share the partitions out' },
    );
  } catch {
    return [];
  } finally {
    await inspector.stop();
  }
}

const isShared = ({ state, members }: GroupSeen, instances: number): boolean => state === 'Stable' && members.length === instances;

/** Such as "order-svc 8 + 8 + 8 of 24". */
export function shareOf({ group, members }: Pick<GroupSeen, 'group' | 'members'>): string {
  const shares = members.map(({ partitions }) => partitions);
  return `${group} ${shares.join(' + ')} of ${shares.reduce((sum, share) => sum + share, 0)}`;
}
