import { randomUUID } from 'node:crypto';
import type { TestStack } from '@microshop/local/test-stack';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { expectGreenAudit } from '../support/audit.ts';
import { startOwnStack } from '../support/own-stack.ts';
import { type Instance, type ProcessShop, startShopOfProcesses } from '../support/processes.ts';
import { type CheckoutBody, type Shop, WAIT } from '../support/shop.ts';

let stack: TestStack;
let running: ProcessShop;
let shop: Shop;
beforeAll(async () => {
  stack = await startOwnStack();
  running = await startShopOfProcesses({ stack, settings: { ORDER_TIMEOUT: '5s' } });
  shop = running.shops[0] as Shop;
});
afterEach(() => expectGreenAudit(stack));
afterAll(async () => {
  await running.stop();
  await stack.stop();
});

const bodyFor = (customerId: string, sku: string): CheckoutBody => ({
  customer: { customerId },
  items: [{ sku, quantity: 1 }],
  redeemPoints: 10,
});

describe('without the broker', () => {
  test('checkouts are accepted, readiness says what is away, and all orders flow when it is back', async () => {
    const [sku, customerId] = [await shop.productWith(100), await shop.customerWith(1000)];
    await stack.kafka.kill();

    const accepted = await Promise.all(Array.from({ length: 20 }, () => shop.checkout(bodyFor(customerId, sku), { prefer: 'wait=1' })));
    expect(accepted.map(({ status }) => status)).toEqual(accepted.map(() => 202));
    await vi.waitFor(async () => {
      const { status, body } = await shop.anyone.order('GET', '/readyz');
      expect({ status, body }).toMatchObject({
        status: 503,
        body: { status: 'degraded', checks: { mongodb: { ok: true }, kafka: { ok: false } } },
      });
    }, WAIT);
    await stack.kafka.restart();

    const settled = await Promise.all(accepted.map(({ body }) => shop.settled(body.orderId as string)));
    expect(settled.map(({ status }) => status)).toEqual(settled.map(() => 'confirmed'));
    await shop.ready();
  });

  test('a service that starts waits for it', async () => {
    const order = running.instances['order-svc'][0] as Instance;
    const [sku, customerId] = [await shop.productWith(100), await shop.customerWith(1000)];
    await stack.kafka.stop();
    await order.stop();
    order.start();
    await vi.waitFor(async () => expect((await shop.anyone.order('GET', '/livez')).status).toBe(200), WAIT);

    const { status, body } = await vi.waitFor(async () => {
      const answer = await shop.checkout(bodyFor(customerId, sku), { prefer: 'respond-async' });
      expect(answer.status).toBe(202);
      return answer;
    }, WAIT);
    expect(status).toBe(202);
    await stack.kafka.restart();

    expect((await shop.settled(body.orderId as string)).status).toBe('confirmed');
  });
});

describe('without the database', () => {
  test('requests are answered 503 with Retry-After within 2 seconds, nothing crashes, and the same key works when it is back', async () => {
    const [sku, customerId, key] = [await shop.productWith(100), await shop.customerWith(1000), randomUUID()];
    await stack.mongod.kill();

    const before = performance.now();
    const refused = await shop.checkout(bodyFor(customerId, sku), { key });
    expect(performance.now() - before).toBeLessThan(2000);
    expect(refused).toMatchObject({ status: 503, body: { code: 'database_unavailable' } });
    expect(refused.headers.get('retry-after')).toBe('1');
    expect((await shop.anyone.inventory('GET', `/products/${sku}`)).status).toBe(503);
    await stack.mongod.restart();

    const answer = await vi.waitFor(async () => {
      const again = await shop.checkout(bodyFor(customerId, sku), { key });
      expect(again.status).toBe(201);
      return again;
    }, WAIT);
    expect(answer.body.status).toBe('confirmed');
  });
});

describe('with a database that hangs', () => {
  const timed = async <R>(work: Promise<R>): Promise<{ ms: number; answer: R }> => {
    const before = performance.now();
    const answer = await work;
    return { ms: Math.round(performance.now() - before), answer };
  };

  test('reads and changes are answered 503 with Retry-After, many at once and one after another, and it all goes on at once', async () => {
    const [sku, customerId] = [await shop.productWith(100), await shop.customerWith(1000)];
    const keys = Array.from({ length: 40 }, () => randomUUID());
    const checkout = (key: string) => shop.checkout(bodyFor(customerId, sku), { key, prefer: 'respond-async' });
    await stack.mongod.pause();
    try {
      const requests = () => [
        ...keys.map(checkout),
        ...keys.map(() => shop.anyone.inventory('GET', `/products/${sku}`)),
        ...keys.map(() => shop.anyone.order('GET', `/orders/${randomUUID()}`)),
        shop.inventory('POST', `/products/${sku}/stock`, { body: { change: 1, reason: 'test' } }),
        shop.loyalty('POST', `/customers/${customerId}/points`, { body: { change: 1, reason: 'test' } }),
      ];
      for (const round of [1, 2, 3]) {
        const answers = await Promise.all(requests().map(timed));
        console.log(`hanging database, round ${round}: answered within ${Math.max(...answers.map(({ ms }) => ms))} ms`);
        for (const { answer } of answers) {
          expect(answer).toMatchObject({ status: 503, body: { code: expect.stringMatching(/^(database_unavailable|outcome_unknown)$/) } });
          expect(answer.headers.get('retry-after')).toBe('1');
        }
        // The bound is 2 s; the rest is for a machine that has other things to do.
        expect(Math.max(...answers.map(({ ms }) => ms))).toBeLessThan(4000);
      }
      const { body } = await shop.anyone.order('GET', '/readyz');
      expect(body).toMatchObject({ status: 'degraded', checks: { mongodb: { ok: false } } });
    } finally {
      await stack.mongod.resume();
    }
    const back = await timed(vi.waitFor(async () => expect((await checkout(keys[0] ?? '')).status).toBe(202), WAIT));
    console.log(`hanging database: orders are taken ${back.ms} ms after it goes on`);
    const orders = await Promise.all(keys.map(async (key) => (await checkout(key)).body.orderId as string));
    expect(new Set(orders).size).toBe(keys.length);
    expect(await Promise.all(orders.map(async (orderId) => (await shop.settled(orderId)).status))).toEqual(orders.map(() => 'confirmed'));
    await shop.levelBecomes(sku, { sold: keys.length });
  });
});

describe('without an answer', () => {
  test('an order is rejected as timed_out after ORDER_TIMEOUT, all is given back, and a late request takes nothing', async () => {
    const inventory = running.instances['inventory-svc'][0] as Instance;
    const [sku, customerId] = [await shop.productWith(100), await shop.customerWith(1000)];
    await inventory.stop();

    const { status, body } = await shop.checkout(bodyFor(customerId, sku), { prefer: 'wait=25' });
    expect({ status, body }).toMatchObject({ status: 409, body: { code: 'timed_out' } });
    await shop.balanceBecomes(customerId, 1000);
    inventory.start();
    await shop.ready();

    await shop.levelBecomes(sku, { available: 100, reserved: 0, sold: 0 });
  });
});
