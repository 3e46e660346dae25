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

const newEmail = () => `${randomUUID()}@example.com`;
const customersWith = async (email: string) =>
  (await shop.loyalty('GET', `/customers?email=${encodeURIComponent(email)}`)).body.data as { customerId: string; name: string }[];

describe.concurrent('a guest', () => {
  test('is registered within the saga: the order shows the customer that the e-mail address has from then on', async () => {
    const [sku, email] = [await shop.productWith(2, { unitPrice: 1500 }), newEmail()];
    const { status, body } = await shop.checkout({ customer: { email, name: 'Ada Guest' }, items: [{ sku, quantity: 1 }] });
    expect(status).toBe(201);
    const { customerId } = body;
    expect(await shop.loyalty('GET', `/customers/${customerId}`)).toMatchObject({
      status: 200,
      body: { customerId, email, name: 'Ada Guest', blocked: false },
    });
    await shop.balanceBecomes(String(customerId), 15);
    expect((await shop.order('GET', `/orders?customerId=${customerId}`)).body.data).toEqual([body]);
  });

  test('who orders again, in other letters and with another name, is the same customer', async () => {
    const [sku, email] = [await shop.productWith(2), newEmail()];
    const first = await shop.checkout({ customer: { email, name: 'Ada' }, items: [{ sku, quantity: 1 }] });
    const again = await shop.checkout({ customer: { email: email.toUpperCase(), name: 'Ada L.' }, items: [{ sku, quantity: 1 }] });
    expect([first.status, again.status, again.body.customerId]).toEqual([201, 201, first.body.customerId]);
    expect(await customersWith(email)).toMatchObject([{ customerId: first.body.customerId, name: 'Ada' }]);
  });

  test('whose first ten orders come at once is one customer', async () => {
    const [sku, email] = [await shop.productWith(10, { unitPrice: 100 }), newEmail()];
    const checkout = () => shop.checkout({ customer: { email, name: 'Ada' }, items: [{ sku, quantity: 1 }] });
    const answers = await Promise.all(Array.from({ length: 10 }, checkout));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    const [customer, ...others] = await customersWith(email);
    expect(others).toEqual([]);
    expect(new Set(answers.map(({ body }) => body.customerId))).toEqual(new Set([customer?.customerId]));
    await shop.balanceBecomes(String(customer?.customerId), 10);
  });

  test('with the e-mail address of a customer is that customer, who earns the points', async () => {
    const [sku, customerId] = await Promise.all([shop.productWith(1, { unitPrice: 700 }), shop.customerWith(5)]);
    const customer = { email: `${customerId.toUpperCase()}@Example.com`, name: 'Somebody' };
    const { status, body } = await shop.checkout({ customer, items: [{ sku, quantity: 1 }] });
    expect({ status, body }).toMatchObject({ status: 201, body: { customerId } });
    await shop.balanceBecomes(customerId, 12);
    expect(await customersWith(customer.email)).toMatchObject([{ customerId, name: 'A customer' }]);
  });

  test('with the e-mail address of a blocked customer is rejected, and the stock comes back', async () => {
    const [sku, customerId] = await Promise.all([shop.productWith(1), shop.customerWith(0, { blocked: true })]);
    const customer = { email: `${customerId}@example.com`, name: 'Somebody' };
    expectProblem(await shop.checkout({ customer, items: [{ sku, quantity: 1 }] }), 409, 'customer_rejected');
    await shop.levelBecomes(sku, { available: 1, reserved: 0, sold: 0 });
  });

  test('whose order is short of stock is rejected for the stock, and can order something else', async () => {
    const [none, some, email] = [await shop.productWith(0), await shop.productWith(1), newEmail()];
    const customer = { email, name: 'Ada' };
    expectProblem(await shop.checkout({ customer, items: [{ sku: none, quantity: 1 }] }), 409, 'out_of_stock');
    const { status, body } = await shop.checkout({ customer, items: [{ sku: some, quantity: 1 }] });
    expect(status).toBe(201);
    expect(await customersWith(email)).toMatchObject([{ customerId: body.customerId }]);
  });

  test('may use an address that another customer had before, and is someone else', async () => {
    const [sku, email] = [await shop.productWith(2), newEmail()];
    const first = await shop.checkout({ customer: { email, name: 'Ada' }, items: [{ sku, quantity: 1 }] });
    const moved = await shop.loyalty('PATCH', `/customers/${first.body.customerId}`, { body: { email: newEmail() } });
    expect(moved.status).toBe(200);
    const other = await shop.checkout({ customer: { email, name: 'Bob' }, items: [{ sku, quantity: 1 }] });
    expect(other.status).toBe(201);
    expect(other.body.customerId).not.toBe(first.body.customerId);
    expect(await customersWith(email)).toMatchObject([{ customerId: other.body.customerId, name: 'Bob' }]);
  });

  test('whose order is cancelled stays a customer, and loses what the order earned', async () => {
    const [sku, email] = [await shop.productWith(1), newEmail()];
    const { body } = await shop.checkout({ customer: { email, name: 'Ada' }, items: [{ sku, quantity: 1 }] });
    const customerId = String(body.customerId);
    await shop.balanceBecomes(customerId, 10);
    expect((await shop.anyone.order('POST', `/orders/${body.orderId}/cancel`)).body).toMatchObject({ status: 'cancelled', customerId });
    await shop.balanceBecomes(customerId, 0);
    await shop.levelBecomes(sku, { available: 1, reserved: 0, sold: 0 });
  });
});
