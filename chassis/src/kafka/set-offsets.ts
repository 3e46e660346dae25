import { type KafkaCluster, withAdmin } from './with-admin.ts';

export type SetOffsetsOptions = KafkaCluster & {
  group: string;
  topics: readonly string[];
  /** Where the group goes on in a partition (`topic/partition`): from where it is and from what the topic still holds. */
  to: (position: { committed: bigint; oldest: bigint }, place: string) => bigint;
};

/**
 * Sends a group back, or forth, on its topics: its consumers get records again. None of them may run, or Kafka refuses. A partition that the group
 * never committed is left alone.
 */
export const setOffsets = ({ brokers, security, group, topics, to }: SetOffsetsOptions): Promise<void> =>
  withAdmin({ brokers, ...(security && { security }) }, async (admin) => {
    for (const { topic, partitions } of await admin.fetchOffsets({ groupId: group, topics: [...topics] })) {
      const oldest = new Map((await admin.fetchTopicOffsets(topic)).map(({ partition, low }) => [partition, BigInt(low)]));
      const positions = partitions
        .filter(({ offset }) => BigInt(offset) >= 0n)
        .map(({ partition, offset }) => ({
          partition,
          offset: String(to({ committed: BigInt(offset), oldest: oldest.get(partition) ?? 0n }, `${topic}/${partition}`)),
        }));
      if (positions.length > 0) await admin.setOffsets({ groupId: group, topic, partitions: positions });
    }
  });

/** Forgets all that the groups committed: their consumers begin with the oldest records. None of them may run, or Kafka refuses. */
export const forgetOffsets = (brokers: readonly string[], groups: readonly string[]): Promise<void> =>
  withAdmin({ brokers }, async (admin) => {
    await admin.deleteGroups([...groups]);
  });
