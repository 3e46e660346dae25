import type { Positions } from '@microshop/chassis/kafka/broker';
import { type OutboxDocument, outboxCollection } from '@microshop/chassis/outbox/outbox';
import { openTestDatabase } from '@microshop/chassis/testing/int';
import type { ServiceName } from '@microshop/contracts';
import { afterAll, beforeEach, expect, inject, test } from 'vitest';
import { type Databases, of } from '../databases.ts';
import { markNow } from './marks.ts';
import { anEvent, anOutboxRow } from './testing/documents.ts';

const opened = openTestDatabase(inject('mongodbUrl'), 'marks');
const database = (group: ServiceName) => ({ group, db: opened.client.db(`${opened.db.databaseName}_${group}`) });
const databases: Databases = {
  client: opened.client,
  'order-svc': database('order-svc'),
  'inventory-svc': database('inventory-svc'),
  'loyalty-svc': database('loyalty-svc'),
  close: () => opened.close(),
};
const outbox = of(databases['order-svc'], outboxCollection);

beforeEach(() => outbox.deleteMany({}));
afterAll(async () => {
  await outbox.drop();
  await databases.close();
});

const waiting = (_id: string, key: string): OutboxDocument => {
  const { publishedAt, ...row } = anOutboxRow({ _id, pending: true, events: [anEvent({ id: _id, key })] });
  return row;
};
const published = (_id: string) => outbox.updateOne({ _id }, { $set: { publishedAt: new Date() }, $unset: { pending: 1 } });

/** A topic of one partition, and groups that have read so far. */
function fakeBroker() {
  const at: { end: bigint; read: bigint } = { end: 0n, read: 0n };
  const positions = (offset: bigint): Promise<Positions> => Promise.resolve(new Map([['topic/0', offset]]));
  return { at, ends: () => positions(at.end), committed: () => positions(at.read) };
}

test('the topics are marked when the rows that were there are published; what comes later does not count', async () => {
  const broker = fakeBroker();
  await outbox.insertMany([waiting('row-1', 'MUG'), waiting('row-2', 'TEA')]);
  const behind = await markNow(databases, broker);
  expect(await behind()).toEqual(['order-svc has 2 outbox rows to publish']);

  await outbox.insertOne(waiting('row-3', 'MUG'));
  await published('row-1');
  expect(await behind()).toEqual(['order-svc has 1 outbox row to publish']);

  await published('row-2');
  broker.at.end = 2n;
  expect(await behind()).toEqual(['order-svc', 'inventory-svc', 'loyalty-svc'].map((service) => `${service} is 2 records behind`));

  Object.assign(broker.at, { end: 9n, read: 2n });
  expect(await behind()).toEqual([]);
});

test('what the broker refuses, and what waits behind it on its key, holds up nothing', async () => {
  const stuck = [{ index: 0, error: 'too large', at: new Date() }];
  await outbox.insertMany([{ ...waiting('row-1', 'MUG'), stuck }, waiting('row-2', 'MUG'), waiting('row-3', 'TEA')]);
  const behind = await markNow(databases, fakeBroker());
  expect(await behind()).toEqual(['order-svc has 1 outbox row to publish']);
  await published('row-3');
  expect(await behind()).toEqual([]);
});
