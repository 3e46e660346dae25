import { Kafka, logLevel, Partitioners, type Producer } from 'kafkajs';
import type { OutgoingRecord } from '../kafka/broker.ts';
import { topicMessagesOf } from '../kafka/kafkajs-broker.ts';

/** A producer as the chassis must not have one: kafkajs's idempotent mode loses acknowledged records when an answer is lost. A planted bug. */
export function createIdempotentSender(brokers: readonly string[]): { send(records: readonly OutgoingRecord[]): Promise<void> } {
  const kafka = new Kafka({
    brokers: [...brokers],
    clientId: 'idempotent',
    logLevel: logLevel.NOTHING,
    requestTimeout: 5000,
    connectionTimeout: 2000,
  });
  const producer: Producer = kafka.producer({
    idempotent: true,
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  let connection: Promise<void> | undefined;
  return {
    async send(records) {
      connection ??= producer.connect();
      await connection.catch((error: unknown) => {
        connection = undefined;
        throw error;
      });
      await producer.sendBatch({ acks: -1, timeout: 5000, topicMessages: topicMessagesOf(records) });
    },
  };
}
