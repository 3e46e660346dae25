import { type Admin, Kafka, logLevel } from 'kafkajs';
import type { KafkaSecurity } from './security.ts';

/** Absent security: plain text, no login. */
export type KafkaCluster = { brokers: readonly string[]; security?: KafkaSecurity };

/** For what operators' tools do once. */
export async function withAdmin<T>({ brokers, security }: KafkaCluster, use: (admin: Admin) => Promise<T>): Promise<T> {
  const kafka = new Kafka({
    brokers: [...brokers],
    clientId: 'operators-tool',
    ...security,
    logLevel: logLevel.NOTHING,
    connectionTimeout: 2000,
  });
  const admin = kafka.admin();
  await admin.connect();
  try {
    return await use(admin);
  } finally {
    await admin.disconnect();
  }
}
