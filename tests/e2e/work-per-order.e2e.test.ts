import { brokerOperations, databaseOperations, type Operations, operationsPerOrder } from '@microshop/bench/measure/operations';
import { connectBroker } from '@microshop/tools/broker';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { expectGreenAudit } from '../support/audit.ts';
import { type ShopInProcess, startShopInProcess } from '../support/in-process.ts';
import { scrape } from '../support/metrics.ts';
import { WAIT } from '../support/shop.ts';

/**
 * What an order of two SKUs with points may cost when 40 come at a time, whatever the machine: times are measured by `npm run bench`, and counts do not
 * depend on how busy it is. Concurrent orders share transactions, sends and offset commits; one for each order or event would be several times as
 * many. What is measured lies about a third below: how orders fall into batches is chance, and polling counts too. Lower them when less is needed.
 */
const MOST_PER_ORDER: Operations = {
  'transactions committed': 0.6,
  'transactions aborted': 0.1,
  find: 2.5,
  insert: 1.3,
  update: 1.3,
  findAndModify: 0.2,
  aggregate: 0.2,
  getMore: 0.2,
  sends: 0.6,
  // Three requests, three answers, three endings, points earned, and four levels, of which a batch sends the last of each SKU.
  records: 14,
  offsets: 4,
};

const WAVES = 3;
const AT_ONCE = 40;
const ORDERS = WAVES * AT_ONCE;

let shop: ShopInProcess;
const client = new MongoClient(inject('mongodbUrl'));
const broker = connectBroker({ brokers: inject('kafkaBrokers') }, 'work-per-order');
beforeAll(async () => {
  shop = await startShopInProcess();
});
afterAll(async () => {
  await shop.stop();
  await broker.stop();
  await client.close();
});

/** Each offset that a group commits is a record of this topic. */
const OFFSETS = '__consumer_offsets';

async function count(): Promise<Operations> {
  const ends = await broker.ends([OFFSETS]);
  return {
    ...(await databaseOperations(client.db('admin'))),
    ...(await brokerOperations(Object.values(shop.urls))),
    offsets: Number([...ends.values()].reduce((sum, end) => sum + end, 0n)),
  };
}

const line = (sku: string) => ({ sku, quantity: 1 });

/** The last of an order's work is its ending: for each of the two SKUs, and for the customer. */
const HANDLERS_OF_AN_ENDING = 3;
async function handledEndings(): Promise<number> {
  const scrapes = await Promise.all([shop.urls.inventory, shop.urls.loyalty].map((url) => scrape(url)));
  const ending = { type: 'OrderConfirmed', result: 'handled' };
  return scrapes.reduce((sum, metrics) => sum + metrics.sum('microshop_consumed_records_total', ending), 0);
}

test('concurrent orders share their transactions, sends and offset commits', async ({ annotate }) => {
  const shared = await shop.productWith(1000);
  const skus = await Promise.all(Array.from({ length: 5 }, () => shop.productWith(1000)));
  const customerIds = await Promise.all(Array.from({ length: AT_ONCE / skus.length }, () => shop.customerWith(10_000)));
  const wave = () =>
    Promise.all(
      customerIds.flatMap((customerId) =>
        skus.map((sku) => shop.checkout({ customer: { customerId }, items: [line(shared), line(sku)], redeemPoints: 10 })),
      ),
    );

  const endingsBefore = await handledEndings();
  const before = await count();
  for (let index = 0; index < WAVES; index++) {
    const statuses = (await wave()).map(({ status }) => status);
    expect(statuses).toEqual(statuses.map(() => 201));
  }
  await vi.waitFor(async () => expect(await handledEndings()).toBe(endingsBefore + ORDERS * HANDLERS_OF_AN_ENDING), WAIT);
  const perOrder = operationsPerOrder(before, await count(), ORDERS);

  // Shown by --reporter=verbose.
  await annotate(`for each order: ${JSON.stringify(perOrder)}`);
  const tooMany = Object.entries(MOST_PER_ORDER).flatMap(([name, most]) => {
    const counted = perOrder[name] ?? 0;
    return counted > most ? [`${name}: ${counted}, at most ${most}`] : [];
  });
  expect(tooMany).toEqual([]);
  await expectGreenAudit();
});
