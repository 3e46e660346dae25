import { newUuid } from '@microshop/chassis/clock';
import { points } from '@microshop/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { guestId } from '../application/checkout-request.ts';
import { type PlayedShop, startPlayedShop } from '../testing/played-shop.ts';
import { operator } from '../testing/rest.ts';

let shop: PlayedShop;
beforeAll(async () => {
  shop = await startPlayedShop();
});
afterAll(() => shop.stop());

const one = (sku: string, quantity = 1) => ({ sku, quantity });
const PROBLEM = 'application/problem+json';

/** A body that is confirmed, unless something else is asked for. */
async function aBody(overrides: Record<string, unknown> = {}) {
  return { customer: { customerId: shop.customer() }, items: [one(await shop.product())], ...overrides };
}

async function discountCode(terms: Record<string, unknown> = {}): Promise<string> {
  const code = `D-${newUuid()}`.toUpperCase();
  const { status } = await shop.post('/discounts', { code, percent: 10, ...terms }, operator);
  expect(status).toBe(201);
  return code;
}

const ordersOf = async ({ customer }: { customer: { customerId: string } }) =>
  (await shop.get(`/orders?customerId=${customer.customerId}`, operator)).body.data;

describe('a checkout that is answered in time', () => {
  it('is 201 with the whole order, and where to find it', async () => {
    const [mug, tea] = [await shop.product('reserved', 500), await shop.product('reserved', 299)];
    const code = await discountCode();
    const customer = { customerId: shop.customer() };
    const items = [one(tea), one(mug), one(tea)];
    const { status, headers, body } = await shop.checkout({ customer, items, discountCode: code.toLowerCase(), redeemPoints: 100 });
    expect(status).toBe(201);
    expect(body).toEqual({
      orderId: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
      customerId: customer.customerId,
      status: 'confirmed',
      items: [
        { sku: tea, name: 'Mug', quantity: 2, unitPrice: 299, lineTotal: 598 },
        { sku: mug, name: 'Mug', quantity: 1, unitPrice: 500, lineTotal: 500 },
      ].sort((a, b) => (a.sku < b.sku ? -1 : 1)),
      currency: 'EUR',
      itemsPrice: 1098,
      discountCode: code,
      discountPrice: 110,
      redeemedPoints: 100,
      pointsDiscountPrice: 100,
      totalPrice: 888,
      createdAt: expect.stringMatching(/Z$/),
      updatedAt: expect.stringMatching(/Z$/),
      version: 2,
    });
    expect(headers.get('location')).toBe(`/orders/${body.orderId}`);
    expect(headers.get('vary')).toContain('Prefer');
    expect(headers.get('preference-applied')).toBe('wait=20');
    expect(headers.has('idempotent-replayed')).toBe(false);
    expect(headers.has('retry-after')).toBe(false);
    expect((await shop.get(`/orders/${body.orderId}`)).body).toEqual(body);
  });

  it('is 201 with the default wait, and then no preference was applied', async () => {
    const { status, headers } = await shop.checkout(await aBody(), { prefer: '' });
    expect(status).toBe(201);
    expect(headers.get('vary')).toContain('Prefer');
    expect(headers.has('preference-applied')).toBe(false);
  });

  it('tells a wait above 25 seconds that it is 25', async () => {
    const { headers } = await shop.checkout(await aBody(), { prefer: 'wait=9999' });
    expect(headers.get('preference-applied')).toBe('wait=25');
  });

  it('shows the customer that a guest turned out to be', async () => {
    const email = `${newUuid()}@Example.com`;
    const { status, body } = await shop.checkout(await aBody({ customer: { email, name: 'Ada' } }));
    expect([status, body.customerId]).toEqual([201, guestId(email)]);
  });
});

describe('a checkout that is not answered in time', () => {
  it.each(['respond-async', 'wait=0'])('is 202 at once for Prefer: %s', async (prefer) => {
    const { status, headers, body } = await shop.checkout(await aBody({ customer: { customerId: shop.customer('silent') } }), { prefer });
    expect([status, body.status, body.version]).toEqual([202, 'pending', 1]);
    expect(headers.get('location')).toBe(`/orders/${body.orderId}`);
    expect(headers.get('retry-after')).toBe('1');
    expect(headers.get('preference-applied')).toBe('respond-async');
    expect(headers.get('vary')).toContain('Prefer');
  });

  it('is 202 with the pending order after the wait that was asked for', async () => {
    const { status, headers, body } = await shop.checkout(await aBody({ customer: { customerId: shop.customer('silent') } }), {
      prefer: 'wait=1',
    });
    expect([status, body.status, headers.get('preference-applied')]).toEqual([202, 'pending', 'wait=1']);
  });
});

describe('a checkout that is rejected', () => {
  it('is 409 out_of_stock and names every short SKU', async () => {
    const [short, gone, there] = [await shop.product('out_of_stock'), await shop.product('out_of_stock'), await shop.product()];
    const { status, headers, body } = await shop.checkout(await aBody({ items: [one(short, 3), one(gone, 2), one(there)] }));
    expect(status).toBe(409);
    expect(headers.get('content-type')).toContain(PROBLEM);
    expect(headers.get('location')).toBe(`/orders/${body.orderId}`);
    expect(body).toEqual({
      type: 'about:blank',
      title: 'Conflict',
      status: 409,
      code: 'out_of_stock',
      detail: expect.any(String),
      orderId: expect.any(String),
      errors: expect.arrayContaining([
        { sku: short, requested: 3, available: 1 },
        { sku: gone, requested: 2, available: 1 },
      ]),
    });
    expect(body.errors).toHaveLength(2);
    expect((await shop.get(`/orders/${body.orderId}`)).body).toMatchObject({
      status: 'rejected',
      rejection: { code: 'out_of_stock', detail: body.detail, errors: body.errors },
    });
  });

  it.each([
    ['insufficient_points', 'insufficient_points'],
    ['customer_unknown', 'customer_rejected'],
    ['customer_blocked', 'customer_rejected'],
    ['timed_out', 'timed_out'],
  ] as const)('is, when loyalty-svc says %s, 409 %s', async (reason, code) => {
    const { status, body } = await shop.checkout(await aBody({ customer: { customerId: shop.customer(reason) } }));
    expect([status, body.code]).toEqual([409, code]);
    expect(body).not.toHaveProperty('errors');
    expect(body.orderId).toEqual(expect.any(String));
  });

  it('is 409 reservation_invalid before anything else', async () => {
    const items = [one(await shop.product('out_of_stock')), one(await shop.product('reservation_invalid'))];
    const customer = { customerId: shop.customer('insufficient_points') };
    const { status, body } = await shop.checkout({ customer, items, reservationId: newUuid() });
    expect([status, body.code]).toEqual([409, 'reservation_invalid']);
  });
});

describe('a checkout that makes no order', () => {
  async function expectNoOrder(body: Record<string, unknown> & { customer: { customerId: string } }, code: string) {
    const key = newUuid();
    const answer = await shop.checkout(body, { 'idempotency-key': key });
    expect([answer.status, answer.body.code]).toEqual([422, code]);
    expect(answer.headers.get('content-type')).toContain(PROBLEM);
    expect(answer.body).not.toHaveProperty('orderId');
    expect(await ordersOf(body)).toEqual([]);
    const mended = await shop.checkout({ customer: body.customer, items: [one(await shop.product())] }, { 'idempotency-key': key });
    expect([mended.status, mended.headers.has('idempotent-replayed')]).toEqual([201, false]);
    return answer.body;
  }

  it('is 422 unknown_sku, names each, and leaves the key free', async () => {
    const items = [one('NEVER-HEARD-OF'), one(await shop.product()), one('NOR-OF-THIS')];
    const { errors } = await expectNoOrder(await aBody({ items }), 'unknown_sku');
    expect(errors).toMatchObject([{ sku: 'NEVER-HEARD-OF' }, { sku: 'NOR-OF-THIS' }]);
  });

  it('is 422 points_exceed_total', async () => {
    await expectNoOrder(await aBody({ redeemPoints: 1001 }), 'points_exceed_total');
  });

  it('is 422 points_need_customer for a guest', async () => {
    const { status, body } = await shop.checkout(await aBody({ customer: { email: 'ada@example.com', name: 'Ada' }, redeemPoints: 1 }));
    expect([status, body.code]).toEqual([422, 'points_need_customer']);
  });

  it.each([
    ['not_yet_valid', { validFrom: '2999-01-01T00:00:00Z' }],
    ['expired', { validUntil: '2001-01-01T00:00:00Z' }],
    ['minimum_not_met', { minimumTotal: 1001 }],
  ])('is 422 discount_invalid and says %s', async (reason, terms) => {
    const code = await discountCode(terms);
    expect(await expectNoOrder(await aBody({ discountCode: code }), 'discount_invalid')).toMatchObject({ reason, discountCode: code });
  });

  it('is 422 discount_invalid for a code that is unknown or retired', async () => {
    expect(await expectNoOrder(await aBody({ discountCode: 'NO-SUCH-CODE' }), 'discount_invalid')).toMatchObject({ reason: 'unknown' });
    const code = await discountCode();
    await shop.call('DELETE', `/discounts/${code}`, undefined, operator);
    expect(await expectNoOrder(await aBody({ discountCode: code }), 'discount_invalid')).toMatchObject({ reason: 'retired' });
  });
});

describe('a malformed checkout', () => {
  it.each<[string, Record<string, unknown>, string]>([
    ['no items', { items: [] }, '/items'],
    ['51 items', { items: Array.from({ length: 51 }, (_, index) => one(`SKU-${index}`)) }, '/items'],
    ['a quantity of 0', { items: [one('MUG', 0)] }, '/items/0/quantity'],
    ['a quantity of 1000', { items: [one('MUG', 1000)] }, '/items/0/quantity'],
    ['a quantity as text', { items: [{ sku: 'MUG', quantity: '1' }] }, '/items/0/quantity'],
    ['items of one SKU that add up to 1000', { items: [one('MUG', 999), one('MUG', 1)] }, '/items/1/quantity'],
    ['a price', { items: [{ ...one('MUG'), unitPrice: 1 }] }, '/items/0/unitPrice'],
    ['a SKU with a space', { items: [one('MUG BLUE')] }, '/items/0/sku'],
    ['points below zero', { redeemPoints: -1 }, '/redeemPoints'],
    ['half a point', { redeemPoints: 0.5 }, '/redeemPoints'],
    ['no customer', { customer: undefined }, '/customer'],
    ['a customer that is two', { customer: { customerId: 'ada', email: 'ada@example.com', name: 'Ada' } }, '/customer'],
    ['a guest without a name', { customer: { email: 'ada@example.com' } }, '/customer/name'],
    ['a guest with a blank name', { customer: { email: 'ada@example.com', name: ' ' } }, '/customer/name'],
    ['no e-mail address', { customer: { email: 'ada', name: 'Ada' } }, '/customer/email'],
    ['a reservation that is no UUID', { reservationId: 'mine' }, '/reservationId'],
    ['a reservation as a URN', { reservationId: 'urn:uuid:019bd6a0-3c1e-7a40-9b1f-2d0c6f4e8a11' }, '/reservationId'],
    ['an unknown field', { totalPrice: 1 }, '/totalPrice'],
  ])('with %s is 400 and names the field', async (_what, overrides, pointer) => {
    const body = { customer: { customerId: 'ada' }, items: [one('MUG')], ...overrides };
    const answer = await shop.checkout(body);
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid_request']);
    expect(answer.headers.get('content-type')).toContain(PROBLEM);
    const pointers = answer.body.errors.map((error: { pointer: string }) => error.pointer);
    expect(pointers.some((found: string) => found.startsWith(pointer))).toBe(true);
  });

  it('without a key, or with one that is none, is 400', async () => {
    const body = await aBody();
    const without = await shop.post('/checkout', body);
    expect([without.status, without.body.code]).toEqual([400, 'idempotency_key_required']);
    for (const key of ['two words', 'x'.repeat(256), '""', '"half']) {
      const { status, body: problem } = await shop.checkout(body, { 'idempotency-key': key });
      expect([status, problem.code]).toEqual([400, key === '' ? 'idempotency_key_required' : 'idempotency_key_invalid']);
    }
    expect(await ordersOf(body)).toEqual([]);
  });

  it('spoils no other that comes at the same time', async () => {
    const body = await aBody();
    const urn = { ...body, reservationId: `urn:uuid:${newUuid()}` };
    const answers = await Promise.all([body, urn, body].map((each) => shop.checkout(each)));
    expect(answers.map(({ status }) => status)).toEqual([201, 400, 201]);
  });
});

describe('a checkout that is repeated', () => {
  const again = async (answers: () => Promise<unknown> = async () => {}, overrides: Record<string, unknown> = {}, prefer = 'wait=20') => {
    const [body, key] = [await aBody(overrides), newUuid()];
    const first = await shop.checkout(body, { 'idempotency-key': key, prefer });
    await answers();
    const second = await shop.checkout(body, { 'idempotency-key': key, prefer });
    expect([first.headers.get('idempotent-replayed'), second.headers.get('idempotent-replayed')]).toEqual([null, 'true']);
    return { first, second, repeat: () => shop.checkout(body, { 'idempotency-key': key, prefer }) };
  };

  it('is 201 with the same order when it is confirmed', async () => {
    const { first, second } = await again();
    expect(second.status).toBe(201);
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('location')).toBe(first.headers.get('location'));
  });

  it('is 409 with the same problem when it was rejected', async () => {
    const { first, second } = await again(undefined, { items: [one(await shop.product('out_of_stock'))] });
    expect(second.status).toBe(409);
    expect(second.body).toEqual(first.body);
  });

  it('is 202 while it is pending, and 200 once it is cancelled', async () => {
    const customer = { customerId: shop.customer('silent') };
    const { first, second, repeat } = await again(undefined, { customer }, 'wait=0');
    expect([second.status, second.body.orderId]).toEqual([202, first.body.orderId]);
    expect(second.headers.get('retry-after')).toBe('1');
    await shop.post(`/orders/${first.body.orderId}/cancel`);
    const third = await repeat();
    expect([third.status, third.body.status, third.headers.get('idempotent-replayed')]).toEqual([200, 'cancelled', 'true']);
  });

  it('is 200 once it is fulfilled', async () => {
    const { first, repeat } = await again();
    await shop.post(`/orders/${first.body.orderId}/fulfil`, undefined, operator);
    const third = await repeat();
    expect([third.status, third.body.status]).toEqual([200, 'fulfilled']);
  });

  it('waits for the outcome like the first one', async () => {
    const customer = { customerId: shop.customer('silent') };
    const body = await aBody({ customer });
    const key = newUuid();
    const first = await shop.checkout(body, { 'idempotency-key': key, prefer: 'wait=0' });
    const second = shop.checkout(body, { 'idempotency-key': key });
    await shop.say(points, 'PointsDeducted', { orderId: first.body.orderId, customerId: customer.customerId, points: 0, balance: 0 });
    expect(await second).toMatchObject({ status: 201, body: { orderId: first.body.orderId } });
  });

  it('at the same time makes one order, and exactly one answer lacks Idempotent-Replayed', async () => {
    const [body, key] = [await aBody(), newUuid()];
    const answers = await Promise.all(Array.from({ length: 30 }, () => shop.checkout(body, { 'idempotency-key': key })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map((answer) => answer.body.orderId)).size).toBe(1);
    expect(answers.filter(({ headers }) => !headers.has('idempotent-replayed'))).toHaveLength(1);
    expect(await ordersOf(body)).toHaveLength(1);
  });

  it('with its items split and in another order, and its key in quotes, is the same', async () => {
    const [mug, tea] = [await shop.product(), await shop.product()];
    const customer = { customerId: shop.customer() };
    const first = await shop.checkout({ customer, items: [one(mug, 2), one(tea)] }, { 'idempotency-key': 'a-key' });
    const second = await shop.checkout(
      { customer, items: [one(tea), one(mug), one(mug)], redeemPoints: 0 },
      { 'idempotency-key': '"a-key"' },
    );
    expect([second.status, second.body.orderId]).toEqual([201, first.body.orderId]);
    expect(second.headers.get('idempotent-replayed')).toBe('true');
  });

  it('with another body is 422 idempotency_key_reused, and with another customer is another order', async () => {
    const [body, key] = [await aBody(), newUuid()];
    const first = await shop.checkout(body, { 'idempotency-key': key });
    const reused = await shop.checkout({ ...body, redeemPoints: 1 }, { 'idempotency-key': key });
    expect([reused.status, reused.body.code]).toEqual([422, 'idempotency_key_reused']);
    expect(reused.headers.has('idempotent-replayed')).toBe(false);
    const other = await shop.checkout({ ...body, customer: { customerId: shop.customer() } }, { 'idempotency-key': key });
    expect(other.status).toBe(201);
    expect(other.body.orderId).not.toBe(first.body.orderId);
  });
});
