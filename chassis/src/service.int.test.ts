import { afterAll, afterEach, describe, expect, inject, test, vi } from 'vitest';
import type { Outcome } from './consumer/batch-consumer.ts';
import { createKafkaBroker } from './kafka/kafkajs-broker.ts';
import { createMongoClient, databaseOf } from './mongo/connection.ts';
import { type OutboxDocument, outboxCollection } from './outbox/outbox.ts';
import { type RunningService, startService } from './service.ts';
import { anOutboxDocument, anOutboxEvent, silent } from './testing/events.ts';
import { unique } from './testing/int.ts';
import { defineTallyService } from './testing/tally-service.ts';

const stack = { kafkaBrokers: inject('kafkaBrokers'), mongodbUrl: inject('mongodbUrl') };
const NOBODY = { kafkaBrokers: ['127.0.0.1:9'], mongodbUrl: 'mongodb://127.0.0.1:9/?directConnection=true' };

const client = createMongoClient(stack.mongodbUrl, 'service-test');
const broker = createKafkaBroker({
  brokers: stack.kafkaBrokers,
  clientId: unique('service-test'),
  logger: silent,
  onFatal: () => undefined,
});
const running: RunningService[] = [];
const databases: string[] = [];

async function start(options: Partial<Parameters<typeof defineTallyService>[0]> = {}) {
  const defined = defineTallyService({ ...stack, onFatal: (error) => expect.unreachable(error.message), ...options });
  databases.push(defined.name);
  const service = await startService(defined.definition);
  running.push(service);
  return { ...defined, service };
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((service) => service.stop()));
});
afterAll(async () => {
  for (const name of databases) await databaseOf(client, name).dropDatabase();
  await Promise.all([client.close(), broker.stop()]);
});

const count = (service: RunningService, tallyId = 'a') => fetch(`${service.url}/count/${tallyId}`, { method: 'POST' });
const counted = async (service: RunningService, tallyId = 'a') => (await fetch(`${service.url}/count/${tallyId}`)).json();
const ready = async (service: RunningService) => {
  const response = await fetch(`${service.url}/readyz`);
  return { status: response.status, body: (await response.json()) as { status: string; checks: Record<string, { ok: boolean }> } };
};
const untilReady = (service: RunningService) =>
  vi.waitFor(async () => expect((await ready(service)).body).toMatchObject({ status: 'ready' }), { timeout: 30_000 });

async function stopMs(service: RunningService): Promise<number> {
  running.splice(running.indexOf(service), 1);
  const started = performance.now();
  await service.stop();
  return performance.now() - started;
}

describe('a service', () => {
  test('becomes ready, publishes what it commits, handles what it listens to, and stops in time', async () => {
    const outcomes: Outcome[] = [];
    const { service, name } = await start({ observe: (news) => outcomes.push(...news) });
    await untilReady(service);
    expect((await count(service)).status).toBe(200);
    await vi.waitFor(async () => expect(await counted(service)).toEqual({ count: 1 }), { timeout: 20_000 });
    expect(outcomes).toMatchObject([{ eventType: 'CountedUp', result: 'handled' }]);
    const outbox = databaseOf(client, name).collection<OutboxDocument>(outboxCollection.name);
    await vi.waitFor(async () => expect(await outbox.countDocuments({ pending: true })).toBe(0));
    expect(await stopMs(service)).toBeLessThan(8000);
    await expect(fetch(`${service.url}/livez`)).rejects.toThrow();
  });

  test('publishes at its next start what it had no time to publish', async () => {
    const defined = defineTallyService(stack);
    databases.push(defined.name);
    const left = anOutboxDocument([
      anOutboxEvent({
        topic: defined.topic.name,
        key: 'late',
        payload: '{"tallyId":"late","by":3}',
        headers: { ce_id: '1', ce_type: 'CountedUp' },
      }),
    ]);
    await databaseOf(client, defined.name).collection<OutboxDocument>(outboxCollection.name).insertOne(left);
    const service = await startService(defined.definition);
    running.push(service);
    await vi.waitFor(async () => expect(await counted(service, 'late')).toEqual({ count: 3 }), { timeout: 20_000 });
  });

  test('refuses a topic whose partition count is not the contract’s, before it publishes anything', async () => {
    const fatal = Promise.withResolvers<Error>();
    const defined = defineTallyService({ ...stack, onFatal: fatal.resolve });
    databases.push(defined.name);
    await broker.ensureTopics([{ name: defined.topic.name, partitions: 5, config: {} }]);
    const left = anOutboxDocument([anOutboxEvent({ topic: defined.topic.name })]);
    await databaseOf(client, defined.name).collection<OutboxDocument>(outboxCollection.name).insertOne(left);
    const service = await startService(defined.definition);
    running.push(service);
    expect((await fatal.promise).message).toContain(`Topic ${defined.topic.name} has 5 partitions and the contract says 3`);
    expect((await ready(service)).status).toBe(503);
    await stopMs(service);
    expect([...(await broker.ends([defined.topic.name])).values()]).toEqual([0n, 0n, 0n, 0n, 0n]);
  });

  test('whose port is in use says so in one sentence', async () => {
    const { service } = await start();
    const port = Number(new URL(service.url).port);
    const second = defineTallyService({ ...stack, port });
    await expect(startService(second.definition)).rejects.toMatchObject({
      code: 'port_in_use',
      message: `Port ${port} is in use: stop what listens there, or give ${second.name} another port.`,
    });
  });

  test('shares its work with another instance of it; one stops and nothing is lost', async () => {
    const defined = defineTallyService(stack);
    databases.push(defined.name);
    const [one, two] = await Promise.all([startService(defined.definition), startService(defined.definition)]);
    running.push(one, two);
    await Promise.all([untilReady(one), untilReady(two)]);
    const keys = Array.from({ length: 12 }, (_, key) => `key-${key}`);
    await Promise.all(keys.flatMap((key) => [count(one, key), count(two, key)]));
    await stopMs(one);
    await Promise.all(keys.map((key) => count(two, key)));
    await vi.waitFor(async () => expect(await Promise.all(keys.map((key) => counted(two, key)))).toEqual(keys.map(() => ({ count: 3 }))), {
      timeout: 30_000,
    });
  });
});

describe('a service whose dependencies are away', () => {
  test('both: starts, says so, answers 503 and stops in time though it was never prepared', async () => {
    const { service } = await start(NOBODY);
    expect(await ready(service)).toMatchObject({
      status: 503,
      body: { status: 'degraded', checks: { mongodb: { ok: false }, kafka: { ok: false }, consumer: { ok: false } } },
    });
    expect((await fetch(`${service.url}/livez`)).status).toBe(200);
    const answer = await count(service);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBeTruthy();
    expect(await stopMs(service)).toBeLessThan(8000);
  });

  test('the broker: commits to its outbox, and stops in time', async () => {
    const { service, name } = await start({ kafkaBrokers: NOBODY.kafkaBrokers });
    await vi.waitFor(async () => expect((await count(service)).status).toBe(200), { timeout: 20_000 });
    expect(await databaseOf(client, name).collection(outboxCollection.name).countDocuments({ pending: true })).toBe(1);
    expect((await ready(service)).body).toMatchObject({ status: 'degraded', checks: { mongodb: { ok: true }, kafka: { ok: false } } });
    expect(await stopMs(service)).toBeLessThan(8000);
  });

  test('stops right after its start', async () => {
    const { service } = await start();
    expect(await stopMs(service)).toBeLessThan(8000);
  });

  test('a job of its own is started when the database is prepared, and stopped', async () => {
    const job = { stop: vi.fn(async () => undefined) };
    const started = vi.fn(() => job);
    const { definition } = defineTallyService(stack);
    const { service } = await start({ build: (context) => ({ ...definition.build(context), subscriptions: [], jobs: [started] }) });
    await vi.waitFor(() => expect(started).toHaveBeenCalledOnce(), { timeout: 20_000 });
    await stopMs(service);
    expect(job.stop).toHaveBeenCalledOnce();
  });
});
