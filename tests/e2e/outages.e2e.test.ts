import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { expectGreenAudit } from '../support/audit.ts';
import { type ShopInProcess, startInProcess, startShopInProcess } from '../support/in-process.ts';
import { expectProblem } from '../support/problem.ts';
import { type CheckoutBody, createShop, type Shop, WAIT } from '../support/shop.ts';

let shop: ShopInProcess;
beforeAll(async () => {
  shop = await startShopInProcess();
});
afterAll(async () => {
  await expectGreenAudit();
  await shop.stop();
});

const NO_BROKER = { KAFKA_BROKERS: '127.0.0.1:1', LOG_LEVEL: 'silent' };
const NO_DATABASE = { MONGODB_URL: 'mongodb://127.0.0.1:1/?directConnection=true', LOG_LEVEL: 'silent' };

async function cart(stock = 5) {
  const [sku, customerId] = await Promise.all([shop.productWith(stock), shop.customerWith(10)]);
  return { sku, customerId, body: { customer: { customerId }, items: [{ sku, quantity: 1 }] } };
}

/** The pending order of a checkout at a service that has only just been started: it answers 503 until it has its database. */
async function acceptedBy(client: Shop, body: CheckoutBody): Promise<Record<string, unknown>> {
  const key = randomUUID();
  return vi.waitFor(async () => {
    const answer = await client.checkout(body, { key, prefer: 'wait=1' });
    expect(answer).toMatchObject({ status: 202, body: { status: 'pending' } });
    return answer.body;
  }, WAIT);
}

describe('while loyalty-svc is away', () => {
  test('a checkout is 202 after its wait, and the order is confirmed when loyalty-svc is back', async () => {
    const { body, sku } = await cart();
    await shop.stopPart('loyalty');
    const started = performance.now();
    const [byDefault, short] = await Promise.all([
      shop.anyone.order('POST', '/checkout', { body, headers: { 'idempotency-key': randomUUID() } }),
      shop.checkout(body, { prefer: 'wait=1' }),
    ]);
    expect(performance.now() - started).toBeGreaterThan(1900);
    expect(performance.now() - started).toBeLessThan(10_000);
    for (const { status, headers, body: order } of [byDefault, short]) {
      expect({ status, order }).toMatchObject({ status: 202, order: { status: 'pending', version: 1 } });
      expect(headers.get('location')).toBe(`/orders/${order.orderId}`);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      expect(headers.get('vary')).toMatch(/prefer/i);
    }
    expect([byDefault, short].map(({ headers }) => headers.get('preference-applied'))).toEqual([null, 'wait=1']);

    await shop.startPart('loyalty');
    for (const { body: order } of [byDefault, short]) expect((await shop.settled(String(order.orderId))).status).toBe('confirmed');
    await shop.levelBecomes(sku, { available: 3, reserved: 0, sold: 2 });
  });

  test('a pending order can not be fulfilled, and can be cancelled: what is answered later takes nothing', async () => {
    const { body, sku, customerId } = await cart();
    await shop.ready();
    await shop.stopPart('loyalty');
    const { body: order } = await shop.checkout({ ...body, redeemPoints: 10 }, { prefer: 'respond-async' });
    await shop.levelBecomes(sku, { reserved: 1 });
    expectProblem(await shop.order('POST', `/orders/${order.orderId}/fulfil`), 409, 'order_not_fulfillable');
    expect(await shop.anyone.order('POST', `/orders/${order.orderId}/cancel`)).toMatchObject({
      status: 200,
      body: { status: 'cancelled', version: 2 },
    });
    await shop.levelBecomes(sku, { available: 5, reserved: 0, sold: 0 });
    await shop.startPart('loyalty');
    await shop.ready();
    // Later on the same key: what was asked before is answered before it.
    expect((await shop.checkout(body)).status).toBe(201);
    await shop.balanceBecomes(customerId, 20);
  });

  test('a stop of order-svc answers waiting calls 202, and the orders go on after its start', async () => {
    const { body, sku } = await cart();
    await shop.ready();
    await shop.stopPart('loyalty');
    const keys = [randomUUID(), randomUUID(), randomUUID()];
    const waiting = keys.map((key) => shop.checkout(body, { key, prefer: 'wait=25' }));
    await shop.levelBecomes(sku, { reserved: 3 });
    const stopped = shop.stopPart('order');
    const answers = await Promise.all(waiting);
    await stopped;
    expect(answers.map(({ status, body: { status: state } }) => [status, state])).toEqual(answers.map(() => [202, 'pending']));
    for (const { headers } of answers) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);

    await Promise.all([shop.startPart('order'), shop.startPart('loyalty')]);
    await shop.ready();
    const replays = await Promise.all(keys.map((key) => shop.checkout(body, { key })));
    expect(replays.map(({ status, body: { orderId } }) => [status, orderId])).toEqual(
      answers.map(({ body: { orderId } }) => [201, orderId]),
    );
    await shop.levelBecomes(sku, { available: 2, reserved: 0, sold: 3 });
  });
});

test('while inventory-svc is away orders wait for it, and none gets more than there is', async () => {
  const { body, sku } = await cart(2);
  await shop.stopPart('inventory');
  const placed = await Promise.all(Array.from({ length: 5 }, () => shop.checkout(body, { prefer: 'respond-async' })));
  await shop.startPart('inventory');
  const settled = await Promise.all(placed.map(({ body: { orderId } }) => shop.settled(String(orderId))));
  expect(settled.map(({ status }) => status).toSorted()).toEqual(['confirmed', 'confirmed', 'rejected', 'rejected', 'rejected']);
  await shop.levelBecomes(sku, { available: 0, reserved: 0, sold: 2 });
});

test('without a broker checkouts are accepted, readiness says so, and the orders flow when it is back', async () => {
  const { body } = await cart();
  await shop.ready();
  await shop.stopPart('order');
  await shop.startPart('order', NO_BROKER);
  const order = await acceptedBy(shop, body);
  expect(await shop.anyone.order('GET', '/readyz')).toMatchObject({
    status: 503,
    body: { status: 'degraded', checks: { kafka: { ok: false, detail: expect.stringMatching(/Kafka/) }, mongodb: { ok: true } } },
  });
  expect((await shop.anyone.order('GET', '/livez')).status).toBe(200);
  await shop.stopPart('order');
  await shop.startPart('order');
  expect((await shop.settled(String(order.orderId))).status).toBe('confirmed');
});

test('an instance that has lost the broker does not hold up one that has it', async () => {
  const { body } = await cart();
  await shop.ready();
  await shop.stopPart('order');
  const cutOff = await startInProcess.order(NO_BROKER);
  const client = createShop({ ...shop.urls, order: cutOff.url });
  try {
    const order = await acceptedBy(client, body);
    await shop.startPart('order');
    expect((await shop.settled(String(order.orderId))).status).toBe('confirmed');
  } finally {
    await cutOff.stop();
  }
});

describe('without a database', () => {
  test('every service stays alive, answers 503 with Retry-After, and readiness names MongoDB', async () => {
    const cutOff = await Promise.all([
      startInProcess.order(NO_DATABASE),
      startInProcess.inventory(NO_DATABASE),
      startInProcess.loyalty(NO_DATABASE),
    ]);
    const [order, inventory, loyalty] = cutOff.map(({ url }) => url);
    const away = createShop({ order: order ?? '', inventory: inventory ?? '', loyalty: loyalty ?? '' });
    try {
      const answers = await Promise.all([
        away.checkout({ customer: { customerId: 'ada' }, items: [{ sku: 'MUG', quantity: 1 }] }),
        away.order('GET', `/orders/${randomUUID()}`),
        away.order('GET', '/orders'),
        away.order('POST', `/orders/${randomUUID()}/cancel`),
        away.order('POST', '/discounts', { body: { code: 'AWAY', percent: 1 } }),
        away.inventory('GET', '/products'),
        away.inventory('POST', '/products/validate-stock', { body: { items: [{ sku: 'MUG', quantity: 1 }] } }),
        away.inventory('POST', '/products/MUG/stock', { body: { change: 1, reason: 'delivery' } }),
        away.loyalty('GET', '/customers'),
        away.loyalty('POST', '/customers', { body: { email: 'away@example.com', name: 'Ada' } }),
      ]);
      for (const answer of answers) {
        expectProblem(answer, 503, String(answer.body.code));
        expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
        expect(JSON.stringify(answer.body)).not.toMatch(/127\.0\.0\.1|ECONNREFUSED|stack/);
      }
      for (const part of ['order', 'inventory', 'loyalty'] as const) {
        expect((await away.anyone[part]('GET', '/livez')).status).toBe(200);
        expect(await away.anyone[part]('GET', '/readyz')).toMatchObject({
          status: 503,
          body: { status: 'degraded', checks: { mongodb: { ok: false, detail: expect.stringMatching(/MongoDB/) } } },
        });
      }
      // What is wrong with the request is told without asking the database.
      expectProblem(await away.checkout({ customer: {}, items: [] }), 400, 'invalid_request');
    } finally {
      await Promise.all(cutOff.map((service) => service.stop()));
    }
  });
});
