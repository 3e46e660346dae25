import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { expectGreenAudit } from '../support/audit.ts';
import { type ShopInProcess, startInProcess, startShopInProcess } from '../support/in-process.ts';
import { expectProblem } from '../support/problem.ts';
import { restClient } from '../support/rest.ts';
import { OPERATOR_TOKEN, WAIT } from '../support/shop.ts';

let shop: ShopInProcess;
beforeAll(async () => {
  shop = await startShopInProcess({ POINT_VALUE: '5', EARN_SPEND_PER_POINT: '30' });
});
afterAll(async () => {
  await expectGreenAudit();
  await shop.stop();
});

test('what a point is worth, and what must be spent for one, are settings', async () => {
  const [sku, customerId] = await Promise.all([shop.productWith(2, { unitPrice: 1000 }), shop.customerWith(201)]);
  const checkout = (redeemPoints: number) => shop.checkout({ customer: { customerId }, items: [{ sku, quantity: 1 }], redeemPoints });
  expectProblem(await checkout(201), 422, 'points_exceed_total');
  expect(await checkout(100)).toMatchObject({ status: 201, body: { redeemedPoints: 100, pointsDiscountPrice: 500, totalPrice: 500 } });
  await shop.balanceBecomes(customerId, 101 + 16);
});

test('a cancellation takes back what the order earned, whatever the rate is today', async () => {
  const [sku, customerId] = await Promise.all([shop.productWith(1, { unitPrice: 3000 }), shop.customerWith(7)]);
  const { body } = await shop.checkout({ customer: { customerId }, items: [{ sku, quantity: 1 }] });
  await shop.balanceBecomes(customerId, 107);
  await shop.stopPart('loyalty');
  await shop.startPart('loyalty', { EARN_SPEND_PER_POINT: '1' });
  await shop.ready();
  await shop.anyone.order('POST', `/orders/${body.orderId}/cancel`);
  await shop.balanceBecomes(customerId, 7);
});

test('without OPERATOR_TOKEN nobody is an operator, and everything else works', async () => {
  const inventory = await startInProcess.inventory({ OPERATOR_TOKEN: '' });
  try {
    for (const token of [undefined, OPERATOR_TOKEN, '', 'undefined'])
      expectProblem(await restClient(inventory.url, token)('POST', '/products', { body: {} }), 401, 'operator_token_required');
    const readsProducts = () => restClient(inventory.url)('GET', `/products/${randomUUID()}`);
    await vi.waitFor(async () => expectProblem(await readsProducts(), 404, 'unknown_sku'), WAIT);
  } finally {
    await inventory.stop();
  }
});
