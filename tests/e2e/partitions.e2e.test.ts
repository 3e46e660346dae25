import { createTopicInspector, type TopicInspector } from '@microshop/chassis/kafka/inspect-topics';
import { connectBroker } from '@microshop/tools/broker';
import { type Databases, openDatabases, services } from '@microshop/tools/databases';
import { obstacles } from '@microshop/tools/partitions/raise';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { type ShopInProcess, startShopInProcess } from '../support/in-process.ts';
import { WAIT } from '../support/shop.ts';

const brokers = inject('kafkaBrokers');
const broker = connectBroker({ brokers }, 'partitions-test');
let inspector: TopicInspector;
let databases: Databases;
let shop: ShopInProcess;
beforeAll(async () => {
  inspector = createTopicInspector({ brokers, clientId: 'partitions-test' });
  databases = await openDatabases({ mongodbUrl: inject('mongodbUrl') }, 'partitions-test');
  shop = await startShopInProcess();
});
afterAll(async () => {
  await shop.stop();
  await Promise.all([databases.close(), inspector.stop(), broker.stop()]);
});

const inTheWay = () => obstacles(databases, broker, inspector);

test('partitions can be added when nothing runs and nothing is under way, and else it is named what is in the way', async () => {
  const sku = await shop.productWith(1);
  const customerId = await shop.customerWith(0);
  expect(await inTheWay()).toEqual(expect.arrayContaining(services.map((service) => `${service} still runs`)));

  await shop.stopPart('inventory');
  const { body } = await shop.checkout({ customer: { customerId }, items: [{ sku, quantity: 1 }] }, { prefer: 'respond-async' });
  await vi.waitFor(async () => {
    const words = await inTheWay();
    expect(words).not.toContain('inventory-svc still runs');
    expect(words).toEqual(expect.arrayContaining(['1 order pending', 'inventory-svc is 1 record behind']));
  }, WAIT);

  await shop.startPart('inventory');
  await shop.settled(String(body.orderId));
  await shop.levelBecomes(sku, { sold: 1 });
  // The points earned are told after the sale; who stops before that was read is behind for ever.
  await vi.waitFor(async () => expect((await inTheWay()).filter((words) => !/dead letter|still runs/.test(words))).toEqual([]), WAIT);
  await shop.stop();
  await vi.waitFor(async () => expect((await inTheWay()).filter((words) => !words.includes('dead letter'))).toEqual([]), WAIT);
});
