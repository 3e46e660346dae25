import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectGreenAudit } from '../support/audit.ts';
import { type ShopInProcess, startShopInProcess } from '../support/in-process.ts';
import { expectProblem } from '../support/problem.ts';
import type { Answer } from '../support/rest.ts';

let shop: ShopInProcess;
beforeAll(async () => {
  shop = await startShopInProcess();
});
afterAll(async () => {
  await expectGreenAudit();
  await shop.stop();
});

const isReplay = ({ headers }: Answer) => headers.get('idempotent-replayed') === 'true';
const ordersOf = async (customerId: string) => (await shop.order('GET', `/orders?customerId=${customerId}`)).body.data as unknown[];

async function cart({ stock = 5, points = 0, quantity = 1 } = {}) {
  const [sku, customerId] = await Promise.all([shop.productWith(stock), shop.customerWith(points)]);
  return { sku, customerId, key: randomUUID(), body: { customer: { customerId }, items: [{ sku, quantity }] } };
}

describe.concurrent('the same key and body', () => {
  test('twenty times at once make one order, and exactly one answer lacks Idempotent-Replayed', async () => {
    const { body, key, sku, customerId } = await cart({ stock: 30 });
    const answers = await Promise.all(Array.from({ length: 20 }, () => shop.checkout(body, { key })));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    expect(answers.filter((answer) => !isReplay(answer))).toHaveLength(1);
    expect(new Set(answers.map((answer) => JSON.stringify(answer.body))).size).toBe(1);
    expect(await ordersOf(customerId)).toHaveLength(1);
    await shop.levelBecomes(sku, { available: 29, reserved: 0, sold: 1 });
  });

  test('while the order is pending are 202, then 201', async () => {
    const { body, key } = await cart();
    const first = await shop.checkout(body, { key, prefer: 'respond-async' });
    expect([first.status, isReplay(first)]).toEqual([202, false]);
    await shop.settled(String(first.body.orderId));
    const again = await shop.checkout(body, { key, prefer: 'respond-async' });
    expect([again.status, isReplay(again), again.body.orderId]).toEqual([201, true, first.body.orderId]);
    expect(again.headers.get('location')).toBe(`/orders/${first.body.orderId}`);
  });

  test('of a rejected order are the same 409', async () => {
    const { body, key } = await cart({ stock: 1, quantity: 2 });
    const [first, again] = [await shop.checkout(body, { key }), await shop.checkout(body, { key })];
    expectProblem(first, 409, 'out_of_stock');
    expect([again.status, again.body]).toEqual([409, first.body]);
    expect([isReplay(first), isReplay(again)]).toEqual([false, true]);
  });

  test('of a rejected order stay rejected when the stock has come: the order is not tried anew', async () => {
    const { body, key, sku, customerId } = await cart({ stock: 0 });
    expectProblem(await shop.checkout(body, { key }), 409, 'out_of_stock');
    await shop.inventory('POST', `/products/${sku}/stock`, { body: { change: 1, reason: 'delivery' } });
    expectProblem(await shop.checkout(body, { key }), 409, 'out_of_stock');
    expect((await shop.checkout(body)).status).toBe(201);
    expect(await ordersOf(customerId)).toHaveLength(2);
  });

  test('of a cancelled and of a fulfilled order are 200 and the order as it is', async () => {
    const [one, other] = await Promise.all([cart(), cart()]);
    const [cancelled, fulfilled] = await Promise.all([shop.checkout(one.body, one), shop.checkout(other.body, other)]);
    await shop.anyone.order('POST', `/orders/${cancelled.body.orderId}/cancel`);
    await shop.order('POST', `/orders/${fulfilled.body.orderId}/fulfil`);
    const answers = await Promise.all([shop.checkout(one.body, one), shop.checkout(other.body, other)]);
    expect(answers).toMatchObject([
      { status: 200, body: { orderId: cancelled.body.orderId, status: 'cancelled' } },
      { status: 200, body: { orderId: fulfilled.body.orderId, status: 'fulfilled' } },
    ]);
    expect(answers.map(isReplay)).toEqual([true, true]);
  });

  test('keep the price of the order when the product has changed or is retired', async () => {
    const { body, key, sku } = await cart();
    const first = await shop.checkout(body, { key });
    await shop.inventory('DELETE', `/products/${sku}`);
    await shop.retired(sku);
    const again = await shop.checkout(body, { key });
    expect([again.status, again.body]).toEqual([201, first.body]);
  });
});

describe.concurrent('equal bodies', () => {
  test('are equal after summing and sorting items, in capitals of the code, and with no points', async () => {
    const [a, b, customerId] = await Promise.all([shop.productWith(9), shop.productWith(9), shop.customerWith(0)]);
    const code = `TEN-${randomUUID()}`;
    await shop.order('POST', '/discounts', { body: { code, percent: 10 } });
    const key = randomUUID();
    const items = (...list: [string, number][]) => list.map(([sku, quantity]) => ({ sku, quantity }));
    const customer = { customerId };
    const first = await shop.checkout({ customer, items: items([a, 3], [b, 1]), discountCode: code }, { key });
    const again = await Promise.all([
      shop.checkout({ customer, items: items([b, 1], [a, 3]), discountCode: code }, { key }),
      shop.checkout({ customer, items: items([a, 1], [b, 1], [a, 2]), discountCode: code }, { key }),
      shop.checkout({ redeemPoints: 0, discountCode: code.toLowerCase(), items: items([a, 3], [b, 1]), customer }, { key }),
    ]);
    expect(first.status).toBe(201);
    expect(again.map((answer) => [answer.status, answer.body, isReplay(answer)])).toEqual(again.map(() => [201, first.body, true]));
  });

  test.each<[string, (body: Record<string, unknown> & { items: { sku: string; quantity: number }[] }) => object]>([
    ['another quantity', ({ items: [item] }) => ({ items: [{ ...item, quantity: 2 }] })],
    ['points', () => ({ redeemPoints: 1 })],
    ['a discount code', () => ({ discountCode: 'OTHER' })],
    ['a reservation', () => ({ reservationId: randomUUID() })],
  ])('are not equal with %s: 422 idempotency_key_reused, and the order stays as it is', async (_, change) => {
    const { body, key, customerId, sku } = await cart({ points: 10 });
    const first = await shop.checkout(body, { key });
    expectProblem(await shop.checkout({ ...body, ...change(body) }, { key }), 422, 'idempotency_key_reused');
    expect(await ordersOf(customerId)).toEqual([first.body]);
    await shop.levelBecomes(sku, { available: 4, reserved: 0, sold: 1 });
  });

  test('of two kinds under one key at once make one order: the others are refused', async () => {
    const { body, key, customerId, sku } = await cart({ stock: 20 });
    const other = { ...body, items: [{ sku, quantity: 2 }] };
    const answers = await Promise.all(Array.from({ length: 10 }, (_, index) => shop.checkout(index % 2 ? body : other, { key })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([...Array(5).fill(201), ...Array(5).fill(422)]);
    expect(await ordersOf(customerId)).toHaveLength(1);
  });
});

describe.concurrent('a key', () => {
  test('is scoped by customer', async () => {
    const { body, key } = await cart();
    const [sku, customerId] = [body.items[0]?.sku ?? '', await shop.customerWith(0)];
    const answers = await Promise.all([
      shop.checkout(body, { key }),
      shop.checkout({ ...body, customer: { customerId } }, { key }),
      shop.checkout({ ...body, customer: { email: `${randomUUID()}@example.com`, name: 'A guest' } }, { key }),
    ]);
    expect(answers.map((answer) => [answer.status, isReplay(answer)])).toEqual(answers.map(() => [201, false]));
    expect(new Set(answers.map((answer) => answer.body.orderId)).size).toBe(3);
    await shop.levelBecomes(sku, { sold: 3 });
  });

  test('is the same with and without quotes, and may have 1 to 255 visible characters', async () => {
    for (const key of ['!', 'k"~{}'.padEnd(254, 'x'), 'k'.repeat(255)]) {
      const { body } = await cart();
      const first = await shop.checkout(body, { key });
      const quoted = await shop.checkout(body, { key: `"${key.replaceAll('"', '\\"')}"` });
      expect([first.status, isReplay(first)]).toEqual([201, false]);
      expect([quoted.status, isReplay(quoted), quoted.body.orderId]).toEqual([201, true, first.body.orderId]);
    }
  });

  test('is free after a 4xx that made no order', async () => {
    const { body, key, sku, customerId } = await cart({ points: 10 });
    expectProblem(await shop.checkout({ ...body, items: [] }, { key }), 400, 'invalid_request');
    expectProblem(await shop.checkout({ ...body, items: [{ sku: `NO-${randomUUID()}`, quantity: 1 }] }, { key }), 422, 'unknown_sku');
    expectProblem(await shop.checkout({ ...body, discountCode: `NO-${randomUUID()}` }, { key }), 422, 'discount_invalid');
    expectProblem(await shop.checkout({ ...body, redeemPoints: 5000 }, { key }), 422, 'points_exceed_total');
    const made = await shop.checkout(body, { key });
    expect([made.status, isReplay(made)]).toEqual([201, false]);
    expect(await ordersOf(customerId)).toHaveLength(1);
    await shop.levelBecomes(sku, { sold: 1 });
  });

  test('of a guest belongs to the e-mail address, however it is written', async () => {
    const { body, key } = await cart();
    const email = `${randomUUID()}@example.com`;
    const first = await shop.checkout({ ...body, customer: { email, name: 'Ada' } }, { key });
    const again = await shop.checkout({ ...body, customer: { email: email.toUpperCase(), name: 'Ada' } }, { key });
    expect([again.status, isReplay(again), again.body.orderId]).toEqual([201, true, first.body.orderId]);
  });
});
