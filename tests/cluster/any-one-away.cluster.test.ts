import { topics } from '@microshop/contracts';
import { runningStack } from '@microshop/tools/running-stack';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { expectGreenAudit } from '../support/audit.ts';
import { type NpmStart, npmStart } from '../support/npm-start.ts';
import { keepOrdering, type Ordering } from '../support/ordering.ts';
import { createShop, type Shop } from '../support/shop.ts';
import { recordsOn } from '../support/topics.ts';

/** `npm start -- --cluster --scale 2`, with its shop behind the console's one origin, as users of several instances have it. */
let start: NpmStart;
let shop: Shop;
let ordering: Ordering;
let plenty: string;
let scarce: string;
const SCARCE = 20;
const names = topics.map(({ name }) => name);
const ORDERS = 10;

beforeAll(async () => {
  start = await npmStart('--cluster', '--scale', '2');
  await start.ready();
  const api = `${start.consoleUrl}/api`;
  shop = createShop({ order: api, inventory: api, loyalty: api });
  [plenty, scarce] = await Promise.all([shop.productWith(100_000), shop.productWith(SCARCE)]);
  let placed = 0;
  ordering = keepOrdering(shop, 4, () => ({
    customer: { customerId: 'ada' },
    items: [{ sku: placed++ % 2 === 0 ? plenty : scarce, quantity: 1 }],
  }));
});
afterAll(() => start.stop());

/** As a tool of another terminal finds it. */
const stack = () => {
  const { brokers, mongodbUrl } = runningStack(start.env);
  return { kafkaBrokers: brokers, mongodbUrl };
};

async function withAdmin<T>(work: (admin: ReturnType<Kafka['admin']>) => Promise<T>): Promise<T> {
  const admin = new Kafka({ brokers: [...stack().kafkaBrokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  return work(admin).finally(() => admin.disconnect());
}

/** On how many brokers each partition of the shop is, in step. */
const inStep = () =>
  withAdmin(async (admin) => {
    const { topics: found } = await admin.fetchTopicMetadata({ topics: names });
    return [...new Set(found.flatMap(({ partitions }) => partitions.map(({ isr }) => isr.length)))];
  });

test('the instances share the partitions, and each record is on three brokers, once', async () => {
  expect(stack().kafkaBrokers).toHaveLength(3);
  for (const share of ['order-svc 18 + 18 of 36', 'inventory-svc 6 + 6 of 12', 'loyalty-svc 6 + 6 of 12'])
    expect(start.output()).toContain(`partitions      ${share}`);
  expect(await inStep()).toEqual([3]);
  await ordering.more(ORDERS);
  // Two relays that both published would send each event twice.
  const ids = (await recordsOn(names, stack().kafkaBrokers)).map(({ headers }) => String(headers.ce_id));
  expect(ids.length).toBeGreaterThan(ORDERS);
  expect(new Set(ids).size).toBe(ids.length);
});

test.each(['kafka-1', 'mongod-1', 'kafka-2', 'mongod-2', 'kafka-3', 'mongod-3'])(
  '%s killed: orders go on, and it comes back',
  async (name) => {
    const backAgain = () => start.output().split(`${name} is ready again`).length;
    const before = backAgain();
    process.kill(start.pidOf(`/cluster/${name}/`) ?? Number.NaN, 'SIGKILL');

    await ordering.more(ORDERS);
    await vi.waitFor(() => expect(backAgain()).toBe(before + 1), { timeout: 60_000, interval: 100 });
    await vi.waitFor(async () => expect(await inStep()).toEqual([3]), { timeout: 60_000, interval: 500 });
  },
);

test('nothing was lost, and nothing sold twice', async () => {
  const orders = await ordering.stop();
  const confirmed = orders.filter(({ status }) => status === 'confirmed');
  expect(orders.filter(({ status }) => status === 'pending')).toEqual([]);
  await shop.levelBecomes(scarce, { available: 0, reserved: 0, sold: SCARCE });
  await shop.levelBecomes(plenty, { reserved: 0, sold: confirmed.length - SCARCE });
  await expectGreenAudit(stack());
});
