import { newUuid } from '@microshop/chassis/clock';
import { points } from '@microshop/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, type PlayedShop, startPlayedShop } from '../testing/played-shop.ts';
import { operator } from '../testing/rest.ts';

let shop: PlayedShop;
beforeAll(async () => {
  shop = await startPlayedShop();
});
afterAll(() => shop.stop());

const newCode = () => `D-${newUuid()}`.toUpperCase();
const create = (terms: Record<string, unknown>) => shop.post('/discounts', { code: newCode(), ...terms }, operator);
const change = (code: string, terms: unknown) => shop.call('PATCH', `/discounts/${code}`, terms, operator);
const retire = (code: string) => shop.call('DELETE', `/discounts/${code}`, undefined, operator);
const read = (code: string) => shop.get(`/discounts/${code}`, operator);
const usesOf = async (code: string): Promise<number> => (await read(code)).body.uses;

async function code(terms: Record<string, unknown> = {}): Promise<string> {
  const { status, body } = await create({ percent: 10, ...terms });
  expect(status).toBe(201);
  return body.code;
}
async function buy(discountCode: string, { customerId = shop.customer(), sku = '', prefer = 'wait=20' } = {}) {
  const items = [{ sku: sku || (await shop.product()), quantity: 1 }];
  return shop.checkout({ customer: { customerId }, items, discountCode }, { prefer });
}

describe('a price that is asked for', () => {
  it('is what the checkout then takes, and uses nothing up', async () => {
    const [sku, discountCode] = [await shop.product('reserved', 500), await code({ maxUses: 1 })];
    const body = { customer: { customerId: shop.customer() }, items: [{ sku, quantity: 3 }], discountCode, redeemPoints: 50 };
    const asked = [await shop.post('/checkout/quote', body), await shop.post('/checkout/quote', { ...body, customer: undefined })];
    for (const { status, body: quote } of asked)
      expect([status, quote]).toEqual([
        200,
        {
          items: [{ sku, name: 'Mug', quantity: 3, unitPrice: 500, lineTotal: 1500 }],
          currency: 'EUR',
          itemsPrice: 1500,
          discountCode,
          discountPrice: 150,
          redeemedPoints: 50,
          pointsDiscountPrice: 50,
          totalPrice: 1300,
        },
      ]);
    expect(await usesOf(discountCode)).toBe(0);
    expect(await shop.checkout(body)).toMatchObject({ status: 201, body: asked[0]?.body });
    expect(await shop.post('/checkout/quote', body)).toMatchObject({ status: 422, body: { code: 'discount_invalid', reason: 'used_up' } });
  });

  it('takes no field that it passes over', async () => {
    const items = [{ sku: 'MUG', quantity: 1 }];
    const { status, body } = await shop.post('/checkout/quote', { items, reservationId: newUuid() });
    expect([status, body.errors.map(({ pointer }) => pointer)]).toEqual([400, ['/reservationId']]);
  });
});

describe('a discount code', () => {
  it('is created with everything that was said, in capitals, and read in any case', async () => {
    const terms = {
      percent: 15,
      minimumTotal: 1000,
      validFrom: '2026-01-01T00:00:00+02:00',
      validUntil: '2999-12-31T23:59:59Z',
      maxUses: 100,
      maxUsesPerCustomer: 2,
    };
    const name = newCode();
    const { status, headers, body } = await create({ code: name.toLowerCase(), ...terms });
    expect([status, headers.get('location')]).toEqual([201, `/discounts/${name}`]);
    expect(body).toEqual({
      ...terms,
      code: name,
      validFrom: '2025-12-31T22:00:00.000Z',
      validUntil: '2999-12-31T23:59:59.000Z',
      currency: 'EUR',
      uses: 0,
      active: true,
    });
    expect((await read(name.toLowerCase())).body).toEqual(body);
  });

  it('is 409 when it is there already, in any case', async () => {
    const name = await code();
    expect(await create({ code: name.toLowerCase(), amountOff: 5 })).toMatchObject({ status: 409, body: { code: 'discount_exists' } });
    expect((await read(name)).body).toMatchObject({ percent: 10 });
  });

  it.each<[string, Record<string, unknown>]>([
    ['neither percent nor amountOff', {}],
    ['both', { percent: 10, amountOff: 10 }],
    ['a percentage of 0', { percent: 0 }],
    ['a percentage of 101', { percent: 101 }],
    ['half a percent', { percent: 0.5 }],
    ['an amount of 0', { amountOff: 0 }],
    ['no uses', { percent: 10, maxUses: 0 }],
    ['a time that ends before it begins', { percent: 10, validFrom: '2026-01-02T00:00:00Z', validUntil: '2026-01-01T00:00:00Z' }],
    ['a time without a zone', { percent: 10, validUntil: '2026-01-01T00:00:00' }],
    ['a leap second', { percent: 10, validUntil: '2026-06-30T23:59:60Z' }],
    ['an offset without minutes', { percent: 10, validFrom: '2026-01-01T00:00:00+02' }],
    ['an unknown field', { percent: 10, uses: 5 }],
    ['a code with a space', { code: 'TEN PERCENT', percent: 10 }],
  ])('with %s is 400 and not kept', async (_what, terms) => {
    const name = newCode();
    const answer = await create({ code: name, ...terms });
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid_request']);
    expect(answer.body.errors.length).toBeGreaterThan(0);
    expect((await read(name)).status).toBe(404);
  });

  it('is changed in part, and a percentage replaces an amount', async () => {
    const name = await code({ maxUses: 5 });
    expect((await change(name, { maxUses: 6 })).body).toMatchObject({ percent: 10, maxUses: 6 });
    const { status, body } = await change(name.toLowerCase(), { amountOff: 250 });
    expect([status, body.amountOff, body.maxUses]).toEqual([200, 250, 6]);
    expect(body).not.toHaveProperty('percent');
    expect((await change(name, { percent: 20 })).body).not.toHaveProperty('amountOff');
  });

  it('is not changed into nonsense', async () => {
    const name = await code({ validUntil: '2026-06-01T00:00:00Z' });
    for (const terms of [{}, { percent: 10, amountOff: 5 }, { validFrom: '2027-01-01T00:00:00Z' }, { code: 'OTHER' }])
      expect((await change(name, terms)).status).toBe(400);
    expect((await read(name)).body).toMatchObject({ percent: 10, validUntil: '2026-06-01T00:00:00.000Z' });
  });

  it('is retired, never lost, and stays so', async () => {
    const name = await code();
    expect(await retire(name)).toMatchObject({ status: 200, body: { code: name, active: false } });
    expect(await retire(name)).toMatchObject({ status: 200, body: { active: false } });
    expect((await change(name, { percent: 50 })).body.active).toBe(false);
    expect((await create({ code: name, percent: 10 })).status).toBe(409);
  });

  it('is 404 when there is none', async () => {
    for (const answer of [await read('NO-SUCH'), await change('NO-SUCH', { percent: 10 }), await retire('NO-SUCH')])
      expect(answer).toMatchObject({ status: 404, body: { code: 'unknown_discount' } });
  });

  it('is for operators', async () => {
    const answers = [
      await shop.post('/discounts', { code: newCode(), percent: 10 }),
      await shop.get('/discounts'),
      await shop.get('/discounts/X'),
      await shop.call('PATCH', '/discounts/X', { percent: 1 }),
      await shop.call('DELETE', '/discounts/X'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401]);
  });
});

describe('listing discount codes', () => {
  it('gives each once, newest first, page by page', async () => {
    const made: string[] = [];
    for (const prefix of ['M', 'A', 'Z']) made.unshift((await create({ code: `${prefix}${newCode()}`, percent: 10 })).body.code);
    const listed: string[] = [];
    let query: string | null = '?limit=2';
    while (query) {
      const { body } = await shop.get(`/discounts${query}`, operator);
      listed.push(...body.data.map((discount: { code: string }) => discount.code));
      query = body.nextCursor && `?limit=2&cursor=${body.nextCursor}`;
    }
    expect(listed.slice(0, 3)).toEqual(made);
    expect(new Set(listed).size).toBe(listed.length);
  });

  it('is 400 for a cursor that is none', async () => {
    expect(await shop.get('/discounts?cursor=nonsense', operator)).toMatchObject({ status: 400, body: { code: 'invalid_cursor' } });
  });
});

describe('the use of a discount code', () => {
  it('is taken with the order and kept by the confirmation', async () => {
    const name = await code();
    expect(await buy(name)).toMatchObject({ status: 201, body: { discountCode: name, discountPrice: 100, totalPrice: 900 } });
    expect(await usesOf(name)).toBe(1);
  });

  it('is taken while the order is pending and given back by its rejection', async () => {
    const name = await code({ maxUses: 1 });
    const customerId = shop.customer('silent');
    const waiting = await buy(name, { customerId, prefer: 'wait=0' });
    expect([waiting.status, await usesOf(name)]).toEqual([202, 1]);
    expect(await buy(name)).toMatchObject({ status: 422, body: { reason: 'used_up' } });
    await shop.say(points, 'PointsRejected', {
      ...{ orderId: waiting.body.orderId, customerId, points: 0, balance: 0 },
      reason: 'customer_unknown',
    });
    await eventually(async () => expect(await usesOf(name)).toBe(0));
    expect((await buy(name)).status).toBe(201);
  });

  it('is given back by a cancellation, pending or confirmed, exactly once', async () => {
    const name = await code({ maxUsesPerCustomer: 1 });
    for (const answer of ['silent', 'deducted'] as const) {
      const customerId = shop.customer(answer);
      const { orderId } = (await buy(name, { customerId, prefer: answer === 'silent' ? 'wait=0' : 'wait=20' })).body;
      expect(await usesOf(name)).toBe(1);
      expect(await buy(name, { customerId })).toMatchObject({ status: 422, body: { reason: 'used_up_by_customer' } });
      await Promise.all(Array.from({ length: 5 }, () => shop.post(`/orders/${orderId}/cancel`)));
      expect(await usesOf(name)).toBe(0);
      expect((await buy(name, { customerId, prefer: 'wait=0' })).status).toBe(202);
      const [again] = (await shop.get(`/orders?customerId=${customerId}&limit=1`, operator)).body.data;
      await shop.post(`/orders/${again?.orderId}/cancel`);
    }
    expect(await usesOf(name)).toBe(0);
  });

  it('is not given back by an order of the past when the terms have changed since', async () => {
    const name = await code({ maxUses: 5 });
    const { orderId, totalPrice } = (await buy(name)).body;
    await change(name, { amountOff: 1, maxUses: 1 });
    await retire(name);
    expect((await shop.get(`/orders/${orderId}`)).body).toMatchObject({ discountPrice: 100, totalPrice });
    await shop.post(`/orders/${orderId}/cancel`);
    expect((await read(name)).body).toMatchObject({ uses: 0, active: false, maxUses: 1 });
  });

  it('is, for the last one, not taken twice: of 20 at once three get it, on two instances', async () => {
    const name = await code({ maxUses: 3 });
    const sku = await shop.product();
    const other = await shop.start();
    const on = [shop, other];
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        (on[index % 2] ?? shop).checkout(
          { customer: { customerId: shop.customer() }, items: [{ sku, quantity: 1 }], discountCode: name },
          { prefer: 'wait=0' },
        ),
      ),
    );
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(3);
    expect(answers.filter(({ body }) => body.reason === 'used_up')).toHaveLength(17);
    expect(await usesOf(name)).toBe(3);
    await other.stop();
  });
});
