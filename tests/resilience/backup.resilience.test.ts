import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { orders } from '@microshop/order-svc/application/collections';
import { backup } from '@microshop/tools/backup/commands';
import { type Databases, of, openDatabases, services } from '@microshop/tools/databases';
import { restore } from '@microshop/tools/restore/commands';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { expectGreenAudit } from '../support/audit.ts';
import { type ProcessShop, startShopOfProcesses } from '../support/processes.ts';
import { type Shop, WAIT } from '../support/shop.ts';

let directory: string;
let running: ProcessShop;
let databases: Databases;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'microshop-backup-'));
  running = await startShopOfProcesses();
  databases = await openDatabases({ mongodbUrl: inject('mongodbUrl') }, 'test');
});
afterAll(async () => {
  await databases?.close();
  await running?.stop();
  await rm(directory, { recursive: true, force: true });
});

type Io = Parameters<typeof backup>[1];

/** Runs a tool on the stack; answers its exit code and all that it said. */
async function said(run: (io: Io) => Promise<number>, stopping = new AbortController().signal): Promise<{ code: number; out: string }> {
  let out = '';
  const say = {
    write(text: string) {
      out += text;
    },
  };
  const env = { MONGODB_URL: inject('mongodbUrl'), KAFKA_BROKERS: inject('kafkaBrokers').join(',') };
  return { code: await run({ env, out: say, err: say, stopping }), out };
}

const backupTo = (to: string, { dryRun = false, stopping }: { dryRun?: boolean; stopping?: AbortSignal } = {}) =>
  said((io) => backup({ to, gzip: true, dryRun, windowSeconds: 600 }, io), stopping);

const restoreFrom = (from: string, options: { replace?: boolean; replayOnly?: boolean; dryRun?: boolean } = {}) =>
  said((io) => restore({ replace: false, replayOnly: false, dryRun: false, ...options, from }, io));

/** What a client was told of an order, for good or for now. */
type Told = { orderId: string; status: number };

/** Orders one after another, of two SKUs, by a customer with points and by guests, until it is told to stop. */
function keepOrdering(shop: Shop, skus: readonly [string, string], customerId: string) {
  const told: Told[] = [];
  let going = true;
  const done = (async () => {
    for (let nth = 0; going; nth++) {
      const customer = nth % 3 === 0 ? { email: `${randomUUID()}@example.com`, name: 'A guest' } : { customerId };
      const items = skus.slice(0, 1 + (nth % 2)).map((sku) => ({ sku, quantity: 1 + (nth % 2) }));
      const answer = await shop
        .checkout({ customer, items, ...(nth % 3 === 1 && { redeemPoints: 10 }) }, { prefer: 'wait=5' })
        .catch(() => undefined);
      const orderId = answer?.body.orderId;
      if (answer && typeof orderId === 'string') told.push({ orderId, status: answer.status });
    }
  })();
  return {
    told,
    atLeast: (count: number) => vi.waitFor(() => expect(told.length).toBeGreaterThanOrEqual(count), WAIT),
    async stop() {
      going = false;
      await done;
    },
  };
}

const operate = (shop: Shop, orderId: string, what: 'cancel' | 'fulfil') => shop.order('POST', `/orders/${orderId}/${what}`);
const confirmedIn = (told: readonly Told[]) => told.filter(({ status }) => status === 201).map(({ orderId }) => orderId);
const processes = () => services.flatMap((service) => running.instances[service]);

/** What an order is to its customer. */
async function decidedOrders(): Promise<Map<string, object>> {
  const found = await of(databases['order-svc'], orders)
    .find({ status: { $ne: 'pending' } })
    .toArray();
  return new Map(
    found.map(({ _id, status, version, createdAt, items, discountCode, discountPrice, totalPrice, redeemedPoints, rejection }) => [
      _id,
      { status, version, createdAt, items, discountCode, discountPrice, totalPrice, redeemedPoints, code: rejection?.code },
    ]),
  );
}

async function countAll(): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const service of services)
    for (const { name } of await databases[service].db.listCollections().toArray())
      counts[`${service}.${name}`] = await databases[service].db.collection(name).countDocuments();
  return counts;
}

test('a backup is never written over something, and one that is stopped leaves nothing', async () => {
  await expect(backupTo(tmpdir())).rejects.toThrow('is not empty: give --to a new directory');
  const to = join(directory, 'stopped');
  await expect(backupTo(to, { stopping: AbortSignal.abort() })).rejects.toThrow();
  expect(await readdir(directory)).toEqual([]);
  expect(await backupTo(to, { dryRun: true })).toMatchObject({ code: 0, out: expect.stringContaining('order_svc.orders') });
  expect(await readdir(directory)).toEqual([]);
});

test('a disaster after a backup loses no order: what the databases had forgotten comes back from Kafka', async () => {
  const shop = running.shops[0] as Shop;
  const skus = [await shop.productWith(1000), await shop.productWith(30)] as const;
  const customerId = await shop.customerWith(500);
  const discountCode = `DRILL-${randomUUID()}`.toUpperCase();
  expect((await shop.order('POST', '/discounts', { body: { code: discountCode, percent: 10 } })).status).toBe(201);
  const load = keepOrdering(shop, skus, customerId);
  await load.atLeast(10);
  const before = confirmedIn(load.told).slice(0, 2);

  const to = join(directory, 'drill');
  expect(await backupTo(to)).toMatchObject({ code: 0, out: expect.stringContaining('as they were at') });
  await expect(restoreFrom(to, { replace: true })).rejects.toThrow('run: stop all services');

  // What happens only after it: moves of orders that it has, and of new ones; stock, points, a product and a customer by hand.
  await load.atLeast(load.told.length + 8);
  for (const [cancelled, fulfilled] of [before, confirmedIn(load.told).slice(-2)]) {
    await operate(shop, String(cancelled), 'cancel');
    await operate(shop, String(fulfilled), 'fulfil');
  }
  await shop.inventory('POST', `/products/${skus[1]}/stock`, { body: { change: 25, reason: 'came in' } });
  await shop.loyalty('POST', `/customers/${customerId}/points`, { body: { change: 77, reason: 'a gift' } });
  const [late, newcomer] = [await shop.productWith(5), await shop.customerWith(50)];
  const key = randomUUID();
  const asked = { customer: { customerId: newcomer }, items: [{ sku: late, quantity: 2 }], redeemPoints: 50, discountCode };
  const ofNewcomer = await shop.checkout(asked, { key });
  expect(ofNewcomer.status).toBe(201);
  await load.atLeast(load.told.length + 5);

  await Promise.all(processes().map((instance) => instance.kill()));
  await load.stop();
  const truth = await decidedOrders();
  for (const service of ['order-svc', 'inventory-svc'] as const) await databases[service].db.dropDatabase();

  await whenStopped(() => expect(restoreFrom(to)).rejects.toThrow('loyalty_svc holds documents: give --replace'));
  await damage(to, async () => {
    await expect(restoreFrom(to, { replace: true })).rejects.toThrow(/outbox\.bson\.gz is damaged/);
    expect(await databases['order-svc'].db.listCollections().toArray()).toEqual([]);
  });
  expect(await restoreFrom(to, { replace: true, dryRun: true })).toMatchObject({
    out: expect.stringContaining('loyalty_svc would be dropped'),
  });
  const { out } = await restoreFrom(to, { replace: true });
  expect(out).toContain(newcomer);
  const restored = await countAll();
  await restoreFrom(to, { replayOnly: true });
  expect(await countAll()).toEqual(restored);

  for (const instance of processes()) instance.start();
  await shop.ready();
  for (const { orderId } of load.told) await shop.settled(orderId);
  const now = await decidedOrders();
  for (const [orderId, order] of truth) expect(now.get(orderId), orderId).toEqual(order);
  await shop.levelBecomes(late, { available: 3, reserved: 0, sold: 2 });
  expect(await shop.balanceOf(newcomer)).toBe(17);
  const repeated = await shop.checkout(asked, { key });
  expect([repeated.status, repeated.body]).toEqual([201, ofNewcomer.body]);
  await expectGreenAudit();

  const again = await shop.checkout({ customer: { customerId }, items: [{ sku: skus[0], quantity: 1 }] });
  expect(again.status).toBe(201);
}, 180_000);

/** A service that was killed is a member of its group for 10 s more. */
const whenStopped = (work: () => Promise<void>) => vi.waitFor(work, { timeout: 40_000, interval: 1000 });

/** Turns a byte of a file round while `work` runs. */
async function damage(backedUp: string, work: () => Promise<void>): Promise<void> {
  const file = join(backedUp, 'loyalty_svc', 'outbox.bson.gz');
  const bytes = await readFile(file);
  await writeFile(
    file,
    bytes.map((byte, index) => (index === bytes.length - 9 ? byte ^ 1 : byte)),
  );
  await work();
  await writeFile(file, bytes);
}
