import { createRequire } from 'node:module';
import { KafkaJSConnectionError, type Message, Partitioners, type PartitionMetadata, type RecordMetadata } from 'kafkajs';
import { describe, expect, test } from 'vitest';
import { silent } from '../testing/events.ts';
import { UnsendableError } from './broker.ts';
import { createWholeSends } from './whole-sends.ts';

type Produce = { topicData: { topic: string; partitions: { partition: number; messages: Message[] }[] }[] };
type Send = (batch: { acks: number; topicMessages: { topic: string; messages: Message[] }[] }) => Promise<RecordMetadata[]>;

const require = createRequire(import.meta.url);
const kafkajsSendMessages = require('kafkajs/src/producer/sendMessages') as (parts: object) => Send;
const createRetry = require('kafkajs/src/retry') as (options: object) => unknown;

const topic = 't';
const messages = (...partitions: number[]): Message[] => partitions.map((partition) => ({ value: `for ${partition}`, partition }));

/** kafkajs's own way of sending to two brokers; the second is lost at its first request, and the lead of its partition goes to the first. */
function losingABroker() {
  const { createPartitioner, requireWhole } = createWholeSends(Partitioners.DefaultPartitioner);
  const received: unknown[] = [];
  let leaders = [1, 2];
  const brokerOf = (nodeId: number) => ({
    nodeId,
    async produce({ topicData }: Produce) {
      if (nodeId === 2) {
        leaders = [1, 1];
        throw new KafkaJSConnectionError('lost');
      }
      const partitions = topicData.flatMap((each) => each.partitions);
      received.push(...partitions.flatMap((each) => each.messages.map(({ value }) => value)));
      return { topics: [{ topicName: topic, partitions: partitions.map(({ partition }) => ({ partition, errorCode: 0 })) }] };
    },
  });
  const brokers = [brokerOf(1), brokerOf(2)];
  const metadata = (): PartitionMetadata[] =>
    leaders.map((leader, partitionId) => ({ partitionId, leader, partitionErrorCode: 0, replicas: [1, 2], isr: [1, 2] }));
  const nothing = async () => undefined;
  const send = kafkajsSendMessages({
    logger: { ...silent, debug: () => undefined, error: () => undefined },
    cluster: {
      targetTopics: new Set([topic]),
      addMultipleTargetTopics: nothing,
      refreshMetadataIfNecessary: nothing,
      refreshMetadata: nothing,
      isConnected: () => true,
      findTopicPartitionMetadata: metadata,
      findLeaderForPartitions: (_: string, partitions: string[]) =>
        Object.groupBy(partitions.map(Number), (partition) => leaders[partition] ?? 0),
      findBroker: async ({ nodeId }: { nodeId: string }) => brokers[Number(nodeId) - 1],
    },
    partitioner: createPartitioner(),
    eosManager: {
      acquireBrokerLock: nothing,
      releaseBrokerLock: nothing,
      isTransactional: () => false,
      getSequence: () => 0,
      updateSequence: () => undefined,
      getProducerId: () => -1,
      getProducerEpoch: () => -1,
    },
    retrier: createRetry({ retries: 2, initialRetryTime: 1 }),
  });
  return { send, requireWhole, received };
}

describe('a send of which kafkajs leaves out a part', () => {
  test('because its broker was lost is not whole', async () => {
    const { send, requireWhole, received } = losingABroker();
    const topicMessages = [{ topic, messages: messages(0, 1) }];
    const written = await send({ acks: -1, topicMessages });
    // The trap: kafkajs says that all is done.
    expect(received).toEqual(['for 0']);
    expect(() => requireWhole(topicMessages, written)).toThrow('Nothing says that the records for t/1 were sent.');
  });

  test('because there is no such partition is refused', async () => {
    const { send, received } = losingABroker();
    await expect(send({ acks: -1, topicMessages: [{ topic, messages: messages(0, 7) }] })).rejects.toThrow(UnsendableError);
    expect(received).toEqual([]);
  });
});

test('a send is whole when each partition has answered', async () => {
  const { send, requireWhole, received } = losingABroker();
  const topicMessages = [{ topic, messages: messages(0, 0) }];
  requireWhole(topicMessages, await send({ acks: -1, topicMessages }));
  expect(received).toEqual(['for 0', 'for 0']);
});
