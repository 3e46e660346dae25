import { sleep } from '@microshop/chassis/clock';
import type { RunningShop } from '@microshop/tools/running-shop';
import { createShopClient, type ShopClient } from '@microshop/tools/seed-client';
import { type Assortment, CURRENCY, customersOf, PLENTY, stockOf, UNIT_PRICE } from './assortment.ts';

const AT_ONCE = 32;
const REASON = 'bench';
const CATALOGUED_MS = 30_000;

/** Makes products and customers as an operator does, on any shop. Returns when its order service knows the last of them. */
export async function fillOverRest(running: RunningShop, assortment: Assortment): Promise<void> {
  const shop = createShopClient(running);
  await forAll(stockOf(assortment), async ({ sku, units }) => {
    await shop('inventory-svc', '/products', { body: { sku, name: sku, unitPrice: UNIT_PRICE, currency: CURRENCY }, expect: [201] });
    await shop('inventory-svc', `/products/${sku}/stock`, { body: { change: units, reason: REASON }, expect: [200] });
  });
  await forAll(customersOf(assortment), async (customerId) => {
    await shop('loyalty-svc', '/customers', { body: { customerId, email: `${customerId}@example.com`, name: customerId }, expect: [201] });
    await shop('loyalty-svc', `/customers/${customerId}/points`, { body: { change: PLENTY, reason: REASON }, expect: [200] });
  });
  for (const { sku } of stockOf(assortment)) await catalogued(shop, sku);
}

async function forAll<T>(items: Iterator<T>, work: (item: T) => Promise<void>): Promise<void> {
  const worker = async () => {
    for (let next = items.next(); !next.done; next = items.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** Until then a checkout with more points than it costs, which makes no order, is refused for the SKU. */
async function catalogued(shop: ShopClient, sku: string): Promise<void> {
  const until = performance.now() + CATALOGUED_MS;
  const body = { customer: { customerId: 'nobody' }, items: [{ sku, quantity: 1 }], redeemPoints: 1_000_000_000 };
  for (;;) {
    const answer = await shop('order-svc', '/checkout', { body, idempotencyKey: `catalogued-${sku}`, expect: [422] });
    if (answer.body.code !== 'unknown_sku') return;
    if (performance.now() > until) throw new Error(`order-svc does not know ${sku} after ${CATALOGUED_MS / 1000} s: look at its consumer.`);
    await sleep(100);
  }
}
