// What can be known before anything is started, each fault as one sentence.
import { setTimeout as delay } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import { inARowNote, type LocalConfig, ownPorts, type PortVariable } from './config.ts';
import { messageOf, Refusal } from './errors.ts';
import { findPortOwner, isListening, isPortFree } from './ports.ts';

export function busyPortSentence(config: LocalConfig, variable: PortVariable, port: number): string {
  const owner = findPortOwner(port);
  const by = owner === undefined ? 'another program' : `pid ${owner.pid} (${owner.command})`;
  return `Port ${port} is in use by ${by}: stop it or set ${variable} to a free port${inARowNote(config)}.`;
}

/** `patienceMs`: how long a port may still be held by what a killed stack has left, which is being ended. */
export async function checkPorts(config: LocalConfig, patienceMs: number): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (const [variable, port] of ownPorts(config)) {
    while (!(await isPortFree(port))) {
      if (Date.now() >= deadline) throw new Refusal(busyPortSentence(config, variable, port));
      await delay(100);
    }
  }
}

export async function checkExternals({ kafkaBrokers, mongodbUrl }: LocalConfig): Promise<void> {
  await Promise.all([
    kafkaBrokers === undefined ? undefined : checkKafka(kafkaBrokers),
    mongodbUrl === undefined ? undefined : checkMongodb(mongodbUrl),
  ]);
}

async function checkKafka(brokers: string): Promise<void> {
  const answers = await Promise.all(
    brokers.split(',').map((broker) => {
      const [host = '', port = '9092'] = broker.trim().split(/:(?=\d+$)/);
      return isListening(Number(port), host);
    }),
  );
  if (!answers.includes(true))
    throw new Refusal(`KAFKA_BROKERS is ${brokers}, where nobody answers: start it there, or unset it for an embedded one.`);
}

async function checkMongodb(url: string): Promise<void> {
  try {
    const client = new MongoClient(url, { serverSelectionTimeoutMS: 5000 });
    await client.connect().finally(() => client.close());
  } catch (error) {
    // The URL may hold a password: it is not shown.
    throw new Refusal(`MONGODB_URL leads to no usable database (${messageOf(error)}): correct it, or unset it for an embedded one.`);
  }
}
