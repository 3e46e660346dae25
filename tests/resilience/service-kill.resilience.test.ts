import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as moment } from 'node:timers/promises';
import type { ServiceName } from '@microshop/contracts';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { expectGreenAudit } from '../support/audit.ts';
import { type Instance, type ProcessShop, startShopOfProcesses } from '../support/processes.ts';
import { type CheckoutBody, type Shop, WAIT } from '../support/shop.ts';

const ROUNDS = 6;
const ORDERS = 15;
/** An order takes about 30 ms alone and 150 ms in such a crowd: a kill in this time hits it at any of its steps. */
const KILL_WITHIN_MS = 200;

let running: ProcessShop;
let shop: Shop;
beforeAll(async () => {
  running = await startShopOfProcesses();
  shop = running.shops[0] as Shop;
});
afterEach(() => expectGreenAudit());
afterAll(() => running.stop());

describe.each<ServiceName>(['order-svc', 'inventory-svc', 'loyalty-svc'])('%s killed (SIGKILL) while orders are under way', (service) => {
  test('loses no accepted order, ends every one, and takes nothing twice', async () => {
    const victim = running.instances[service][0] as Instance;
    const [a, b, customerId] = [await shop.productWith(40), await shop.productWith(1000), await shop.customerWith(500)];
    const body: CheckoutBody = {
      customer: { customerId },
      items: [
        { sku: a, quantity: 1 },
        { sku: b, quantity: 2 },
      ],
      redeemPoints: 10,
    };
    const orderIds = new Map<string, string>();

    for (let round = 0; round < ROUNDS; round++) {
      const keys = Array.from({ length: ORDERS }, () => randomUUID());
      const answers = Promise.allSettled(keys.map((key) => shop.checkout(body, { key, prefer: 'wait=1' })));
      const killAfterMs = randomInt(KILL_WITHIN_MS);
      await moment(killAfterMs);
      await victim.kill();
      for (const [index, answer] of (await answers).entries())
        if (answer.status === 'fulfilled' && answer.value.body.orderId)
          orderIds.set(keys[index] ?? '', answer.value.body.orderId as string);
      victim.start();
      // Whoever got no answer asks again with the same key, until there is one.
      for (const key of keys) {
        const { body: answered } = await vi.waitFor(async () => {
          const answer = await shop.checkout(body, { key, prefer: 'respond-async' });
          expect([201, 202, 409], `killed after ${killAfterMs} ms: ${JSON.stringify(answer.body)}`).toContain(answer.status);
          return answer;
        }, WAIT);
        const known = orderIds.get(key);
        if (known) expect(answered.orderId).toBe(known);
        orderIds.set(key, answered.orderId as string);
      }
    }

    const settled = await Promise.all([...orderIds.values()].map((orderId) => shop.settled(orderId)));
    const confirmed = settled.filter(({ status }) => status === 'confirmed').length;
    expect(settled).toHaveLength(ROUNDS * ORDERS);
    expect(confirmed).toBe(40);
    await shop.levelBecomes(a, { available: 0, reserved: 0, sold: 40 });
    await shop.levelBecomes(b, { available: 1000 - 80, reserved: 0, sold: 80 });
    await vi.waitFor(async () => expect(await shop.balanceOf(customerId)).toBe(500 - 400 + earnedBy(settled)), WAIT);
  });
});

/** One point for each 100 spent, order by order. */
const earnedBy = (orders: Record<string, unknown>[]): number =>
  orders.filter(({ status }) => status === 'confirmed').reduce((sum, { totalPrice }) => sum + Math.floor((totalPrice as number) / 100), 0);
