import { sleep } from '@microshop/chassis/clock';
import { customers, discounts, prices, skus, stockAtFirst } from './shop.ts';
import type { ShopClient } from './shop-client.ts';

/** The shop did not come up. */
export class PrepareError extends Error {}

const ATTEMPTS = 60;
const PAUSE_MS = 500;

/** Products, stock, customers and discounts, and order-svc has heard of them. Each step is asked again until it is done. */
export async function prepareShop(client: ShopClient): Promise<void> {
  for (const sku of skus) {
    await create(client, 'inventory', '/products', { sku, name: sku, unitPrice: prices[sku], currency: 'EUR' });
    await until(`the stock of ${sku}`, async () => (await client.adjustStock(sku, stockAtFirst[sku], `first-${sku}`)).type === 'ok');
  }
  for (const { customerId, points, blocked } of customers) {
    await create(client, 'loyalty', '/customers', { customerId, email: `${customerId}@example.org`, name: customerId, blocked });
    await until(
      `the points of ${customerId}`,
      async () => (await client.adjustPoints(customerId, points, `first-${customerId}`)).type === 'ok',
    );
  }
  for (const discount of discounts) await create(client, 'order', '/discounts', discount);
  for (const sku of skus) await until(`${sku} in the catalogue of order-svc`, () => isCatalogued(client, sku));
}

/** 409: it was created by an attempt whose answer was lost. */
const create = (client: ShopClient, service: 'order' | 'inventory' | 'loyalty', path: string, body: Record<string, unknown>) =>
  until(`${path} ${Object.values(body)[0]}`, async () => {
    const answer = await client.send(service, { method: 'POST', path, body }, true);
    return answer.kind === 'answer' && (answer.status === 201 || answer.status === 409);
  });

/** A checkout with more points than it costs makes no order; it says unknown_sku until the product is known. */
async function isCatalogued(client: ShopClient, sku: string): Promise<boolean> {
  const body = { customer: { customerId: 'nobody' }, items: [{ sku, quantity: 1 }], redeemPoints: 1_000_000_000 };
  const outcome = await client.checkout(`catalogued-${sku}`, body);
  return outcome.type === 'fail' && outcome.failure.code === 'points_exceed_total';
}

async function until(what: string, isDone: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (await isDone()) return;
    await sleep(PAUSE_MS);
  }
  throw new PrepareError(
    `The shop can not be prepared: ${what} is not there after ${(ATTEMPTS * PAUSE_MS) / 1000} s. Look at the services' logs.`,
  );
}
