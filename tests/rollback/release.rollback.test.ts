import type { ServiceName } from '@microshop/contracts';
import { afterEach, expect, test } from 'vitest';
import { expectGreenAudit } from '../support/audit.ts';
import { type ProcessShop, type ProcessShopOptions, startShopOfProcesses } from '../support/processes.ts';
import type { Shop } from '../support/shop.ts';

const previous: ProcessShopOptions = { sources: process.env.ROLLBACK_SOURCES ?? '' };
const present: ProcessShopOptions = {};

const started: ProcessShop[] = [];
async function start(version: ProcessShopOptions): Promise<ProcessShop & { shop: Shop }> {
  const running = await startShopOfProcesses(version);
  started.push(running);
  return { ...running, shop: running.shops[0] as Shop };
}
afterEach(() => Promise.all(started.splice(0).map((running) => running.stop())));

type Goods = { sku: string; customerId: string };

const order = ({ sku, customerId }: Goods) => ({ customer: { customerId }, items: [{ sku, quantity: 1 }], redeemPoints: 1 });

/** Three orders that are confirmed: one is cancelled, one fulfilled, one is left for the other version. */
async function sell(shop: Shop, goods: Goods): Promise<string> {
  const answers = await Promise.all([1, 2, 3].map(() => shop.checkout(order(goods))));
  for (const answer of answers) expect(answer).toMatchObject({ status: 201 });
  const [cancelled, fulfilled, left] = answers.map(({ body }) => String(body.orderId));
  expect(await shop.order('POST', `/orders/${cancelled}/cancel`)).toMatchObject({ status: 200 });
  expect(await shop.order('POST', `/orders/${fulfilled}/fulfil`)).toMatchObject({ status: 200 });
  return String(left);
}

/** Orders that this version takes in and does not decide any more: their events wait for the other one. */
async function leaveUndecided({ shop, instances, stop }: ProcessShop & { shop: Shop }, goods: Goods): Promise<string[]> {
  const others: ServiceName[] = ['inventory-svc', 'loyalty-svc'];
  await Promise.all(others.flatMap((service) => instances[service].map((instance) => instance.stop())));
  const answers = await Promise.all([1, 2, 3, 4, 5].map(() => shop.checkout(order(goods), { prefer: 'wait=1' })));
  for (const answer of answers) expect(answer).toMatchObject({ status: 202 });
  await stop();
  return answers.map(({ body }) => String(body.orderId));
}

/** What the other version left: its undecided orders are decided, its confirmed one is cancelled. */
async function takeOver(shop: Shop, undecided: readonly string[], confirmed: string): Promise<void> {
  for (const orderId of undecided) expect(await shop.settled(orderId)).toMatchObject({ status: 'confirmed' });
  expect(await shop.order('POST', `/orders/${confirmed}/cancel`)).toMatchObject({ status: 200 });
  await expectGreenAudit();
}

test('the previous release takes over from this one, runs beside it, and hands back, and every invariant holds each time', async () => {
  const now = await start(present);
  const goods = { sku: await now.shop.productWith(100), customerId: await now.shop.customerWith(100) };
  const ofNow = await sell(now.shop, goods);
  const undecidedOfNow = await leaveUndecided(now, goods);

  const before = await start(previous);
  await takeOver(before.shop, undecidedOfNow, ofNow);
  const ofBefore = await sell(before.shop, goods);

  const beside = await start(present);
  await Promise.all([sell(before.shop, goods), sell(beside.shop, goods)]);
  await expectGreenAudit();
  await beside.stop();
  const undecidedOfBefore = await leaveUndecided(before, goods);

  const again = await start(present);
  await takeOver(again.shop, undecidedOfBefore, ofBefore);
  await again.shop.levelBecomes(goods.sku, { reserved: 0 });
});
