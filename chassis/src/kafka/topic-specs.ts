import { deadLetterTopic, RETENTION_MS, type ServiceName, type Topic } from '@microshop/contracts';
import type { TopicSpec } from './broker.ts';

/** Twice Kafka's default: the largest record that a topic takes must still fit when the headers of its failure are added. */
const DEAD_LETTER_MAX_BYTES = 2 * 1024 * 1024;

/** How a topic is kept where there are several brokers; what is unset is the brokers' own default. */
export type TopicSettings = {
  readonly TOPIC_REPLICATION_FACTOR?: number | undefined;
  readonly TOPIC_MIN_INSYNC_REPLICAS?: number | undefined;
};

/** LogAppendTime: a producer's clock can neither be refused (Kafka 4.0 rejects an hour ahead) nor decide a timeout. */
const configOf = ({ retention }: Topic): Record<string, string> => ({
  'message.timestamp.type': 'LogAppendTime',
  ...(retention === 'compacted'
    ? { 'cleanup.policy': 'compact', 'min.cleanable.dirty.ratio': '0.1' }
    : { 'cleanup.policy': 'delete', 'retention.ms': String(RETENTION_MS) }),
});

/** The topics that a service writes or reads, and the dead-letter topic of each one that it reads. */
export function topicSpecsFor(service: ServiceName, topics: readonly Topic[], settings: TopicSettings = {}): TopicSpec[] {
  const { TOPIC_REPLICATION_FACTOR: replicas, TOPIC_MIN_INSYNC_REPLICAS: minimum } = settings;
  const spec = (name: string, partitions: number, config: Record<string, string>): TopicSpec => ({
    name,
    partitions,
    ...(replicas !== undefined && { replicas }),
    config: { ...config, ...(minimum !== undefined && { 'min.insync.replicas': String(minimum) }) },
  });
  const written = topics.filter(({ owner }) => owner === service);
  const read = topics.filter(({ consumers }) => consumers.includes(service));
  return [...new Set([...written, ...read])]
    .map((topic) => spec(topic.name, topic.partitions, configOf(topic)))
    .concat(
      read.map(({ name, partitions }) =>
        spec(deadLetterTopic(name, service), partitions, {
          'message.timestamp.type': 'LogAppendTime',
          'cleanup.policy': 'delete',
          'retention.ms': String(RETENTION_MS),
          'max.message.bytes': String(DEAD_LETTER_MAX_BYTES),
        }),
      ),
    );
}
