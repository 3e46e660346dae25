import { type Databases, openDatabases } from '@microshop/tools/databases';
import { inject, vi } from 'vitest';
import { breakStock } from '../support/broken-stock.ts';
import { restClient } from '../support/rest.ts';
import { OPERATOR_TOKEN, WAIT } from '../support/shop.ts';
import type { ConsoleShop } from './console-shop.ts';

const MUG = { sku: 'MUG-BLUE', name: 'Mug, blue', stock: 40 };
const products = [
  MUG,
  { sku: 'MUG-RED', name: 'Mug, red', stock: 3 },
  { sku: 'POSTER-A2', name: 'Poster, A2', stock: 0 },
  { sku: 'TEE-BLACK-L', name: 'T-shirt, black, L', stock: 120 },
  { sku: 'LAMP-DESK', name: 'Desk lamp', stock: 12 },
];

/** Orders of each kind, made through REST as customers do. */
export type Orders = { confirmed: string; rejected: string; cancelled: string; guest: string; customerId: string };

export async function fillShop(shop: ConsoleShop): Promise<Orders> {
  for (const { sku, name, stock } of products) {
    await shop.inventory('POST', '/products', { body: { sku, name, unitPrice: 1290, currency: 'EUR' } });
    if (stock > 0) await shop.inventory('POST', `/products/${sku}/stock`, { body: { change: stock, reason: 'first delivery' } });
    await shop.catalogued(sku);
  }
  const customerId = await shop.customerWith(500);
  const customer = { customerId };
  const order = async (body: { customer: unknown; items: { sku: string; quantity: number }[]; redeemPoints?: number }) =>
    String((await shop.checkout(body)).body.orderId);
  const confirmed = await order({
    customer,
    items: [
      { sku: MUG.sku, quantity: 2 },
      { sku: 'TEE-BLACK-L', quantity: 1 },
    ],
    redeemPoints: 100,
  });
  const rejected = await order({
    customer,
    items: [
      { sku: 'POSTER-A2', quantity: 1 },
      { sku: MUG.sku, quantity: 1 },
    ],
  });
  const cancelled = await order({ customer, items: [{ sku: 'MUG-RED', quantity: 1 }] });
  await shop.anyone.order('POST', `/orders/${cancelled}/cancel`);
  const guest = await order({ customer: { email: 'guest@example.com', name: 'Ada Guest' }, items: [{ sku: MUG.sku, quantity: 1 }] });
  const orders = { confirmed, rejected, cancelled, guest, customerId };
  await Promise.all([
    consoleKnows(shop, confirmed, 'confirmed'),
    consoleKnows(shop, rejected, 'rejected'),
    consoleKnows(shop, cancelled, 'cancelled'),
    consoleKnows(shop, guest, 'confirmed'),
  ]);
  return orders;
}

/** Waits until the console's read side says so of the order. */
export const consoleKnows = (shop: ConsoleShop, orderId: string, status: string): Promise<void> =>
  vi.waitFor(async () => {
    const response = await fetch(`${shop.consoleUrl}/console/orders/${orderId}`);
    const body = (await response.json()) as { order?: { status: string } };
    if (body.order?.status !== status) throw new Error(`the console says ${JSON.stringify(body).slice(0, 200)} of ${orderId}`);
  }, WAIT);

/** The console's answer once it is as expected. */
export const consoleSays = <T>(shop: ConsoleShop, path: string, isExpected: (body: T) => boolean): Promise<T> =>
  vi.waitFor(async () => {
    const body = (await (await fetch(`${shop.consoleUrl}${path}`)).json()) as T;
    if (!isExpected(body)) throw new Error(`${path} says ${JSON.stringify(body).slice(0, 400)}`);
    return body;
  }, WAIT);

/** Replays every dead letter there is, once its cause is mended. */
export async function replayAll(shop: ConsoleShop): Promise<void> {
  const { data } = await consoleSays<{ data: { groupId: string }[] }>(shop, '/console/dead-letters', () => true);
  const operator = restClient(shop.consoleUrl, OPERATOR_TOKEN);
  for (const { groupId } of data) await operator('POST', '/console/dead-letters/replay', { body: { target: { groupId } } });
  await consoleSays<{ data: unknown[] }>(shop, '/console/dead-letters', ({ data }) => data.length === 0);
}

export type Broken = { orderIds: string[]; mend(): Promise<void> };

/** So many orders of one SKU that inventory-svc can not reserve until its stock is mended: as many dead letters. */
export async function brokenOrders(shop: ConsoleShop, sku: string, count: number): Promise<Broken> {
  const databases: Databases = await openDatabases({ mongodbUrl: inject('mongodbUrl') }, 'browser-tests');
  const mendStock = await breakStock(databases['inventory-svc'], sku);
  const customerId = await shop.customerWith(0);
  const orderIds: string[] = [];
  for (let made = 0; made < count; made++) {
    const { body } = await shop.checkout({ customer: { customerId }, items: [{ sku, quantity: 1 }] }, { prefer: 'wait=0' });
    orderIds.push(String(body.orderId));
  }
  for (const orderId of orderIds)
    await consoleSays<{ total: number }>(shop, `/console/dead-letters/letters?orderId=${orderId}`, ({ total }) => total === 1);
  return {
    orderIds,
    async mend() {
      await mendStock();
      await databases.close();
    },
  };
}
