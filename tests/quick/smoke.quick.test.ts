import { randomUUID } from 'node:crypto';
import { runningShop } from '@microshop/tools/running-shop';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { restClient } from '../support/rest.ts';
import { createShop, type Shop, WAIT } from '../support/shop.ts';

/** A smoke test of a shop that runs somewhere, by its URLs. It sells a product of its own, and retires it. */
const { urls, operatorToken } = runningShop(process.env);
const addresses = { order: urls['order-svc'], inventory: urls['inventory-svc'], loyalty: urls['loyalty-svc'] };
// Where customers need a token this has none for them: operators may do what they may.
const shop: Shop = createShop(addresses, operatorToken, operatorToken);

/** The services' own /readyz is not behind the one door; the console has asked them. */
const readyBehind = (door: string) =>
  vi.waitFor(async () => {
    const { body } = await restClient(door, operatorToken)('GET', '/console/health');
    if (body.isOk !== true) throw new Error(`not ready: ${JSON.stringify(body)}`);
  }, WAIT);

let sku: string;
let customerId: string;
beforeAll(async () => {
  await (process.env.SHOP_URL ? readyBehind(process.env.SHOP_URL) : shop.ready());
  sku = await shop.productWith(3, { name: 'Smoke test' });
  customerId = await shop.customerWith(100);
}, 60_000);
afterAll(() => shop.inventory('DELETE', `/products/${sku}`));

test('an order is confirmed, and its key makes no second one', async () => {
  const key = randomUUID();
  const body = { customer: { customerId }, items: [{ sku, quantity: 2 }], redeemPoints: 100 };

  const first = await shop.checkout(body, { key });
  const second = await shop.checkout(body, { key });

  expect(first).toMatchObject({ status: 201, body: { status: 'confirmed', totalPrice: 1900 } });
  expect(second).toMatchObject({ status: 201, body: { orderId: first.body.orderId } });
  expect(second.headers.get('idempotent-replayed')).toBe('true');
  await shop.levelBecomes(sku, { available: 1, reserved: 0, sold: 2 });
});

test('an order that is short is rejected, and nothing is taken', async () => {
  const { status, body } = await shop.checkout({ customer: { customerId }, items: [{ sku, quantity: 2 }] });

  expect({ status, body }).toMatchObject({ status: 409, body: { code: 'out_of_stock', errors: [{ sku, requested: 2, available: 1 }] } });
  await shop.levelBecomes(sku, { available: 1, reserved: 0, sold: 2 });
});

test('a cancelled order gives everything back', async () => {
  const { body } = await shop.checkout({ customer: { customerId }, items: [{ sku, quantity: 1 }] });
  const cancelled = await shop.anyone.order('POST', `/orders/${body.orderId}/cancel`, { body: {} });

  expect(cancelled).toMatchObject({ status: 200, body: { status: 'cancelled' } });
  await shop.levelBecomes(sku, { available: 1, reserved: 0, sold: 2 });
});
