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

type Line = { change: number; type: string; orderId?: string };

const cancel = (orderId: unknown, body?: unknown) =>
  shop.anyone.order('POST', `/orders/${orderId}/cancel`, body === undefined ? {} : { body });
const fulfil = (orderId: unknown) => shop.order('POST', `/orders/${orderId}/fulfil`);
const ledgerOf = async (customerId: string) =>
  ((await shop.loyalty('GET', `/customers/${customerId}/points/ledger`)).body.data as Line[]).map(({ type, change }) => [type, change]);

async function confirmed({
  stock = 3,
  points = 0,
  unitPrice = 1000,
  ...more
}: Record<string, unknown> & { stock?: number; points?: number; unitPrice?: number } = {}) {
  const [sku, customerId] = await Promise.all([shop.productWith(stock, { unitPrice }), shop.customerWith(points)]);
  const { status, body } = await shop.checkout({ customer: { customerId }, items: [{ sku, quantity: 1 }], ...more });
  expect(status).toBe(201);
  return { sku, customerId, orderId: String(body.orderId), order: body };
}

describe.concurrent('cancelling', () => {
  test('a confirmed order gives back its stock, points, earned points and discount use', async () => {
    const code = `ONCE-${randomUUID()}`;
    await shop.order('POST', '/discounts', { body: { code, amountOff: 100, maxUses: 1 } });
    const { sku, customerId, orderId, order } = await confirmed({ points: 300, discountCode: code, redeemPoints: 200 });
    expect(order).toMatchObject({ totalPrice: 700 });
    await shop.balanceBecomes(customerId, 107);
    await shop.levelBecomes(sku, { available: 2, sold: 1 });
    expect((await shop.order('GET', `/discounts/${code}`)).body.uses).toBe(1);

    const { status, body } = await cancel(orderId);

    expect({ status, body }).toEqual({
      status: 200,
      body: { ...order, status: 'cancelled', version: 3, updatedAt: expect.any(String) },
    });
    await shop.levelBecomes(sku, { available: 3, reserved: 0, sold: 0 });
    await shop.balanceBecomes(customerId, 300);
    expect((await ledgerOf(customerId)).toSorted()).toEqual(
      [
        ['adjusted', 300],
        ['deducted', -200],
        ['earned', 7],
        ['refunded', 200],
        ['taken_back', -7],
      ].toSorted(),
    );
    expect((await shop.order('GET', `/discounts/${code}`)).body.uses).toBe(0);
    const again = await shop.checkout({ customer: { customerId }, items: [{ sku, quantity: 1 }], discountCode: code });
    expect(again.status).toBe(201);
  });

  test('takes back earned points that are spent: the balance is zero, the rest is owed and comes from what is earned next', async () => {
    const { customerId, orderId } = await confirmed({ unitPrice: 10_000 });
    await shop.balanceBecomes(customerId, 100);
    const [cheap, dear] = await Promise.all([shop.productWith(1, { unitPrice: 90 }), shop.productWith(2, { unitPrice: 6000 })]);
    const buy = async (sku: string, redeemPoints = 0) =>
      expect((await shop.checkout({ customer: { customerId }, items: [{ sku, quantity: 1 }], redeemPoints })).status).toBe(201);
    await buy(cheap, 90);
    await shop.balanceBecomes(customerId, 10);

    await cancel(orderId);
    await shop.balanceBecomes(customerId, 0);
    const spendsNothing = await shop.checkout({ customer: { customerId }, items: [{ sku: dear, quantity: 1 }], redeemPoints: 1 });
    expectProblem(spendsNothing, 409, 'insufficient_points');
    await shop.levelBecomes(dear, { available: 2, reserved: 0 });
    await buy(dear);
    // 90 are owed, 60 are earned: 30 are still owed.
    await shop.levelBecomes(dear, { sold: 1 });
    await buy(dear);
    await shop.balanceBecomes(customerId, 30);
    expect(await ledgerOf(customerId)).toEqual([
      ['earned', 60],
      ['earned', 60],
      ['taken_back', -100],
      ['deducted', -90],
      ['earned', 100],
    ]);
  });

  test('repeated, one after the other or at once, is the same answer', async () => {
    const { sku, orderId } = await confirmed();
    const answers = await Promise.all(Array.from({ length: 6 }, () => cancel(orderId)));
    answers.push(await cancel(orderId));
    expect(answers.map(({ status, body }) => [status, body])).toEqual(answers.map(() => [200, answers[0]?.body]));
    await shop.levelBecomes(sku, { available: 3, reserved: 0, sold: 0 });
  });

  test.each<[string, unknown]>([
    ['no body', undefined],
    ['an empty object', {}],
    ['null', 'null'],
    ['an empty JSON body', ''],
  ])('takes %s', async (_, body) => {
    const { orderId } = await confirmed();
    expect(await cancel(orderId, body)).toMatchObject({ status: 200, body: { status: 'cancelled' } });
  });

  test('takes no other body', async () => {
    const { orderId } = await confirmed();
    const { errors } = expectProblem(await cancel(orderId, { reason: 'changed my mind' }), 400, 'invalid_request');
    expect(errors).toMatchObject([{ pointer: '/reason' }]);
    expect((await shop.anyone.order('GET', `/orders/${orderId}`)).body.status).toBe('confirmed');
  });

  test('right after the checkout has one winner against the confirmation, and nothing is kept', async () => {
    const code = `MANY-${randomUUID()}`;
    await shop.order('POST', '/discounts', { body: { code, percent: 10 } });
    const [first, second, customerId] = await Promise.all([shop.productWith(20), shop.productWith(20), shop.customerWith(1000)]);
    const items = [first, second].map((sku) => ({ sku, quantity: 1 }));
    const cancelAtOnce = async (_: unknown, index: number) => {
      const key = randomUUID();
      const body = { customer: { customerId }, items, discountCode: code, redeemPoints: 50 };
      const { body: pending } = await shop.checkout(body, { key, prefer: 'respond-async' });
      // The cancellations come earlier and later into the saga of their orders.
      for (let round = 0; round < index; round++) await shop.anyone.order('GET', `/orders/${pending.orderId}`);
      const [cancelled, waiting] = await Promise.all([cancel(pending.orderId), shop.checkout(body, { key })]);
      expect(cancelled).toMatchObject({ status: 200, body: { status: 'cancelled', version: expect.toBeOneOf([2, 3]) } });
      // The checkout that waits sees what won: 201 when the confirmation came first, else 200 and the cancelled order.
      expect([200, 201]).toContain(waiting.status);
      expect(waiting.body.status).toBe(waiting.status === 201 ? 'confirmed' : 'cancelled');
      return cancelled.body.orderId;
    };
    const orderIds = await Promise.all(Array.from({ length: 20 }, cancelAtOnce));
    for (const sku of [first, second]) await shop.levelBecomes(sku, { available: 20, reserved: 0, sold: 0 });
    await shop.balanceBecomes(customerId, 1000);
    expect((await shop.order('GET', `/discounts/${code}`)).body.uses).toBe(0);
    for (const orderId of orderIds) expect((await shop.anyone.order('GET', `/orders/${orderId}`)).body.status).toBe('cancelled');
  });

  test('a rejected or a fulfilled order is 409 and changes nothing', async () => {
    const [none, customerId] = await Promise.all([shop.productWith(0), shop.customerWith(0)]);
    const rejected = await shop.checkout({ customer: { customerId }, items: [{ sku: none, quantity: 1 }] });
    expectProblem(await cancel(rejected.body.orderId), 409, 'order_not_cancellable');
    const { sku, orderId } = await confirmed();
    expect((await fulfil(orderId)).status).toBe(200);
    expect(expectProblem(await cancel(orderId), 409, 'order_not_cancellable')).toMatchObject({ orderId, orderStatus: 'fulfilled' });
    await shop.levelBecomes(sku, { available: 2, sold: 1 });
  });

  test('an order whose product is retired meanwhile gives its stock back', async () => {
    const { sku, orderId } = await confirmed();
    await shop.inventory('DELETE', `/products/${sku}`);
    await shop.retired(sku);
    expect((await cancel(orderId)).body.status).toBe('cancelled');
    await shop.levelBecomes(sku, { available: 3, reserved: 0, sold: 0 });
  });
});

describe.concurrent('fulfilling', () => {
  test('a confirmed order ends it: repeated, the answer is the same', async () => {
    const { sku, orderId, order, customerId } = await confirmed();
    const first = await fulfil(orderId);
    expect(first).toMatchObject({ status: 200, body: { ...order, status: 'fulfilled', version: 3, updatedAt: expect.any(String) } });
    expect((await fulfil(orderId)).body).toEqual(first.body);
    await shop.levelBecomes(sku, { available: 2, reserved: 0, sold: 1 });
    await shop.balanceBecomes(customerId, 10);
  });

  test('a rejected or a cancelled order is 409', async () => {
    const [none, customerId] = await Promise.all([shop.productWith(0), shop.customerWith(0)]);
    const rejected = await shop.checkout({ customer: { customerId }, items: [{ sku: none, quantity: 1 }] });
    expectProblem(await fulfil(rejected.body.orderId), 409, 'order_not_fulfillable');
    const { orderId } = await confirmed();
    await cancel(orderId);
    expectProblem(await fulfil(orderId), 409, 'order_not_fulfillable');
  });

  test('at the same time as cancelling has one winner; the other is 409', async () => {
    await Promise.all(
      Array.from({ length: 5 }, async () => {
        const { orderId, sku } = await confirmed();
        const answers = await Promise.all([cancel(orderId), fulfil(orderId)]);
        expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
        const winner = answers.find(({ status }) => status === 200)?.body;
        expect((await shop.anyone.order('GET', `/orders/${orderId}`)).body).toEqual(winner);
        await shop.levelBecomes(sku, winner?.status === 'cancelled' ? { available: 3, sold: 0 } : { available: 2, sold: 1 });
      }),
    );
  });
});

test.each(['cancel', 'fulfil'])('to %s an order that is not there is 404, with no order id 400', async (verb) => {
  expectProblem(await shop.order('POST', `/orders/${randomUUID()}/${verb}`), 404, 'unknown_order');
  expectProblem(await shop.order('POST', `/orders/17/${verb}`), 400, 'invalid_request');
});
