import { Kafka, logLevel } from 'kafkajs';
import { pollUntil } from './poll.ts';
import { isListening } from './ports.ts';

// kafkajs 2.2.4 sets timers with negative delays, which Node 24 and later warn about, once per process and harmlessly.
const emitWarning = process.emitWarning.bind(process);
process.emitWarning = ((warning: string | Error, ...rest: never[]) => {
  if (rest.some((part: unknown) => part === 'TimeoutNegativeWarning')) return;
  emitWarning(warning, ...rest);
}) as typeof process.emitWarning;

/** Waits until the broker takes part in the cluster, with so many others, and the controller answers writes (asked with a topic that is only validated). */
export async function waitForKafka(port: number, signal: AbortSignal, brokers = 1, timeoutMs = 60_000): Promise<void> {
  const poll = { signal, timeoutMs, what: `Kafka did not answer on port ${port}` };
  await pollUntil(async () => ((await isListening(port)) ? true : undefined), poll);
  const kafka = new Kafka({
    clientId: 'microshop-local',
    brokers: [`127.0.0.1:${port}`],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 2000,
    requestTimeout: 5000,
    retry: { retries: 0 },
  });
  await pollUntil(async () => {
    const admin = kafka.admin();
    try {
      await admin.connect();
      await admin.createTopics({
        validateOnly: true,
        waitForLeaders: false,
        topics: [{ topic: 'microshop.readiness', numPartitions: 1, replicationFactor: brokers }],
      });
      return true;
    } finally {
      await admin.disconnect();
    }
  }, poll);
}

/** Sends and commits once, so that a broker that trains a class archive loads what it will need. */
export async function exerciseKafka(port: number): Promise<void> {
  const kafka = new Kafka({ clientId: 'microshop-local', brokers: [`127.0.0.1:${port}`], logLevel: logLevel.NOTHING });
  const topic = 'microshop.exercise';
  const admin = kafka.admin();
  const producer = kafka.producer();
  const consumer = kafka.consumer({ groupId: 'microshop-exercise', sessionTimeout: 6000 });
  try {
    await Promise.all([admin.connect(), producer.connect(), consumer.connect()]);
    await admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions: 1, replicationFactor: 1 }] });
    await producer.send({ topic, messages: [{ key: 'a', value: 'b', headers: { c: 'd' } }] });
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      consumer.run({ eachMessage: async () => resolve() }).catch(reject);
    });
  } finally {
    await Promise.all([consumer.disconnect(), producer.disconnect(), admin.disconnect()]);
  }
}
