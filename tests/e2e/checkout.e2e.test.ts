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

const uuidV7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const bySku = (a: { sku: string }, b: { sku: string }) => (a.sku < b.sku ? -1 : 1);

describe.concurrent('a checkout that can be met', () => {
  test('is 201 and the whole order, which is kept as it was answered: discount first, then points', async () => {
    const [mug, cap] = await Promise.all([
      shop.productWith(10, { unitPrice: 1005, name: 'Mug' }),
      shop.productWith(5, { unitPrice: 2500, name: 'Cap' }),
    ]);
    const customerId = await shop.customerWith(500);
    const code = `SAVE-${randomUUID()}`;
    await shop.order('POST', '/discounts', { body: { code, percent: 15 } });

    const { status, body, headers } = await shop.checkout({
      customer: { customerId },
      items: [
        { sku: mug, quantity: 2 },
        { sku: cap, quantity: 1 },
      ],
      discountCode: code.toLowerCase(),
      redeemPoints: 300,
    });

    const items = [
      { sku: mug, name: 'Mug', quantity: 2, unitPrice: 1005, lineTotal: 2010 },
      { sku: cap, name: 'Cap', quantity: 1, unitPrice: 2500, lineTotal: 2500 },
    ].sort(bySku);
    // 15 % of 4510 is 676.5: half up.
    expect({ status, body }).toEqual({
      status: 201,
      body: {
        orderId: expect.stringMatching(uuidV7),
        customerId,
        status: 'confirmed',
        items,
        currency: 'EUR',
        itemsPrice: 4510,
        discountCode: code.toUpperCase(),
        discountPrice: 677,
        redeemedPoints: 300,
        pointsDiscountPrice: 300,
        totalPrice: 3533,
        createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        updatedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        version: 2,
      },
    });
    expect(Object.fromEntries(headers)).toMatchObject({
      location: `/orders/${body.orderId}`,
      vary: expect.stringMatching(/prefer/i),
      'preference-applied': 'wait=20',
    });
    expect(headers.get('idempotent-replayed')).toBeNull();
    await shop.levelBecomes(mug, { available: 8, reserved: 0, sold: 2 });
    await shop.levelBecomes(cap, { available: 4, reserved: 0, sold: 1 });
    await shop.balanceBecomes(customerId, 500 - 300 + 35);
    expect((await shop.anyone.order('GET', `/orders/${body.orderId}`)).body).toEqual(body);
  });

  test('sums two items of one SKU before it prices and reserves them', async () => {
    const [sku, customerId] = await Promise.all([shop.productWith(5, { unitPrice: 100 }), shop.customerWith(0)]);
    const { status, body } = await shop.checkout({
      customer: { customerId },
      items: [
        { sku, quantity: 2 },
        { sku, quantity: 3 },
      ],
    });
    expect({ status, body }).toMatchObject({ status: 201, body: { items: [{ sku, quantity: 5, lineTotal: 500 }], itemsPrice: 500 } });
    await shop.levelBecomes(sku, { available: 0, reserved: 0, sold: 5 });
  });

  test('may cost nothing: points pay for all of it and it earns none', async () => {
    const [sku, customerId] = await Promise.all([shop.productWith(1, { unitPrice: 250 }), shop.customerWith(300)]);
    const { status, body } = await shop.checkout({ customer: { customerId }, items: [{ sku, quantity: 1 }], redeemPoints: 250 });
    expect({ status, body }).toMatchObject({ status: 201, body: { totalPrice: 0, pointsDiscountPrice: 250 } });
    await shop.levelBecomes(sku, { sold: 1 });
    expect(await shop.balanceOf(customerId)).toBe(50);
  });

  test('takes 50 SKUs and 999 units of one', async () => {
    const [skus, customerId] = await Promise.all([
      Promise.all(Array.from({ length: 50 }, () => shop.productWith(1000, { unitPrice: 1 }))),
      shop.customerWith(0),
    ]);
    const items = skus.map((sku, index) => ({ sku, quantity: index === 0 ? 999 : 1 }));
    const { status, body } = await shop.checkout({ customer: { customerId }, items });
    expect({ status, total: body.totalPrice }).toEqual({ status: 201, total: 999 + 49 });
    await Promise.all(items.map(({ sku, quantity }) => shop.levelBecomes(sku, { reserved: 0, sold: quantity })));
  });

  test('earns one point for each 100 spent, rounded down, after discount and points', async () => {
    const [sku, customerId] = await Promise.all([shop.productWith(1, { unitPrice: 1299 }), shop.customerWith(0)]);
    await shop.checkout({ customer: { customerId }, items: [{ sku, quantity: 1 }] });
    await shop.balanceBecomes(customerId, 12);
  });
});

describe.concurrent('a caller who does not wait', () => {
  test.each(['respond-async', 'wait=0', 'RESPOND-ASYNC', 'return=minimal, respond-async'])(
    'with Prefer: %s gets 202 at once, the pending order and where to follow it',
    async (prefer) => {
      const [sku, customerId] = await Promise.all([shop.productWith(1), shop.customerWith(0)]);
      const { status, body, headers } = await shop.checkout({ customer: { customerId }, items: [{ sku, quantity: 1 }] }, { prefer });
      expect({ status, body }).toMatchObject({ status: 202, body: { status: 'pending', customerId, totalPrice: 1000, version: 1 } });
      expect(headers.get('location')).toBe(`/orders/${body.orderId}`);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      expect(headers.get('preference-applied')).toBe('respond-async');
      expect(headers.get('vary')).toMatch(/prefer/i);
      expect(await shop.settled(String(body.orderId))).toMatchObject({
        ...body,
        status: 'confirmed',
        version: 2,
        updatedAt: expect.anything(),
      });
    },
  );

  test.each([
    ['wait=99', 'wait=25'],
    ['wait=25', 'wait=25'],
    ['respond-async, wait=20', 'wait=20'],
    ['wait="20"', 'wait=20'],
  ])('with Prefer: %s is applied as %s', async (prefer, applied) => {
    const [sku, customerId] = await Promise.all([shop.productWith(1), shop.customerWith(0)]);
    const { status, headers } = await shop.checkout({ customer: { customerId }, items: [{ sku, quantity: 1 }] }, { prefer });
    expect({ status, applied: headers.get('preference-applied') }).toEqual({ status: 201, applied });
  });

  test.each(['wait=soon', 'wait=-1', 'handling=lenient'])(
    'with Prefer: %s, which says nothing known, is answered as by default',
    async (prefer) => {
      const [sku, customerId] = await Promise.all([shop.productWith(1), shop.customerWith(0)]);
      const { status, headers, body } = await shop.checkout({ customer: { customerId }, items: [{ sku, quantity: 1 }] }, { prefer });
      expect([201, 202]).toContain(status);
      expect(headers.get('preference-applied')).toBeNull();
      await shop.settled(String(body.orderId));
    },
  );
});

describe.concurrent('a checkout that is rejected is 409 with its orderId and', () => {
  const rejected = async (body: Parameters<ShopInProcess['checkout']>[0], code: string) => {
    const problem = expectProblem(await shop.checkout(body), 409, code);
    const { body: order } = await shop.anyone.order('GET', `/orders/${problem.orderId}`);
    expect(order).toMatchObject({ orderId: problem.orderId, status: 'rejected', rejection: { code, detail: problem.detail } });
    return problem;
  };

  test('out_of_stock, naming every short SKU with what was asked and what is there', async () => {
    const [none, few, enough, customerId] = await Promise.all([
      shop.productWith(0),
      shop.productWith(2),
      shop.productWith(9),
      shop.customerWith(0),
    ]);
    const problem = await rejected(
      {
        customer: { customerId },
        items: [
          { sku: none, quantity: 1 },
          { sku: few, quantity: 3 },
          { sku: enough, quantity: 9 },
        ],
      },
      'out_of_stock',
    );
    expect(problem.errors?.toSorted((a, b) => bySku(a as { sku: string }, b as { sku: string }))).toEqual(
      [
        { sku: none, requested: 1, available: 0 },
        { sku: few, requested: 3, available: 2 },
      ].sort(bySku),
    );
    await shop.levelBecomes(enough, { available: 9, reserved: 0, sold: 0 });
    await shop.levelBecomes(few, { available: 2, reserved: 0, sold: 0 });
  });

  test('insufficient_points', async () => {
    const [sku, customerId] = await Promise.all([shop.productWith(1), shop.customerWith(99)]);
    await rejected({ customer: { customerId }, items: [{ sku, quantity: 1 }], redeemPoints: 100 }, 'insufficient_points');
    await shop.levelBecomes(sku, { available: 1, reserved: 0, sold: 0 });
    expect(await shop.balanceOf(customerId)).toBe(99);
  });

  test('customer_rejected when nobody has the customerId', async () => {
    const sku = await shop.productWith(1);
    await rejected({ customer: { customerId: `nobody-${randomUUID()}` }, items: [{ sku, quantity: 1 }] }, 'customer_rejected');
    await shop.levelBecomes(sku, { available: 1, reserved: 0, sold: 0 });
  });

  test('customer_rejected when the customer is blocked', async () => {
    const [sku, customerId] = await Promise.all([shop.productWith(1), shop.customerWith(500, { blocked: true })]);
    await rejected({ customer: { customerId }, items: [{ sku, quantity: 1 }], redeemPoints: 10 }, 'customer_rejected');
    await shop.levelBecomes(sku, { available: 1, reserved: 0, sold: 0 });
    expect(await shop.balanceOf(customerId)).toBe(500);
  });

  test('reservation_invalid when nobody made the reservation', async () => {
    const [sku, customerId] = await Promise.all([shop.productWith(1), shop.customerWith(0)]);
    await rejected({ customer: { customerId }, items: [{ sku, quantity: 1 }], reservationId: randomUUID() }, 'reservation_invalid');
    await shop.levelBecomes(sku, { available: 1, reserved: 0, sold: 0 });
  });
});

describe.concurrent('when several things are short, all answers are awaited and the first of this order is told:', () => {
  test('reservation_invalid before out_of_stock, customer_rejected and insufficient_points', async () => {
    const sku = await shop.productWith(0);
    const answer = await shop.checkout({
      customer: { customerId: `nobody-${randomUUID()}` },
      items: [{ sku, quantity: 1 }],
      redeemPoints: 5,
      reservationId: randomUUID(),
    });
    expectProblem(answer, 409, 'reservation_invalid');
  });

  test('out_of_stock before customer_rejected', async () => {
    const [sku, customerId] = await Promise.all([shop.productWith(0), shop.customerWith(0, { blocked: true })]);
    const answer = await shop.checkout({ customer: { customerId }, items: [{ sku, quantity: 2 }] });
    expect(expectProblem(answer, 409, 'out_of_stock').errors).toEqual([{ sku, requested: 2, available: 0 }]);
  });

  test('out_of_stock before insufficient_points', async () => {
    const [sku, customerId] = await Promise.all([shop.productWith(1), shop.customerWith(0)]);
    const answer = await shop.checkout({ customer: { customerId }, items: [{ sku, quantity: 2 }], redeemPoints: 1 });
    expect(expectProblem(answer, 409, 'out_of_stock').errors).toEqual([{ sku, requested: 2, available: 1 }]);
  });

  test('customer_rejected before insufficient_points', async () => {
    const [sku, customerId] = await Promise.all([shop.productWith(1), shop.customerWith(1, { blocked: true })]);
    const answer = await shop.checkout({ customer: { customerId }, items: [{ sku, quantity: 1 }], redeemPoints: 2 });
    expectProblem(answer, 409, 'customer_rejected');
  });
});

describe.concurrent('a checkout that makes no order is', () => {
  const noOrderOf = async (customerId: string) =>
    expect((await shop.order('GET', `/orders?customerId=${customerId}`)).body).toEqual({ data: [], nextCursor: null });

  test('422 unknown_sku, naming every SKU that the catalogue lacks', async () => {
    const [sku, customerId] = await Promise.all([shop.productWith(1), shop.customerWith(0)]);
    const [first, second] = [`A-${randomUUID()}`, `B-${randomUUID()}`];
    const items = [first, sku, second].map((each) => ({ sku: each, quantity: 1 }));
    const { errors } = expectProblem(await shop.checkout({ customer: { customerId }, items }), 422, 'unknown_sku');
    expect(errors?.map((error) => error.sku)).toEqual([first, second]);
    await noOrderOf(customerId);
    expect(await shop.levelOf(sku)).toEqual({ available: 1, reserved: 0, sold: 0 });
  });

  test('422 points_exceed_total when the points are worth more than is left after the discount', async () => {
    const [sku, customerId] = await Promise.all([shop.productWith(1, { unitPrice: 1000 }), shop.customerWith(5000)]);
    const code = `HALF-${randomUUID()}`;
    await shop.order('POST', '/discounts', { body: { code, percent: 50 } });
    const checkout = (redeemPoints: number) =>
      shop.checkout({ customer: { customerId }, items: [{ sku, quantity: 1 }], discountCode: code, redeemPoints });
    expectProblem(await checkout(501), 422, 'points_exceed_total');
    await noOrderOf(customerId);
    expect((await shop.order('GET', `/discounts/${code}`)).body.uses).toBe(0);
    expect(await checkout(500)).toMatchObject({ status: 201, body: { totalPrice: 0 } });
  });

  test('422 points_need_customer when a guest wants to redeem', async () => {
    const sku = await shop.productWith(1);
    const email = `${randomUUID()}@example.com`;
    const answer = await shop.checkout({ customer: { email, name: 'A guest' }, items: [{ sku, quantity: 1 }], redeemPoints: 1 });
    expectProblem(answer, 422, 'points_need_customer');
    expect((await shop.loyalty('GET', `/customers?email=${email}`)).body.data).toEqual([]);
  });

  test.each<[string, Record<string, string>]>([
    ['is missing', {}],
    ['is empty', { 'idempotency-key': '' }],
    ['has only quotes', { 'idempotency-key': '""' }],
    ['is half quoted', { 'idempotency-key': '"half' }],
    ['has a space', { 'idempotency-key': 'two words' }],
    ['has 256 characters', { 'idempotency-key': 'k'.repeat(256) }],
    ['is not ASCII', { 'idempotency-key': 'clé' }],
  ])('400 when the Idempotency-Key %s', async (_, headers) => {
    const [sku, customerId] = await Promise.all([shop.productWith(1), shop.customerWith(0)]);
    const answer = await shop.anyone.order('POST', '/checkout', {
      body: { customer: { customerId }, items: [{ sku, quantity: 1 }] },
      headers,
    });
    const { errors } = expectProblem(answer, 400, 'idempotency-key' in headers ? 'idempotency_key_invalid' : 'idempotency_key_required');
    expect(errors).toMatchObject([{ parameter: 'Idempotency-Key', in: 'header' }]);
    await noOrderOf(customerId);
  });
});

describe.concurrent('orders', () => {
  test('are read by their id, by anyone; one that is not there is 404', async () => {
    expectProblem(await shop.anyone.order('GET', `/orders/${randomUUID()}`), 404, 'unknown_order');
  });

  test('are listed newest first, by customer and status, page by page until nextCursor is null', async () => {
    const [sku, customerId, other] = await Promise.all([shop.productWith(4), shop.customerWith(0), shop.customerWith(0)]);
    const placed: string[] = [];
    for (let i = 0; i < 4; i++) {
      const { body } = await shop.checkout({ customer: { customerId }, items: [{ sku, quantity: 1 }] });
      placed.push(String(body.orderId));
    }
    await shop.checkout({ customer: { customerId: other }, items: [{ sku, quantity: 1 }] });
    const cancelled = String(placed[1]);
    await shop.anyone.order('POST', `/orders/${cancelled}/cancel`);

    const seen: unknown[] = [];
    let cursor: unknown = '';
    while (cursor !== null) {
      const { status, body } = await shop.order('GET', `/orders?customerId=${customerId}&limit=2${cursor && `&cursor=${cursor}`}`);
      expect(status).toBe(200);
      expect(Object.keys(body).sort()).toEqual(['data', 'nextCursor']);
      const data = body.data as { orderId: string }[];
      expect(data.length).toBe(2);
      seen.push(...data.map(({ orderId }) => orderId));
      cursor = body.nextCursor;
      if (cursor !== null) expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
    }
    expect(seen).toEqual(placed.toReversed());
    const { body } = await shop.order('GET', `/orders?customerId=${customerId}&status=cancelled`);
    expect(body).toMatchObject({ data: [{ orderId: cancelled, status: 'cancelled' }], nextCursor: null });
  });
});
