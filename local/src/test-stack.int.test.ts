import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Kafka, logLevel } from 'kafkajs';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { mongodSpec, mongodUrl } from './mongod.ts';
import { cacheDirectory } from './paths.ts';
import { findFreePort } from './ports.ts';
import { identify, isAlive } from './processes/identity.ts';
import { startReaper } from './processes/reaper-client.ts';
import { startServer } from './server-process.ts';
import { type EmbeddedStack, startTestStack } from './test-stack.ts';
import { ensureMongod } from './toolchain/mongod-binary.ts';
import { exists } from './toolchain/toolchain.ts';

let stack: EmbeddedStack;
beforeAll(async () => {
  stack = await startTestStack({ mongodArgs: ['--setParameter', 'enableTestCommands=1'] });
}, 300_000);
afterAll(() => stack?.stop());

function kafka(): Kafka {
  return new Kafka({ brokers: stack.kafkaBrokers, logLevel: logLevel.NOTHING, retry: { retries: 3 } });
}

async function send(topic: string, values: readonly string[]): Promise<void> {
  const producer = kafka().producer();
  await producer.connect();
  await producer.send({ topic, acks: -1, messages: values.map((value) => ({ key: 'k', value })) });
  await producer.disconnect();
}

let readers = 0;

async function read(topic: string, count: number): Promise<string[]> {
  const consumer = kafka().consumer({ groupId: `reader-${++readers}`, sessionTimeout: 6000 });
  const values: string[] = [];
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message }) => {
      values.push(String(message.value));
    },
  });
  await vi.waitFor(() => expect(values).toHaveLength(count), 20_000);
  await consumer.disconnect();
  return values;
}

describe('the broker', () => {
  test('keeps its data and its port over kill -9 and over a clean restart', async () => {
    const admin = kafka().admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic: 'kept', numPartitions: 1, replicationFactor: 1 }] });
    await admin.disconnect();
    await send('kept', ['a', 'b']);

    const before = identify(stack.kafka.pid ?? Number.NaN);
    await stack.kafka.kill();
    expect(stack.kafka.pid).toBeUndefined();
    expect(isAlive(before)).toBe(false);
    await stack.kafka.restart();
    await send('kept', ['c']);
    expect(await read('kept', 3)).toEqual(['a', 'b', 'c']);

    await stack.kafka.restart();
    expect(await read('kept', 3)).toEqual(['a', 'b', 'c']);
  }, 60_000);

  test('makes no topic by itself', async () => {
    await expect(send('never-created', ['a'])).rejects.toThrow('does not host this topic-partition');
  }, 60_000);
});

describe('mongod', () => {
  test('keeps its data over kill -9, takes transactions, and knows its test commands', async () => {
    const client = new MongoClient(stack.mongodbUrl);
    await client.withSession((session) =>
      session.withTransaction(() =>
        client
          .db('t')
          .collection('kept')
          .insertOne({ a: 1 }, { session, writeConcern: { w: 'majority', j: true } }),
      ),
    );
    await stack.mongod.kill();
    await stack.mongod.restart();
    expect(await client.db('t').collection('kept').countDocuments()).toBe(1);
    expect(await client.db('admin').command({ configureFailPoint: 'failCommand', mode: 'off' })).toMatchObject({ ok: 1 });
    await client.close();
  }, 60_000);

  test('moves to another port with its data', async () => {
    const reaper = startReaper(0);
    const signal = new AbortController().signal;
    const toolchain = { cacheDir: cacheDirectory(process.env), env: process.env, reaper, signal, report: () => {} };
    await stack.mongod.stop();
    const options = { port: await findFreePort(), dataDir: stack.directory, logFile: `${stack.directory}/moved.log` };
    const moved = await startServer(await mongodSpec(await ensureMongod(toolchain), options), reaper, signal);
    const client = new MongoClient(mongodUrl(moved.port));
    await client.db('t').collection('moved').insertOne({ a: 1 });
    await client.close();
    await moved.stop();
    await reaper.close();
    await stack.mongod.restart();
    const back = new MongoClient(stack.mongodbUrl);
    expect(await back.db('t').collection('moved').countDocuments()).toBe(1);
    await back.close();
  }, 60_000);
});

test('when its owner is killed, neither processes nor the directory stay', async () => {
  const owner = spawn(process.execPath, [fileURLToPath(new URL('testing/stack-owner.fixture.ts', import.meta.url))]);
  const [line] = (await once(owner.stdout, 'data')) as [Buffer];
  const { directory, pids } = JSON.parse(line.toString()) as { directory: string; pids: number[] };
  const processes = pids.map(identify);
  expect(processes.every(isAlive)).toBe(true);
  owner.kill('SIGKILL');
  await vi.waitFor(async () => {
    expect(processes.some(isAlive)).toBe(false);
    expect(await exists(directory)).toBe(false);
  }, 10_000);
}, 60_000);
