import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectGreenAudit } from '../support/audit.ts';
import { type Part, type ShopInProcess, startShopInProcess } from '../support/in-process.ts';
import { expectProblem } from '../support/problem.ts';
import { allEvents } from '../support/sse.ts';

let shop: ShopInProcess;
beforeAll(async () => {
  shop = await startShopInProcess({ ORDER_TIMEOUT: '2s' });
});
afterAll(async () => {
  await expectGreenAudit();
  await shop.stop();
});

async function cart() {
  const code = `CODE-${randomUUID()}`;
  await shop.order('POST', '/discounts', { body: { code, percent: 10, maxUses: 1 } });
  const [first, second, customerId] = await Promise.all([shop.productWith(5), shop.productWith(5), shop.customerWith(100)]);
  const items = [first, second].map((sku) => ({ sku, quantity: 1 }));
  return { code, skus: [first, second], customerId, body: { customer: { customerId }, items, discountCode: code, redeemPoints: 50 } };
}

test.each<[Part, string]>([
  ['loyalty', 'the stock comes back, and no points are taken when it is back'],
  ['inventory', 'the points come back, and nothing is reserved when it is back'],
])('an order that %s-svc does not answer in time is rejected as timed_out: %s', async (part) => {
  const { code, skus, customerId, body } = await cart();
  const key = randomUUID();
  await shop.stopPart(part);
  const problem = expectProblem(await shop.checkout(body, { key }), 409, 'timed_out');
  const { body: order } = await shop.anyone.order('GET', `/orders/${problem.orderId}`);
  expect(order).toMatchObject({ status: 'rejected', rejection: { code: 'timed_out' }, version: 2 });
  const waited = Date.parse(String(order.updatedAt)) - Date.parse(String(order.createdAt));
  expect(waited).toBeGreaterThanOrEqual(2000);
  expect((await shop.order('GET', `/discounts/${code}`)).body.uses).toBe(0);

  await shop.startPart(part);
  await shop.ready();
  // Whatever comes later on the same keys: the late request was answered before it.
  const again = await shop.checkout(body);
  expect(again.status).toBe(201);
  for (const sku of skus) await shop.levelBecomes(sku, { available: 4, reserved: 0, sold: 1 });
  await shop.balanceBecomes(customerId, 100 - 50 + 17);
  expectProblem(await shop.checkout(body, { key }), 409, 'timed_out');
  const events = await allEvents(`${shop.urls.order}/orders/${problem.orderId}/events`);
  expect(events.map(({ data }) => JSON.parse(data ?? '').status)).toEqual(['pending', 'rejected']);
});
