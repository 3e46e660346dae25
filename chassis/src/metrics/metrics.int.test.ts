import type { Db } from 'mongodb';
import { afterAll, afterEach, expect, inject, test, vi } from 'vitest';
import { type DeadLetter, deadLetterCollection } from '../consumer/dead-letter.ts';
import { createMongoClient, databaseOf } from '../mongo/connection.ts';
import { type OutboxDocument, outboxCollection } from '../outbox/outbox.ts';
import { type RunningService, startService } from '../service.ts';
import { collection } from '../store/store.ts';
import { anOutboxDocument, anOutboxEvent } from '../testing/events.ts';
import { defineTallyService } from '../testing/tally-service.ts';

const stack = { kafkaBrokers: inject('kafkaBrokers'), mongodbUrl: inject('mongodbUrl') };
const NO_BROKER = ['127.0.0.1:9'];
const NO_DATABASE = 'mongodb://127.0.0.1:9/?directConnection=true';
const WAIT = { timeout: 30_000, interval: 100 };

const client = createMongoClient(stack.mongodbUrl, 'metrics-test');
const running: RunningService[] = [];
const databases: Db[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((service) => service.stop()));
});
afterAll(async () => {
  for (const db of databases) await db.dropDatabase();
  await client.close();
});

async function start(options: Partial<Parameters<typeof defineTallyService>[0]>) {
  const { name, topic, definition } = defineTallyService({ ...stack, ...options });
  const db = databaseOf(client, name);
  databases.push(db);
  return {
    topic,
    db,
    async begin() {
      const service = await startService(definition);
      running.push(service);
      return {
        url: service.url,
        async lines(begin: string): Promise<string[]> {
          const response = await fetch(`${service.url}/metrics`);
          expect(response.status).toBe(200);
          return (await response.text()).split('\n').filter((line) => line.startsWith(`microshop_${begin}`));
        },
      };
    },
  };
}

test('metrics are there while everything else is away, and say that it is', async () => {
  const { begin } = await start({ kafkaBrokers: NO_BROKER, mongodbUrl: NO_DATABASE });
  const { lines } = await begin();
  const up = await lines('dependency_up');
  for (const dependency of ['mongodb', 'kafka', 'consumer'])
    expect(up.join('\n')).toMatch(new RegExp(`dependency="${dependency}",.* 0$`, 'm'));
  expect(await lines('outbox_pending')).toEqual([]);
  expect((await lines('sample_failures_total{source="outbox"')).join()).toMatch(/ [1-9]\d*$/);
  expect(await lines('build_info')).toHaveLength(1);
});

test('what waits in the outbox and for an operator is told from the database', async () => {
  const { db, topic, begin } = await start({ kafkaBrokers: NO_BROKER });
  const createdAt = new Date(Date.now() - 60_000);
  const stuck = { stuck: [{ index: 0, error: 'too large', at: createdAt }] };
  await db
    .collection<OutboxDocument>(outboxCollection.name)
    .insertMany([anOutboxDocument([anOutboxEvent()], { createdAt, ...stuck }), anOutboxDocument([anOutboxEvent()])]);
  const letter = { topic: topic.name, status: 'dead' } as DeadLetter;
  const letters = (['dead', 'dead', 'parked', 'replayed'] as const).map((status, nth) => ({ ...letter, status, _id: `letter-${nth}` }));
  await db.collection<DeadLetter>(deadLetterCollection.name).insertMany(letters);

  const { lines } = await begin();
  await vi.waitFor(async () => {
    expect((await lines('outbox_pending')).join()).toMatch(/ 2$/);
    expect((await lines('outbox_stuck')).join()).toMatch(/ 1$/);
    expect(Number((await lines('outbox_oldest_age_seconds')).join().split(' ').at(-1))).toBeGreaterThanOrEqual(60);
    const found = (await lines('dead_letters')).join('\n');
    expect(found).toMatch(/status="dead",.* 2$/m);
    expect(found).toMatch(/status="parked",.* 1$/m);
    expect(found).not.toContain('replayed');
  }, WAIT);
});

test('what a validator refuses is counted by its collection', async () => {
  const guarded = collection<{ _id: string; units: number }>('guarded', {
    validator: { properties: { units: { bsonType: 'number', minimum: 0 } } },
  });
  const { definition } = defineTallyService(stack);
  const { begin } = await start({
    kafkaBrokers: NO_BROKER,
    collections: [guarded],
    build: ({ transact, ...context }) => ({
      ...definition.build({ transact, ...context }),
      routes(app) {
        app.post('/take', async () => transact(async (tx) => tx.insert(guarded, { _id: 'one', units: -1 })));
      },
    }),
  });
  const { url, lines } = await begin();
  await vi.waitFor(async () => expect((await fetch(`${url}/take`, { method: 'POST' })).status).toBe(500), WAIT);
  expect((await lines('validator_refusals_total')).join()).toMatch(/collection="guarded",.* 1$/);
  expect((await lines('transactions_total{outcome="refused"')).join()).toMatch(/ 1$/);
});
