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

type Terms = Record<string, unknown>;

const newCode = () => `Code-${randomUUID()}`;
const discount = (method: string, code: string, body?: unknown) =>
  shop.order(method, `/discounts/${code}`, body === undefined ? {} : { body });
const usesOf = async (code: string) => (await discount('GET', code)).body.uses;

async function codeWith(terms: Terms): Promise<string> {
  const code = newCode();
  const { status, body } = await shop.order('POST', '/discounts', { body: { code, ...terms } });
  expect({ status, body }).toMatchObject({ status: 201 });
  return code;
}

async function cart({ unitPrice = 1000, stock = 50, customers = 1 } = {}) {
  const [sku, ...customerIds] = await Promise.all([
    shop.productWith(stock, { unitPrice }),
    ...Array.from({ length: customers }, () => shop.customerWith(0)),
  ]);
  const buy = (discountCode: string, { quantity = 1, customer = 0 } = {}) =>
    shop.checkout({ customer: { customerId: customerIds[customer] }, items: [{ sku, quantity }], discountCode });
  return { sku, buy };
}

describe.concurrent('discount codes', () => {
  test('are created once, read, changed and retired, whatever their case', async () => {
    const code = newCode();
    const terms = { percent: 20, minimumTotal: 500, validFrom: '2020-01-01T00:00:00.000Z', maxUses: 3, maxUsesPerCustomer: 2 };
    const created = await shop.order('POST', '/discounts', { body: { code, ...terms } });
    const view = { code: code.toUpperCase(), ...terms, currency: 'EUR', uses: 0, active: true };
    expect([created.status, created.body]).toEqual([201, view]);
    expect(created.headers.get('location')).toBe(`/discounts/${code.toUpperCase()}`);
    expectProblem(await shop.order('POST', '/discounts', { body: { code: code.toLowerCase(), percent: 1 } }), 409, 'discount_exists');
    expect((await discount('GET', code.toLowerCase())).body).toEqual(view);

    const { percent: _, ...rest } = view;
    expect((await discount('PATCH', code, { amountOff: 70, maxUses: 5 })).body).toEqual({ ...rest, amountOff: 70, maxUses: 5 });
    expect((await discount('DELETE', code)).body).toMatchObject({ active: false });
    expect((await discount('DELETE', code)).status).toBe(200);
    expect((await discount('GET', code)).body).toMatchObject({ active: false, amountOff: 70 });
  });

  test('are listed page by page', async () => {
    const codes = await Promise.all([codeWith({ percent: 1 }), codeWith({ percent: 2 }), codeWith({ percent: 3 })]);
    const seen: string[] = [];
    for (let cursor: unknown = ''; cursor !== null; ) {
      const { status, body } = await shop.order('GET', `/discounts?limit=2${cursor && `&cursor=${cursor}`}`);
      expect(status).toBe(200);
      seen.push(...(body.data as { code: string }[]).map(({ code }) => code));
      cursor = body.nextCursor;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(expect.arrayContaining(codes.map((code) => code.toUpperCase())));
  });

  test.each<[string, Terms, string]>([
    ['percent and amountOff together', { percent: 1, amountOff: 1 }, '/percent'],
    ['neither percent nor amountOff', {}, '/percent'],
    ['a percent above 100', { percent: 101 }, '/percent'],
    ['an amount of 0', { amountOff: 0 }, '/amountOff'],
    ['an end before its beginning', { percent: 1, validFrom: '2030-01-02T00:00:00Z', validUntil: '2030-01-01T00:00:00Z' }, '/validUntil'],
    ['a date that is none', { percent: 1, validFrom: '2030-02-30T00:00:00Z' }, '/validFrom'],
    ['a limit of 0 uses', { percent: 1, maxUses: 0 }, '/maxUses'],
    ['an unknown term', { percent: 1, freeShipping: true }, '/freeShipping'],
  ])('are not made with %s', async (_, terms, pointer) => {
    const code = newCode();
    const { errors } = expectProblem(await shop.order('POST', '/discounts', { body: { code, ...terms } }), 400, 'invalid_request');
    expect(errors).toContainEqual(expect.objectContaining({ pointer }));
    expectProblem(await discount('GET', code), 404, 'unknown_discount');
  });

  test('that nobody made are 404', async () => {
    const code = newCode();
    for (const [method, body] of [['GET'], ['DELETE'], ['PATCH', { percent: 1 }]] as const)
      expectProblem(await discount(method, code, body), 404, 'unknown_discount');
  });
});

describe.concurrent('a checkout with a code', () => {
  test.each<[string, Terms, number, number]>([
    ['a percentage, half up', { percent: 15 }, 1030, 155],
    ['a percentage, down below the half', { percent: 15 }, 1029, 154],
    ['100 percent', { percent: 100 }, 999, 999],
    ['an amount', { amountOff: 250 }, 1000, 250],
    ['an amount that is more than the items cost', { amountOff: 5000 }, 1000, 1000],
  ])('takes off %s', async (_, terms, unitPrice, discountPrice) => {
    const [code, { buy }] = await Promise.all([codeWith(terms), cart({ unitPrice })]);
    expect(await buy(code)).toMatchObject({
      status: 201,
      body: { itemsPrice: unitPrice, discountPrice, totalPrice: unitPrice - discountPrice, discountCode: code.toUpperCase() },
    });
    expect(await usesOf(code)).toBe(1);
  });

  test.each<[string, string, Terms]>([
    ['that has expired', 'expired', { percent: 1, validUntil: '2020-01-01T00:00:00Z' }],
    ['that is not valid yet', 'not_yet_valid', { percent: 1, validFrom: '2100-01-01T00:00:00Z' }],
    ['whose minimum is not met', 'minimum_not_met', { percent: 1, minimumTotal: 1001 }],
  ])('%s is 422 discount_invalid and says which', async (_, reason, terms) => {
    const [code, { buy, sku }] = await Promise.all([codeWith(terms), cart()]);
    expect(expectProblem(await buy(code), 422, 'discount_invalid')).toMatchObject({ reason });
    expect(await usesOf(code)).toBe(0);
    expect(await shop.levelOf(sku)).toEqual({ available: 50, reserved: 0, sold: 0 });
  });

  test('that nobody made, or that is retired, is 422 discount_invalid and says which', async () => {
    const [code, { buy }] = await Promise.all([codeWith({ percent: 1 }), cart()]);
    expect(expectProblem(await buy(newCode()), 422, 'discount_invalid')).toMatchObject({ reason: 'unknown' });
    await discount('DELETE', code);
    expect(expectProblem(await buy(code), 422, 'discount_invalid')).toMatchObject({ reason: 'retired' });
  });

  test('meets its minimum by what the items cost before the discount', async () => {
    const [code, { buy }] = await Promise.all([codeWith({ percent: 50, minimumTotal: 2000 }), cart()]);
    expect((await buy(code)).status).toBe(422);
    expect(await buy(code, { quantity: 2 })).toMatchObject({ status: 201, body: { totalPrice: 1000 } });
  });

  test('follows a change of the terms; orders that were made before keep theirs', async () => {
    const [code, { buy }] = await Promise.all([codeWith({ percent: 10 }), cart()]);
    const before = await buy(code);
    await discount('PATCH', code, { percent: 20 });
    expect((await buy(code)).body.discountPrice).toBe(200);
    expect((await shop.anyone.order('GET', `/orders/${before.body.orderId}`)).body.discountPrice).toBe(100);
  });
});

describe.concurrent('the uses of a code', () => {
  test('are never more than its limit, however many want the last one at once', async () => {
    const [code, { buy, sku }] = await Promise.all([codeWith({ percent: 10, maxUses: 3 }), cart({ customers: 12 })]);
    const answers = await Promise.all(Array.from({ length: 12 }, (_, customer) => buy(code, { customer })));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
    for (const answer of answers.filter(({ status }) => status !== 201))
      expect(expectProblem(answer, 422, 'discount_invalid')).toMatchObject({ reason: 'used_up' });
    expect(await usesOf(code)).toBe(3);
    await shop.levelBecomes(sku, { available: 47, reserved: 0, sold: 3 });
  });

  test('are limited for each customer', async () => {
    const [code, { buy }] = await Promise.all([codeWith({ percent: 10, maxUsesPerCustomer: 2 }), cart({ customers: 2 })]);
    const answers = await Promise.all(Array.from({ length: 6 }, (_, index) => buy(code, { customer: index % 2 })));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(4);
    expect(expectProblem(await buy(code), 422, 'discount_invalid')).toMatchObject({ reason: 'used_up_by_customer' });
  });

  test('come back with a rejection and with a cancellation, each once', async () => {
    const [code, { buy }] = await Promise.all([codeWith({ percent: 10, maxUses: 1, maxUsesPerCustomer: 1 }), cart({ stock: 2 })]);
    expectProblem(await buy(code, { quantity: 3 }), 409, 'out_of_stock');
    expect(await usesOf(code)).toBe(0);
    const { body } = await buy(code);
    expect(await usesOf(code)).toBe(1);
    for (let i = 0; i < 2; i++) await shop.anyone.order('POST', `/orders/${body.orderId}/cancel`);
    expect(await usesOf(code)).toBe(0);
    expect((await buy(code)).status).toBe(201);
    expect(expectProblem(await buy(code), 422, 'discount_invalid')).toMatchObject({ reason: 'used_up' });
  });

  test('are not taken by a replay', async () => {
    const [code, { sku }, customerId] = await Promise.all([codeWith({ percent: 10, maxUses: 1 }), cart(), shop.customerWith(0)]);
    const body = { customer: { customerId }, items: [{ sku, quantity: 1 }], discountCode: code };
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 5 }, () => shop.checkout(body, { key })));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    expect(await usesOf(code)).toBe(1);
  });
});
