import { type KafkaCluster, withAdmin } from './with-admin.ts';

/** How a topic lies on the brokers: `replicas` is how many have each partition, `inStep` how many of those have all of it, both at the worst. */
export type TopicLayout = { topic: string; partitions: number; replicas: number; inStep: number };

/** Of the topics that are there. */
export const readLayouts = (cluster: KafkaCluster, topics: readonly string[]): Promise<TopicLayout[]> =>
  withAdmin(cluster, async (admin) => {
    const existing = new Set(await admin.listTopics());
    const found = await admin.fetchTopicMetadata({ topics: topics.filter((topic) => existing.has(topic)) });
    return found.topics.map(({ name, partitions }) => ({
      topic: name,
      partitions: partitions.length,
      replicas: Math.min(...partitions.map(({ replicas }) => replicas.length)),
      inStep: Math.min(...partitions.map(({ isr }) => isr.length)),
    }));
  });

/**
 * Gives topics so many partitions. A key is then in another partition than before: nobody may write or read them, and all that is on them must have
 * been handled.
 */
export const raisePartitions = (cluster: KafkaCluster, counts: ReadonlyMap<string, number>): Promise<void> =>
  withAdmin(cluster, async (admin) => {
    await admin.createPartitions({ topicPartitions: [...counts].map(([topic, count]) => ({ topic, count })) });
  });
