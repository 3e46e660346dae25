import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectGreenAudit } from '../support/audit.ts';
import { type ShopInProcess, startShopInProcess } from '../support/in-process.ts';
import { expectProblem } from '../support/problem.ts';

let shop: ShopInProcess;
beforeAll(async () => {
  shop = await startShopInProcess();
});
afterAll(async () => {
  await expectGreenAudit();
  await shop.stop();
});

type Movement = { type: string; change: number; orderId?: string };

const movementsOf = async (sku: string) => (await shop.inventory('GET', `/products/${sku}/movements`)).body.data as Movement[];
const ledgerOf = async (customerId: string) =>
  (await shop.loyalty('GET', `/customers/${customerId}/points/ledger`)).body.data as Movement[];
const ofOrder = (orderId: unknown, rows: Movement[]) =>
  rows.filter((row) => row.orderId === orderId).map(({ type, change }) => [type, change]);

/** A cart of a SKU that there is plenty of and another thing; with the code taken, points redeemed. */
async function cart({ stockOfSecond = 10, points = 500, blocked = false, maxUses = 1 } = {}) {
  const code = `CODE-${randomUUID()}`;
  await shop.order('POST', '/discounts', { body: { code, percent: 10, maxUses } });
  const [first, second, customerId] = await Promise.all([
    shop.productWith(10),
    shop.productWith(stockOfSecond),
    shop.customerWith(points, { blocked }),
  ]);
  const items = [
    { sku: first, quantity: 2 },
    { sku: second, quantity: 1 },
  ];
  return { first, second, customerId, code, body: { customer: { customerId }, items, discountCode: code, redeemPoints: 100 } };
}

describe.concurrent('of an order that is rejected nothing is kept:', () => {
  test('a short second SKU releases the first, gives the points and the discount use back', async () => {
    const { first, second, customerId, code, body } = await cart({ stockOfSecond: 0 });
    const { orderId } = expectProblem(await shop.checkout(body), 409, 'out_of_stock');
    await shop.levelBecomes(first, { available: 10, reserved: 0, sold: 0 });
    await shop.balanceBecomes(customerId, 500);
    expect(ofOrder(orderId, await movementsOf(first))).toEqual([
      ['released', 2],
      ['reserved', -2],
    ]);
    expect(ofOrder(orderId, await movementsOf(second))).toEqual([]);
    expect(ofOrder(orderId, await ledgerOf(customerId))).toEqual([
      ['refunded', 100],
      ['deducted', -100],
    ]);
    expect((await shop.order('GET', `/discounts/${code}`)).body.uses).toBe(0);
    await shop.inventory('POST', `/products/${second}/stock`, { body: { change: 1, reason: 'delivery' } });
    expect((await shop.checkout(body)).status).toBe(201);
  });

  test('too few points release the stock of every SKU', async () => {
    const { first, second, customerId, code, body } = await cart({ points: 99 });
    const { orderId } = expectProblem(await shop.checkout(body), 409, 'insufficient_points');
    await shop.levelBecomes(first, { available: 10, reserved: 0, sold: 0 });
    await shop.levelBecomes(second, { available: 10, reserved: 0, sold: 0 });
    expect(ofOrder(orderId, await movementsOf(second))).toEqual([
      ['released', 1],
      ['reserved', -1],
    ]);
    expect(await shop.balanceOf(customerId)).toBe(99);
    expect((await shop.order('GET', `/discounts/${code}`)).body.uses).toBe(0);
  });

  test('a blocked customer releases the stock', async () => {
    const { first, second, customerId, code, body } = await cart({ blocked: true });
    expectProblem(await shop.checkout(body), 409, 'customer_rejected');
    for (const sku of [first, second]) await shop.levelBecomes(sku, { available: 10, reserved: 0, sold: 0 });
    expect(await shop.balanceOf(customerId)).toBe(500);
    expect((await shop.order('GET', `/discounts/${code}`)).body.uses).toBe(0);
  });

  test('a customer that nobody knows releases the stock', async () => {
    const { first, second, body } = await cart();
    expectProblem(await shop.checkout({ ...body, customer: { customerId: `no-${randomUUID()}` } }), 409, 'customer_rejected');
    for (const sku of [first, second]) await shop.levelBecomes(sku, { available: 10, reserved: 0, sold: 0 });
  });

  test('an invalid discount reserves nothing: there is no order and nothing has moved', async () => {
    const { first, second, customerId, body } = await cart();
    expectProblem(await shop.checkout({ ...body, discountCode: `NO-${randomUUID()}` }), 422, 'discount_invalid');
    // What comes later on the same keys is handled, so anything of the refused one would have been, too.
    const { body: order } = await shop.checkout(body);
    await shop.levelBecomes(first, { available: 8, reserved: 0, sold: 2 });
    for (const sku of [first, second])
      expect((await movementsOf(sku)).every((row) => [undefined, order.orderId].includes(row.orderId))).toBe(true);
    expect((await ledgerOf(customerId)).every((row) => [undefined, order.orderId].includes(row.orderId))).toBe(true);
  });

  test('an order that is blocked out by many others takes nothing from them', async () => {
    const [hot, other, customerId] = await Promise.all([shop.productWith(5), shop.productWith(100), shop.customerWith(0)]);
    const checkout = () =>
      shop.checkout({
        customer: { customerId },
        items: [
          { sku: hot, quantity: 1 },
          { sku: other, quantity: 2 },
        ],
      });
    const answers = await Promise.all(Array.from({ length: 25 }, checkout));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(5);
    for (const answer of answers.filter(({ status }) => status !== 201)) expectProblem(answer, 409, 'out_of_stock');
    await shop.levelBecomes(hot, { available: 0, reserved: 0, sold: 5 });
    await shop.levelBecomes(other, { available: 90, reserved: 0, sold: 10 });
    await shop.balanceBecomes(customerId, 5 * 30);
  });
});

describe.concurrent('of an order that is cancelled while it is pending nothing is kept', () => {
  test('whatever was answered before or after', async () => {
    const { first, second, customerId, code, body } = await cart({ maxUses: 10 });
    const cancelled = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const { body: pending } = await shop.checkout(body, { prefer: 'respond-async' });
        return (await shop.anyone.order('POST', `/orders/${pending.orderId}/cancel`)).body;
      }),
    );
    expect(cancelled.map(({ status }) => status)).toEqual(cancelled.map(() => 'cancelled'));
    for (const sku of [first, second]) await shop.levelBecomes(sku, { available: 10, reserved: 0, sold: 0 });
    await shop.balanceBecomes(customerId, 500);
    expect((await shop.order('GET', `/discounts/${code}`)).body.uses).toBe(0);
  });
});
