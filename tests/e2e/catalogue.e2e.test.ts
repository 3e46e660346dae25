import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { expectGreenAudit } from '../support/audit.ts';
import { type ShopInProcess, startShopInProcess } from '../support/in-process.ts';
import { readAllPages } from '../support/pages.ts';
import { expectProblem } from '../support/problem.ts';
import { WAIT } from '../support/shop.ts';

let shop: ShopInProcess;
beforeAll(async () => {
  shop = await startShopInProcess();
});
afterAll(async () => {
  await expectGreenAudit();
  await shop.stop();
});

const newSku = () => `P-${randomUUID()}`;
const product = (sku: string, more: object = {}) => ({ sku, name: 'Mug', unitPrice: 1000, currency: 'EUR', ...more });
const create = (body: unknown) => shop.inventory('POST', '/products', { body });
const put = (sku: string, body: unknown, ifMatch?: string | null) =>
  shop.inventory('PUT', `/products/${sku}`, { body, headers: ifMatch ? { 'if-match': ifMatch } : {} });
const adjust = (sku: string, body: unknown, key?: string) =>
  shop.inventory('POST', `/products/${sku}/stock`, { body, headers: key === undefined ? {} : { 'idempotency-key': key } });

describe.concurrent('a product', () => {
  test('is created with an empty stock, and read by anyone', async () => {
    const sku = newSku();
    const { status, body, headers } = await create(product(sku));
    expect({ status, body, location: headers.get('location') }).toEqual({
      status: 201,
      body: { ...product(sku), active: true },
      location: `/products/${sku}`,
    });
    const read = await shop.anyone.inventory('GET', `/products/${sku}`);
    expect([read.status, read.body, read.headers.get('etag')]).toEqual([200, body, headers.get('etag')]);
    expect(await shop.levelOf(sku)).toEqual({ available: 0, reserved: 0, sold: 0 });
    expectProblem(await create(product(sku, { name: 'Another' })), 409, 'product_exists');
    expect((await shop.anyone.inventory('GET', `/products/${sku}`)).body.name).toBe('Mug');
  });

  test('may be created retired: it can be read, and not ordered', async () => {
    const sku = newSku();
    expect((await create(product(sku, { active: false }))).body.active).toBe(false);
    await shop.retired(sku);
  });

  test('is in the shop currency; another is 422', async () => {
    const sku = newSku();
    expectProblem(await create(product(sku, { currency: 'USD' })), 422, 'currency_mismatch');
    expectProblem(await shop.anyone.inventory('GET', `/products/${sku}`), 404, 'unknown_sku');
  });

  test('is replaced with the ETag that was read: without If-Match 428, with a stale one 412', async () => {
    const sku = newSku();
    const first = (await create(product(sku))).headers.get('etag');
    const { sku: _, ...changed } = product(sku, { name: 'Big mug', unitPrice: 1500, active: true });
    expectProblem(await put(sku, changed), 428, 'precondition_required');
    const replaced = await put(sku, changed, first);
    expect(replaced).toMatchObject({ status: 200, body: { sku, name: 'Big mug', unitPrice: 1500 } });
    const second = replaced.headers.get('etag');
    expect(second).not.toBe(first);
    expectProblem(await put(sku, { ...changed, unitPrice: 1 }, first), 412, 'precondition_failed');
    expectProblem(await put(sku, { ...changed, sku: newSku() }, second), 422, 'sku_mismatch');
    expectProblem(await put(sku, { ...changed, currency: 'USD' }, second), 422, 'currency_mismatch');
    expect((await shop.anyone.inventory('GET', `/products/${sku}`)).body).toEqual(replaced.body);
    expectProblem(await put(newSku(), changed, '*'), 404, 'unknown_sku');
  });

  test('that five replace at once from one reading is replaced by one of them', async () => {
    const sku = newSku();
    const etag = (await create(product(sku))).headers.get('etag');
    const answers = await Promise.all([1, 2, 3, 4, 5].map((unitPrice) => put(sku, product(sku, { unitPrice }), etag)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 412, 412, 412, 412]);
  });

  test('changes its price and name for new orders only', async () => {
    const [sku, customerId] = [await shop.productWith(9, { unitPrice: 1000, name: 'Old' }), await shop.customerWith(0)];
    const buy = () => shop.checkout({ customer: { customerId }, items: [{ sku, quantity: 1 }] });
    const before = await buy();
    expect(await put(sku, product(sku, { name: 'New', unitPrice: 1200 }), '*')).toMatchObject({ status: 200 });
    // As soon as order-svc knows the price of 1200, 1100 points are not too many any more.
    await vi.waitFor(async () => {
      const answer = await shop.checkout({ customer: { customerId }, items: [{ sku, quantity: 1 }], redeemPoints: 1100 });
      expect(answer.body.code).toBe('insufficient_points');
    }, WAIT);
    expect(await buy()).toMatchObject({ status: 201, body: { items: [{ name: 'New', unitPrice: 1200 }], totalPrice: 1200 } });
    const { body } = await shop.anyone.order('GET', `/orders/${before.body.orderId}`);
    expect(body).toMatchObject({ items: [{ name: 'Old', unitPrice: 1000 }], totalPrice: 1000 });
  });

  test('that is retired stays readable, can not be ordered, and its orders can be cancelled', async () => {
    const [sku, customerId] = [await shop.productWith(3), await shop.customerWith(0)];
    const order = await shop.checkout({ customer: { customerId }, items: [{ sku, quantity: 1 }] });
    for (let i = 0; i < 2; i++) expect((await shop.inventory('DELETE', `/products/${sku}`)).body).toMatchObject({ sku, active: false });
    await shop.retired(sku);
    const { errors } = expectProblem(await shop.checkout({ customer: { customerId }, items: [{ sku, quantity: 1 }] }), 422, 'unknown_sku');
    expect(errors).toMatchObject([{ sku }]);
    expect((await shop.anyone.inventory('GET', `/products/${sku}`)).body.active).toBe(false);
    expect((await shop.anyone.order('POST', `/orders/${order.body.orderId}/cancel`)).body.status).toBe('cancelled');
    await shop.levelBecomes(sku, { available: 3, reserved: 0, sold: 0 });

    expect((await put(sku, product(sku), '*')).body.active).toBe(true);
    await shop.catalogued(sku);
    expect((await shop.checkout({ customer: { customerId }, items: [{ sku, quantity: 1 }] })).status).toBe(201);
  });

  test.each(['A', '0', 'a.b-c_D', 'x'.repeat(64)])('may have the SKU %s', async (sku) => {
    expect((await create(product(sku))).status).toBe(201);
    expect((await shop.anyone.inventory('GET', `/products/${sku}`)).body.sku).toBe(sku);
  });

  test('is listed, the newest first, page by page', async () => {
    const skus = [newSku(), newSku(), newSku()];
    for (const sku of skus) await create(product(sku));
    const listed = (await readAllPages<{ sku: string }>(shop.anyone.inventory, '/products', 3)).map(({ sku }) => sku);
    expect(new Set(listed).size).toBe(listed.length);
    expect(listed.filter((sku) => skus.includes(sku))).toEqual(skus.toReversed());
  });
});

describe.concurrent('the stock of a product', () => {
  test('is changed up and down by operators, and never below zero', async () => {
    const sku = newSku();
    await create(product(sku));
    expect(await adjust(sku, { change: 10, reason: 'delivery' })).toMatchObject({
      status: 200,
      body: { sku, available: 10, reserved: 0, sold: 0 },
    });
    expect((await adjust(sku, { change: -4, reason: 'broken' })).body).toEqual({ sku, available: 6, reserved: 0, sold: 0 });
    expect(expectProblem(await adjust(sku, { change: -7, reason: 'stolen' }), 409, 'stock_below_zero')).toMatchObject({ available: 6 });
    expect(await shop.levelOf(sku)).toEqual({ available: 6, reserved: 0, sold: 0 });
    expectProblem(await adjust(newSku(), { change: 1, reason: 'delivery' }), 404, 'unknown_sku');
  });

  test('changes by at most a thousand million at once', async () => {
    const sku = newSku();
    await create(product(sku));
    expect((await adjust(sku, { change: 1_000_000_000, reason: 'a lot' })).body.available).toBe(1_000_000_000);
    expectProblem(await adjust(sku, { change: 1_000_000_001, reason: 'too much' }), 400, 'invalid_request');
    expect((await adjust(sku, { change: -1_000_000_000, reason: 'all of it' })).body.available).toBe(0);
  });

  test('changes once for an Idempotency-Key, at once or later; the key for another change is 422', async () => {
    const [sku, other, key] = [newSku(), newSku(), randomUUID()];
    await Promise.all([create(product(sku)), create(product(other))]);
    const change = { change: 5, reason: 'delivery' };
    const answers = await Promise.all(Array.from({ length: 8 }, () => adjust(sku, change, key)));
    expect(answers.map(({ status, body }) => [status, body.available])).toEqual(answers.map(() => [200, 5]));
    expect(answers.filter(({ headers }) => headers.get('idempotent-replayed') === null)).toHaveLength(1);
    await adjust(sku, { change: 2, reason: 'delivery' });
    const later = await adjust(sku, change, `"${key}"`);
    expect([later.body.available, later.headers.get('idempotent-replayed')]).toEqual([7, 'true']);
    expectProblem(await adjust(sku, { change: 6, reason: 'delivery' }, key), 422, 'idempotency_key_reused');
    expect((await adjust(other, change, key)).headers.get('idempotent-replayed')).toBeNull();
    expect((await shop.inventory('GET', `/products/${sku}/movements`)).body.data).toHaveLength(2);
  });

  test('is free for a key whose change was refused', async () => {
    const [sku, key] = [newSku(), randomUUID()];
    await create(product(sku));
    expectProblem(await adjust(sku, { change: -1, reason: 'broken' }, key), 409, 'stock_below_zero');
    await adjust(sku, { change: 3, reason: 'delivery' });
    expect((await adjust(sku, { change: -1, reason: 'broken' }, key)).body.available).toBe(2);
  });

  test('is what its movements amount to, newest first, each with its order', async () => {
    const [sku, customerId] = [await shop.productWith(5), await shop.customerWith(0)];
    const { body: order } = await shop.checkout({ customer: { customerId }, items: [{ sku, quantity: 2 }] });
    await shop.levelBecomes(sku, { sold: 2 });
    await shop.anyone.order('POST', `/orders/${order.orderId}/cancel`);
    await shop.levelBecomes(sku, { available: 5, sold: 0 });
    await adjust(sku, { change: -1, reason: 'broken' });
    type Movement = Record<string, unknown> & { type: string; change: number; movementId: string; at: string };
    const movements = await readAllPages<Movement>(shop.inventory, `/products/${sku}/movements`, 2);
    const { orderId } = order;
    const common = { sku, movementId: expect.any(String), at: expect.any(String) };
    expect(movements).toEqual([
      { ...common, type: 'adjusted', change: -1, reason: 'broken' },
      { ...common, type: 'returned', change: 2, reason: expect.any(String), orderId },
      { ...common, type: 'sold', change: -2, reason: expect.any(String), orderId },
      { ...common, type: 'reserved', change: -2, reason: expect.any(String), orderId },
      { ...common, type: 'received', change: 5, reason: 'test' },
    ]);
    expect(new Set(movements.map(({ movementId }) => movementId)).size).toBe(5);
    expect(movements.map(({ at }) => at)).toEqual(
      movements
        .map(({ at }) => at)
        .toSorted()
        .toReversed(),
    );
  });

  test.each(['', '/stock', '/movements'])('GET /products/:sku%s of a product that is not there is 404', async (path) => {
    expectProblem(await shop.inventory('GET', `/products/${newSku()}${path}`), 404, 'unknown_sku');
  });
});
