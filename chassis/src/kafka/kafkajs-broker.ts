import {
  type Admin,
  type ICustomPartitioner,
  type IHeaders,
  Kafka,
  type KafkaConfig,
  type logCreator,
  logLevel,
  Partitioners,
  type Producer,
} from 'kafkajs';
import { atMost } from '../clock.ts';
import { refused, transient } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { type Broker, MissingTopicError, type OutgoingRecord, type TopicSpec, UnsendableError } from './broker.ts';
import { consumeWith } from './kafkajs-consumer.ts';
import {
  patchDeletedTopic,
  patchIdleLoop,
  patchLostLeaders,
  patchOffsetCommits,
  patchRejoin,
  patchRequestTimeouts,
} from './kafkajs-patches.ts';
import { patchFetchWait } from './patch-fetch-wait.ts';
import type { KafkaSecurity } from './security.ts';
import { createWholeSends } from './whole-sends.ts';
import { partitionOf } from './wire/murmur2.ts';
import { patchWireFormat } from './wire/patch-wire.ts';

export type KafkaBrokerOptions = {
  brokers: readonly string[];
  clientId: string;
  /** Absent: plain text, no login. */
  security?: KafkaSecurity;
  logger: Logger;
  /** The consumer is gone for good; the process must end and be started anew. */
  onFatal(error: Error): void;
};

const STOP_MS = 2000;

/** Refusals of the broker that are about the records and not about the moment. */
const UNSENDABLE = new Set([
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_TIMESTAMP',
  'INVALID_RECORD',
  'CORRUPT_MESSAGE',
  'UNSUPPORTED_FOR_MESSAGE_FORMAT',
]);

/** Kafka through kafkajs 2.2.4, with the settings that docs/decisions/0011-kafkajs-behind-a-port.md gives reasons for. Nothing else imports the client. */
export function createKafkaBroker({ brokers, clientId, security, logger, onFatal }: KafkaBrokerOptions): Broker {
  patchIdleLoop();
  patchRequestTimeouts();
  patchFetchWait();
  patchRejoin();
  patchDeletedTopic();
  patchLostLeaders();
  patchOffsetCommits();
  patchWireFormat();
  const common: KafkaConfig = {
    brokers: [...brokers],
    clientId,
    ...security,
    connectionTimeout: 2000,
    logLevel: logLevel.WARN,
    logCreator: toLogger(logger),
  };
  // The relay retries for ever and re-reads what is pending, so a send gives up soon.
  const sending = new Kafka({ ...common, requestTimeout: 5000, retry: { retries: 2, initialRetryTime: 100, maxRetryTime: 500 } });
  const consuming = new Kafka({ ...common, requestTimeout: 10_000, retry: { retries: 100, initialRetryTime: 100, maxRetryTime: 1000 } });
  const whole = createWholeSends(partitioner);
  const producer = connecting(
    // Plain, not idempotent: kafkajs's idempotent producer was measured to lose acknowledged records (docs/decisions/0003-polling-outbox.md).
    sending.producer({ idempotent: false, allowAutoTopicCreation: false, createPartitioner: whole.createPartitioner }),
  );
  const admin = connecting(sending.admin());

  return {
    async send(records) {
      const client = await producer.connected();
      try {
        const topicMessages = topicMessagesOf(records);
        whole.requireWhole(topicMessages, await client.sendBatch({ acks: -1, timeout: 5000, topicMessages }));
      } catch (error) {
        throw refusalIn(error) ?? error;
      }
    },
    consume: (options) => consumeWith(consuming, options, logger, onFatal),
    async ensureTopics(specs) {
      // A client of its own: one that has asked for a topic before refuses everything once that topic is gone.
      const client = sending.admin();
      await client.connect();
      try {
        await createMissing(client, specs);
        await requirePartitions(client, specs, logger);
      } finally {
        await client.disconnect();
      }
    },
    async ends(topics) {
      const client = await admin.connected();
      const entries = await Promise.all(
        topics.map(async (topic) =>
          (await offsetsOf(client, topic)).map(({ partition, high }) => [`${topic}/${partition}`, BigInt(high)] as const),
        ),
      );
      return new Map(entries.flat());
    },
    async committed(group, topics) {
      const client = await admin.connected();
      const [offsets, oldest] = await Promise.all([
        client.fetchOffsets({ groupId: group, topics: [...topics] }),
        Promise.all(topics.map(async (topic) => [topic, await offsetsOf(client, topic)] as const)),
      ]);
      const lows = new Map(
        oldest.flatMap(([topic, partitions]) => partitions.map(({ partition, low }) => [`${topic}/${partition}`, BigInt(low)] as const)),
      );
      return new Map(
        offsets.flatMap(({ topic, partitions }) =>
          partitions.map(({ partition, offset }) => {
            const low = lows.get(`${topic}/${partition}`) ?? 0n;
            return [`${topic}/${partition}`, BigInt(offset) < low ? low : BigInt(offset)] as const;
          }),
        ),
      );
    },
    async ping() {
      await (await admin.connected()).describeCluster();
    },
    async stop() {
      await atMost(STOP_MS, Promise.all([producer.disconnect(), admin.disconnect()]));
    },
  };
}

/** kafkajs fails with a TypeError while a broker that came back does not lead its partitions yet. */
const offsetsOf = (client: Admin, topic: string) =>
  client.fetchTopicOffsets(topic).catch((error: unknown) => {
    throw error instanceof TypeError ? transient('kafka_unavailable', `Nobody leads the partitions of ${topic} now.`, error) : error;
  });

/** Connects at the first use, and again when that failed: a broker that is away is no reason not to start. */
function connecting<C extends Producer | Admin>(client: C) {
  let connection: Promise<void> | undefined;
  return {
    async connected(): Promise<C> {
      connection ??= client.connect();
      const attempt = connection;
      try {
        await attempt;
      } catch (error) {
        if (connection === attempt) connection = undefined;
        throw error;
      }
      return client;
    },
    disconnect: () => client.disconnect(),
  };
}

/** As kafkajs's own, which is Java's; its hash counts in BigInts. */
const partitioner: ICustomPartitioner = () => {
  const others = Partitioners.DefaultPartitioner();
  return (options) => {
    const { message, partitionMetadata } = options;
    const { key, partition } = message;
    return key && partition === undefined ? partitionOf(key, partitionMetadata.length) : others(options);
  };
};

const bytes = (value: string | Uint8Array | null): Buffer | string | null =>
  value === null || typeof value === 'string' ? value : Buffer.from(value);

/** As they are, where all are text: those of every event. */
const headersOf = (headers: OutgoingRecord['headers']): IHeaders =>
  Object.values(headers).every((content) => typeof content === 'string')
    ? (headers as Record<string, string>)
    : Object.fromEntries(Object.entries(headers).map(([name, content]) => [name, bytes(content) ?? '']));

export function topicMessagesOf(records: readonly OutgoingRecord[]) {
  return [...Map.groupBy(records, ({ topic }) => topic)].map(([topic, ofTopic]) => ({
    topic,
    messages: ofTopic.map(({ key, value, headers, partition }) => ({
      key: bytes(key),
      value: bytes(value),
      headers: headersOf(headers),
      ...(partition !== undefined && { partition }),
    })),
  }));
}

function refusalIn(error: unknown): UnsendableError | MissingTopicError | undefined {
  for (let e = error; e instanceof Error; e = e.cause) {
    if (e instanceof UnsendableError) return e;
    const { type } = e as { type?: unknown };
    if (typeof type === 'string' && UNSENDABLE.has(type)) return new UnsendableError(e.message, error);
    if (type === 'UNKNOWN_TOPIC_OR_PARTITION') return new MissingTopicError(e.message, error);
  }
  return undefined;
}

async function createMissing(admin: Admin, specs: readonly TopicSpec[]): Promise<void> {
  const existing = new Set(await admin.listTopics());
  const missing = specs.filter(({ name }) => !existing.has(name));
  if (missing.length === 0) return;
  await admin.createTopics({
    topics: missing.map(({ name, partitions, replicas = -1, config }) => ({
      topic: name,
      numPartitions: partitions,
      replicationFactor: replicas,
      configEntries: Object.entries(config).map(([key, value]) => ({ name: key, value })),
    })),
  });
}

async function requirePartitions(admin: Admin, specs: readonly TopicSpec[], logger: Logger): Promise<void> {
  const { topics } = await admin.fetchTopicMetadata({ topics: specs.map(({ name }) => name) });
  for (const { name, partitions, replicas = 1 } of specs) {
    const found = topics.find((topic) => topic.name === name)?.partitions ?? [];
    const actual = found.length;
    const kept = Math.min(...found.map((partition) => partition.replicas.length));
    if (kept < replicas)
      logger.warn(
        { topic: name, replicas: kept },
        `${name} is on fewer brokers than TOPIC_REPLICATION_FACTOR says: docs/scaling.md#replicas.`,
      );
    if (actual !== partitions)
      throw refused(
        409,
        'wrong_partition_count',
        `Topic ${name} has ${actual} partitions and the contract says ${partitions}: another count would break the order of its keys. Mend the topic or the contract, then start again.`,
      );
  }
}

/** kafkajs reports every attempt that it will retry; what that means for us is reported where it is handled. */
const toLogger =
  (logger: Logger): logCreator =>
  () =>
  ({ log: { message, error } }) =>
    logger.debug({ kafkajs: error }, message);
