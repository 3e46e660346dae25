import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectGreenAudit } from '../support/audit.ts';
import { type ShopInProcess, startShopInProcess } from '../support/in-process.ts';
import { readAllPages } from '../support/pages.ts';
import { expectProblem } from '../support/problem.ts';

let shop: ShopInProcess;
beforeAll(async () => {
  shop = await startShopInProcess();
});
afterAll(async () => {
  await expectGreenAudit();
  await shop.stop();
});

const newEmail = () => `${randomUUID()}@example.com`;
const create = (body: unknown) => shop.loyalty('POST', '/customers', { body });
const change = (customerId: unknown, body: unknown) => shop.loyalty('PATCH', `/customers/${customerId}`, { body });
const read = (customerId: unknown) => shop.loyalty('GET', `/customers/${customerId}`);
const adjust = (customerId: string, body: unknown, key?: string) =>
  shop.loyalty('POST', `/customers/${customerId}/points`, { body, headers: key === undefined ? {} : { 'idempotency-key': key } });

describe.concurrent('a customer', () => {
  test('is registered under an id of the shop or of their own, and read', async () => {
    const email = newEmail();
    const made = await create({ email, name: 'Ada' });
    expect({ status: made.status, body: made.body }).toEqual({
      status: 201,
      body: { customerId: expect.any(String), email, name: 'Ada', blocked: false },
    });
    expect(made.headers.get('location')).toBe(`/customers/${made.body.customerId}`);
    expect((await read(made.body.customerId)).body).toEqual(made.body);
    const customerId = `own.${randomUUID()}`;
    expect(await create({ customerId, email: newEmail(), name: 'Bob' })).toMatchObject({ status: 201, body: { customerId } });
    expect((await shop.loyalty('GET', `/customers/${customerId}/points`)).body).toEqual({ balance: 0 });
  });

  test('is there once: the id is 409 customer_exists, the e-mail address, however written, 409 email_taken', async () => {
    const [customerId, email] = [randomUUID(), newEmail()];
    const answers = await Promise.all(Array.from({ length: 5 }, () => create({ customerId, email, name: 'Ada' })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409, 409]);
    expectProblem(await create({ customerId, email: newEmail(), name: 'Bob' }), 409, 'customer_exists');
    expectProblem(await create({ email: email.toUpperCase(), name: 'Bob' }), 409, 'email_taken');
    expect((await shop.loyalty('GET', `/customers?email=${email}`)).body.data).toHaveLength(1);
  });

  test('is found by the e-mail address, however it is written', async () => {
    const email = newEmail();
    const { body } = await create({ email: email.toUpperCase(), name: 'Ada' });
    expect(body.email).toBe(email);
    for (const asked of [email, email.toUpperCase()])
      expect((await shop.loyalty('GET', `/customers?email=${asked}`)).body).toEqual({ data: [body], nextCursor: null });
    expect((await shop.loyalty('GET', `/customers?email=${newEmail()}`)).body).toEqual({ data: [], nextCursor: null });
  });

  test('is listed, the newest first, page by page', async () => {
    const ids: unknown[] = [];
    for (let i = 0; i < 3; i++) ids.push((await create({ email: newEmail(), name: 'Ada' })).body.customerId);
    const listed = (await readAllPages<{ customerId: string }>(shop.loyalty, '/customers', 2)).map(({ customerId }) => customerId);
    expect(new Set(listed).size).toBe(listed.length);
    expect(listed.filter((customerId) => ids.includes(customerId))).toEqual(ids.toReversed());
  });

  test('changes name and e-mail address; the former address is free again, one that is taken is 409', async () => {
    const [former, email] = [newEmail(), newEmail()];
    const { body } = await create({ email: former, name: 'Ada' });
    expect(await change(body.customerId, { name: 'Ada L.', email })).toMatchObject({
      status: 200,
      body: { ...body, name: 'Ada L.', email },
    });
    const other = await create({ email: former, name: 'Bob' });
    expect(other.status).toBe(201);
    expectProblem(await change(other.body.customerId, { email }), 409, 'email_taken');
    expect((await read(other.body.customerId)).body.email).toBe(former);
  });

  test('who is blocked can not order until unblocked', async () => {
    const [sku, customerId] = await Promise.all([shop.productWith(2), shop.customerWith(0)]);
    const buy = () => shop.checkout({ customer: { customerId }, items: [{ sku, quantity: 1 }] });
    expect((await change(customerId, { blocked: true })).body.blocked).toBe(true);
    expectProblem(await buy(), 409, 'customer_rejected');
    expect((await change(customerId, { blocked: false })).body.blocked).toBe(false);
    expect((await buy()).status).toBe(201);
  });

  test('who is blocked after an order keeps it, and cancelling it gives the points back', async () => {
    const [sku, customerId] = await Promise.all([shop.productWith(1), shop.customerWith(100)]);
    const { body } = await shop.checkout({ customer: { customerId }, items: [{ sku, quantity: 1 }], redeemPoints: 100 });
    await change(customerId, { blocked: true });
    expect((await shop.anyone.order('POST', `/orders/${body.orderId}/cancel`)).status).toBe(200);
    await shop.balanceBecomes(customerId, 100);
  });

  test('who is not there is 404', async () => {
    const path = `/customers/${randomUUID()}`;
    for (const answer of [
      await shop.loyalty('GET', path),
      await shop.loyalty('PATCH', path, { body: { name: 'Ada' } }),
      await shop.loyalty('GET', `${path}/points`),
      await shop.loyalty('GET', `${path}/points/ledger`),
      await shop.loyalty('POST', `${path}/points`, { body: { change: 1, reason: 'gift' } }),
    ])
      expectProblem(answer, 404, 'unknown_customer');
  });
});

describe.concurrent('points', () => {
  test('are given and taken by operators, and never below zero', async () => {
    const customerId = await shop.customerWith(0);
    expect(await adjust(customerId, { change: 50, reason: 'gift' })).toMatchObject({ status: 200, body: { balance: 50 } });
    expect((await adjust(customerId, { change: -20, reason: 'mistake' })).body).toEqual({ balance: 30 });
    expect(expectProblem(await adjust(customerId, { change: -31, reason: 'mistake' }), 409, 'points_below_zero')).toMatchObject({
      balance: 30,
    });
    expect(await shop.balanceOf(customerId)).toBe(30);
  });

  test('are given once for an Idempotency-Key; the key for another change is 422, for another customer it is free', async () => {
    const [customerId, other] = await Promise.all([shop.customerWith(0), shop.customerWith(0)]);
    const [key, gift] = [randomUUID(), { change: 5, reason: 'gift' }];
    const answers = await Promise.all(Array.from({ length: 8 }, () => adjust(customerId, gift, key)));
    expect(answers.map(({ status, body }) => [status, body.balance])).toEqual(answers.map(() => [200, 5]));
    expect(answers.filter(({ headers }) => headers.get('idempotent-replayed') === null)).toHaveLength(1);
    expectProblem(await adjust(customerId, { change: 6, reason: 'gift' }, key), 422, 'idempotency_key_reused');
    expect((await adjust(other, gift, key)).headers.get('idempotent-replayed')).toBeNull();
  });

  test('are never spent twice: ten orders at once that redeem all of them confirm one', async () => {
    const [sku, customerId] = await Promise.all([shop.productWith(10, { unitPrice: 50 }), shop.customerWith(50)]);
    const buy = () => shop.checkout({ customer: { customerId }, items: [{ sku, quantity: 1 }], redeemPoints: 50 });
    const answers = await Promise.all(Array.from({ length: 10 }, buy));
    expect(answers.map(({ status, body }) => body.code ?? status).toSorted()).toEqual([201, ...Array(9).fill('insufficient_points')]);
    await shop.levelBecomes(sku, { available: 9, reserved: 0, sold: 1 });
    expect(await shop.balanceOf(customerId)).toBe(0);
  });

  test('have a ledger that the balance is the sum of, newest first, each row of an order with its order', async () => {
    const [sku, customerId] = await Promise.all([shop.productWith(1, { unitPrice: 1100 }), shop.customerWith(100)]);
    const { body: order } = await shop.checkout({ customer: { customerId }, items: [{ sku, quantity: 1 }], redeemPoints: 100 });
    await shop.balanceBecomes(customerId, 10);
    await shop.anyone.order('POST', `/orders/${order.orderId}/cancel`);
    await shop.balanceBecomes(customerId, 100);
    const rows = await readAllPages<{ type: string; change: number }>(shop.loyalty, `/customers/${customerId}/points/ledger`, 2);
    const { orderId } = order;
    const row = (type: string, amount: number, more: object = { orderId }) => ({
      movementId: expect.any(String),
      customerId,
      type,
      change: amount,
      reason: expect.stringMatching(/./),
      at: expect.any(String),
      ...more,
    });
    expect(rows).toEqual([
      row('taken_back', -10),
      row('refunded', 100),
      row('earned', 10),
      row('deducted', -100),
      row('adjusted', 100, { reason: 'test' }),
    ]);
    expect(rows.reduce((sum, each) => sum + each.change, 0)).toBe(await shop.balanceOf(customerId));
  });
});
