import { randomUUID } from 'node:crypto';
import { vi } from 'vitest';
import { type Answer, restClient, type Send } from './rest.ts';

export const OPERATOR_TOKEN = 'operators-of-the-test';

export type Urls = { order: string; inventory: string; loyalty: string };
export type Level = { available: number; reserved: number; sold: number };
export type CheckoutBody = { customer: unknown; items: { sku: string; quantity: number }[]; [field: string]: unknown };
export type CheckoutOptions = { key?: string; prefer?: string; headers?: Record<string, string> };

/** A running shop as its users see it: over REST, with what a test wants to say in one line. Each product and customer is new. */
export function createShop(urls: Urls, operatorToken = OPERATOR_TOKEN, customerToken?: string) {
  const order = restClient(urls.order, operatorToken);
  const inventory = restClient(urls.inventory, operatorToken);
  const loyalty = restClient(urls.loyalty, operatorToken);
  const anyone = {
    order: restClient(urls.order, customerToken),
    inventory: restClient(urls.inventory, customerToken),
    loyalty: restClient(urls.loyalty, customerToken),
  };

  const shop = {
    urls,
    order,
    inventory,
    loyalty,
    /** The same without the operators' token; with that of customers, where they need one. */
    anyone,
    async productWith(stock: number, { unitPrice = 1000, name = 'A product' } = {}): Promise<string> {
      const sku = `T-${randomUUID()}`;
      await expectStatus(inventory('POST', '/products', { body: { sku, name, unitPrice, currency: 'EUR' } }), 201);
      if (stock > 0) await expectStatus(inventory('POST', `/products/${sku}/stock`, { body: { change: stock, reason: 'test' } }), 200);
      await shop.catalogued(sku);
      return sku;
    },
    /** Waits until order-svc has heard of the product: before, a checkout of an unknown customer with too many points is refused as unknown_sku. */
    catalogued: (sku: string) => shop.catalogueSays(sku, 'points_exceed_total'),
    /** Waits until order-svc has heard that the product is not sold any more. */
    retired: (sku: string) => shop.catalogueSays(sku, 'unknown_sku'),
    async catalogueSays(sku: string, code: string): Promise<void> {
      await vi.waitFor(async () => {
        const { body } = await shop.checkout({
          customer: { customerId: 'nobody' },
          items: [{ sku, quantity: 1 }],
          redeemPoints: 1_000_000_000,
        });
        if (body.code !== code) throw new Error(`order-svc answers ${body.code} for ${sku}`);
      }, WAIT);
    },
    async customerWith(points: number, { blocked = false } = {}): Promise<string> {
      const customerId = `c-${randomUUID()}`;
      await expectStatus(
        loyalty('POST', '/customers', { body: { customerId, email: `${customerId}@example.com`, name: 'A customer', blocked } }),
        201,
      );
      if (points > 0)
        await expectStatus(loyalty('POST', `/customers/${customerId}/points`, { body: { change: points, reason: 'test' } }), 200);
      return customerId;
    },
    checkout: (body: CheckoutBody, { key = randomUUID(), prefer = 'wait=20', headers = {} }: CheckoutOptions = {}): Promise<Answer> =>
      anyone.order('POST', '/checkout', { body, headers: { 'idempotency-key': key, prefer, ...headers } }),
    /** The order once it is decided. */
    async settled(orderId: string): Promise<Record<string, unknown>> {
      return vi.waitFor(async () => {
        const { status, body } = await anyone.order('GET', `/orders/${orderId}`);
        if (status !== 200) throw new Error(`order ${orderId} can not be read now: ${status}`);
        if (body.status === 'pending') throw new Error(`order ${orderId} is still pending`);
        return body;
      }, WAIT);
    },
    async levelOf(sku: string): Promise<Level> {
      const { available, reserved, sold } = (await anyone.inventory('GET', `/products/${sku}/stock`)).body as unknown as Level;
      return { available, reserved, sold };
    },
    /** Waits for a level: what an ending gives back comes after the answer. */
    async levelBecomes(sku: string, expected: Partial<Level>): Promise<void> {
      await vi.waitFor(async () => {
        const level = await shop.levelOf(sku);
        if (Object.entries(expected).some(([field, value]) => level[field as keyof Level] !== value))
          throw new Error(`${sku} has ${JSON.stringify(level)} and should have ${JSON.stringify(expected)}`);
      }, WAIT);
    },
    balanceOf: async (customerId: string) => (await loyalty('GET', `/customers/${customerId}/points`)).body.balance as number,
    async balanceBecomes(customerId: string, expected: number): Promise<void> {
      await vi.waitFor(async () => {
        const balance = await shop.balanceOf(customerId);
        if (balance !== expected) throw new Error(`${customerId} has ${balance} points and should have ${expected}`);
      }, WAIT);
    },
    async ready(): Promise<void> {
      await Promise.all(Object.values(anyone).map((send) => isReady(send)));
    },
  };
  return shop;
}

export type Shop = ReturnType<typeof createShop>;

export const WAIT = { timeout: 30_000, interval: 25 };

const isReady = (send: Send) =>
  vi.waitFor(async () => {
    const { status, body } = await send('GET', '/readyz');
    if (status !== 200) throw new Error(`not ready: ${JSON.stringify(body)}`);
  }, WAIT);

async function expectStatus(answer: Promise<Answer>, expected: number): Promise<Answer> {
  const { status, body, headers } = await answer;
  if (status !== expected) throw new Error(`expected ${expected}, got ${status}: ${JSON.stringify(body)}`);
  return { status, body, headers };
}
