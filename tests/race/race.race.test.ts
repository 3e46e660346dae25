import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { expectGreenAudit } from '../support/audit.ts';
import { type ProcessShop, startShopOfProcesses } from '../support/processes.ts';
import type { Answer } from '../support/rest.ts';
import type { CheckoutBody, CheckoutOptions, Shop } from '../support/shop.ts';

describe.each([{ instances: 1 }, { instances: 2 }])('with $instances instance(s) of each service', ({ instances }) => {
  let running: ProcessShop;
  let shop: Shop;
  beforeAll(async () => {
    running = await startShopOfProcesses({ instances });
    shop = running.shops[0] as Shop;
  });
  afterEach(() => expectGreenAudit());
  afterAll(() => running.stop());

  /** All at once, spread over the instances; the answers by how they ended. */
  async function allAtOnce(count: number, request: (index: number) => [CheckoutBody, CheckoutOptions?]) {
    const answers = await Promise.all(
      Array.from({ length: count }, (_, index) => (running.shops[index % instances] as Shop).checkout(...request(index))),
    );
    const outcomes = await Promise.all(answers.map((answer) => outcomeOf(answer)));
    return { answers, confirmed: outcomes.filter((outcome) => outcome === 'confirmed').length, outcomes };
  }

  async function outcomeOf({ status, body }: Answer): Promise<unknown> {
    if (status === 202) return (await shop.settled(body.orderId as string)).status;
    return status === 201 ? 'confirmed' : body.code;
  }

  const bySku = (customerId: string, ...skus: string[]): CheckoutBody => ({
    customer: { customerId },
    items: skus.map((sku) => ({ sku, quantity: 1 })),
  });

  test('200 concurrent orders for 50 units confirm exactly 50', async () => {
    const [sku, customerId] = [await shop.productWith(50), await shop.customerWith(0)];

    const { confirmed, outcomes } = await allAtOnce(200, () => [bySku(customerId, sku)]);

    expect(confirmed).toBe(50);
    expect(outcomes.filter((outcome) => outcome === 'out_of_stock')).toHaveLength(150);
    await shop.levelBecomes(sku, { available: 0, reserved: 0, sold: 50 });
  });

  test('orders for two SKUs in opposite order sell each unit once and give back what a short second SKU held', async () => {
    const [a, b, customerId] = [await shop.productWith(50), await shop.productWith(50), await shop.customerWith(0)];

    const { confirmed } = await allAtOnce(200, (index) => [index % 2 === 0 ? bySku(customerId, a, b) : bySku(customerId, b, a)]);

    expect(confirmed).toBeLessThanOrEqual(50);
    expect(confirmed).toBeGreaterThan(0);
    await shop.levelBecomes(a, { available: 50 - confirmed, reserved: 0, sold: confirmed });
    await shop.levelBecomes(b, { available: 50 - confirmed, reserved: 0, sold: confirmed });
  });

  test('one idempotency key from 50 clients makes one order, and all but one answer say so', async () => {
    const [sku, customerId, key] = [await shop.productWith(50), await shop.customerWith(0), randomUUID()];

    const { answers } = await allAtOnce(50, () => [bySku(customerId, sku), { key }]);

    expect(new Set(answers.map(({ body }) => body.orderId)).size).toBe(1);
    expect(answers.filter(({ headers }) => headers.get('idempotent-replayed') === null)).toHaveLength(1);
    await shop.levelBecomes(sku, { available: 49, reserved: 0, sold: 1 });
  });

  test("one customer's points are spent once", async () => {
    const [sku, customerId] = [await shop.productWith(100, { unitPrice: 100 }), await shop.customerWith(1000)];

    const { confirmed, outcomes } = await allAtOnce(30, () => [{ ...bySku(customerId, sku), redeemPoints: 100 }]);

    expect(confirmed).toBe(10);
    expect(outcomes.filter((outcome) => outcome === 'insufficient_points')).toHaveLength(20);
    await shop.balanceBecomes(customerId, 0);
    await shop.levelBecomes(sku, { available: 90, reserved: 0, sold: 10 });
  });

  test("a discount's last use is taken once", async () => {
    const [sku, customerId, code] = [await shop.productWith(100), await shop.customerWith(0), `LAST-${randomUUID().slice(0, 8)}`];
    await shop.order('POST', '/discounts', { body: { code, percent: 10, maxUses: 1 } });

    const { confirmed, outcomes } = await allAtOnce(30, () => [{ ...bySku(customerId, sku), discountCode: code }]);

    expect(confirmed).toBe(1);
    expect(outcomes.filter((outcome) => outcome === 'discount_invalid')).toHaveLength(29);
    expect((await shop.order('GET', `/discounts/${code}`)).body.uses).toBe(1);
  });

  test('cancellations that race with the confirmation have one winner', async () => {
    const [sku, customerId] = [await shop.productWith(40), await shop.customerWith(0)];

    const placed = await Promise.all(Array.from({ length: 40 }, () => shop.checkout(bySku(customerId, sku), { prefer: 'respond-async' })));
    const cancelled = await Promise.all(
      placed.map(({ body }) => shop.anyone.order('POST', `/orders/${body.orderId}/cancel`, { body: {} })),
    );

    expect(cancelled.map(({ status }) => status)).toEqual(cancelled.map(() => 200));
    await shop.levelBecomes(sku, { available: 40, reserved: 0, sold: 0 });
  });

  test('holds and orders for the same units never promise one twice', async () => {
    const [sku, customerId] = [await shop.productWith(20), await shop.customerWith(0)];
    const hold = () =>
      shop.anyone.inventory('POST', '/products/validate-stock', { body: { items: [{ sku, quantity: 1 }], reserve: true } });

    const [holds, { confirmed }] = await Promise.all([
      Promise.all(Array.from({ length: 30 }, hold)),
      allAtOnce(30, () => [bySku(customerId, sku)]),
    ]);

    const held = holds.filter(({ body }) => body.ok === true);
    expect(held.length + confirmed).toBe(20);
    await Promise.all(
      held.map(({ body }) => shop.anyone.inventory('POST', '/products/rollback-stock', { body: { reservationId: body.reservationId } })),
    );
    await shop.levelBecomes(sku, { available: held.length, reserved: 0, sold: confirmed });
  });
});
