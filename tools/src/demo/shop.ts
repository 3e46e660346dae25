import { randomBytes } from 'node:crypto';
import { sleep } from '@microshop/chassis/clock';
import {
  type CheckoutRequest,
  createMicroshopClient,
  type MicroshopClient,
  newIdempotencyKey,
  ProblemError,
  type StockLevel,
} from '@microshop/client';
import { loadConfig } from '@microshop/local/config';
import { ToolFailure } from '../failure.ts';
import { runningShop } from '../running-shop.ts';
import { createShopClient, type ShopClient } from '../seed-client.ts';

/** Who is turned away at the door, in a rush for what is sold out, has no order. */
export type Outcome = { orderId: string | undefined; status: string; code: string | undefined; ms: number };
export type Level = Pick<StockLevel, 'available' | 'reserved' | 'sold'>;

/** The running shop, with what a demonstration does to it in one line. */
export type DemoShop = {
  /** A new product that order-svc knows already. */
  product(name: string, stock: number): Promise<string>;
  /** Places an order and waits until it is decided, however often an answer is lost. */
  order(items: CheckoutRequest['items']): Promise<Outcome>;
  /** The level once nothing of it is reserved any more, or as it is after 30 s. */
  levelAtRest(sku: string): Promise<Level>;
  /** Takes the products out of the catalogue; their orders stay. */
  retire(...skus: readonly string[]): Promise<void>;
  timelineOf(order: Outcome): string;
  consoleUrl: string;
};

const CUSTOMER = 'demo';
const REST_MS = 30_000;
const POLL_MS = 200;

export async function createDemoShop(env: NodeJS.ProcessEnv): Promise<DemoShop> {
  const running = runningShop(env);
  const operator = createShopClient(running);
  const orders = createMicroshopClient({ baseUrl: running.urls['order-svc'], token: running.operatorToken });
  const consoleUrl = env.CONSOLE_URL || `http://127.0.0.1:${loadConfig(env).ports.CONSOLE_PORT}`;
  await operator('loyalty-svc', '/customers', {
    body: { customerId: CUSTOMER, email: `${CUSTOMER}@example.com`, name: 'The demonstrations' },
    expect: [201, 409],
  });
  return {
    product: (name, stock) => createProduct(operator, orders, { name, stock, currency: env.SHOP_CURRENCY || 'EUR' }),
    order: (items) => outcomeOf(orders, { customer: { customerId: CUSTOMER }, items }),
    async levelAtRest(sku) {
      for (const until = Date.now() + REST_MS; ; await sleep(POLL_MS)) {
        const { body } = await operator('inventory-svc', `/products/${sku}/stock`, { method: 'GET', expect: [200] });
        const { available, reserved, sold } = body as StockLevel;
        if (reserved === 0 || Date.now() > until) return { available, reserved, sold };
      }
    },
    async retire(...skus) {
      for (const sku of skus) await operator('inventory-svc', `/products/${sku}`, { method: 'DELETE', expect: [200] });
    },
    timelineOf: ({ orderId }) =>
      orderId === undefined ? 'none, for it was turned away before there was an order' : `${consoleUrl}/orders/${orderId}`,
    consoleUrl,
  };
}

type NewProduct = { name: string; stock: number; currency: string };

async function createProduct(operator: ShopClient, orders: MicroshopClient, { name, stock, currency }: NewProduct): Promise<string> {
  const sku = `DEMO-${randomBytes(4).toString('hex').toUpperCase()}`;
  await operator('inventory-svc', '/products', { body: { sku, name, unitPrice: 1000, currency }, expect: [201] });
  await operator('inventory-svc', `/products/${sku}/stock`, { body: { change: stock, reason: 'For a demonstration' }, expect: [200] });
  for (const until = Date.now() + REST_MS; !(await isKnown(orders, sku)); await sleep(POLL_MS))
    if (Date.now() > until) throw new ToolFailure(`order-svc has not heard of ${sku} for ${REST_MS / 1000} s: look at its /readyz.`);
  return sku;
}

/** Asks with an order that can not be made: it redeems more points than it costs. */
async function isKnown(orders: MicroshopClient, sku: string): Promise<boolean> {
  const impossible = { customer: { customerId: CUSTOMER }, items: [{ sku, quantity: 1 }], redeemPoints: 1_000_000_000 };
  const refusal = await orders.checkOut(impossible, { idempotencyKey: newIdempotencyKey() }).catch((error: unknown) => error);
  return refusal instanceof ProblemError && refusal.code === 'points_exceed_total';
}

async function outcomeOf(orders: MicroshopClient, request: CheckoutRequest): Promise<Outcome> {
  const startedAt = performance.now();
  const ended = (orderId: string | undefined, status: string, code?: string) => ({
    orderId,
    status,
    code,
    ms: performance.now() - startedAt,
  });
  try {
    let order = await orders.checkOut(request, { idempotencyKey: newIdempotencyKey(), waitSeconds: 25, attempts: 100 });
    if (order.status === 'pending') for await (const state of orders.followOrder(order.orderId)) order = state;
    return ended(order.orderId, order.status, order.rejection?.code);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const { orderId } = error.problem;
    if (typeof orderId === 'string') return ended(orderId, 'rejected', error.code);
    if (error.code === 'out_of_stock') return ended(undefined, 'rejected', error.code);
    throw error;
  }
}
