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

type Item = { sku: string; quantity: number };

const validate = (items: Item[], reserve?: boolean) =>
  shop.anyone.inventory('POST', '/products/validate-stock', { body: { items, ...(reserve !== undefined && { reserve }) } });
const rollBack = (reservationId: unknown) => shop.anyone.inventory('POST', '/products/rollback-stock', { body: { reservationId } });

async function held(...items: Item[]): Promise<string> {
  const { status, body } = await validate(items, true);
  expect({ status, body }).toMatchObject({ status: 200, body: { ok: true, shortages: [] } });
  return String(body.reservationId);
}

describe.concurrent('validate-stock', () => {
  test('says that a cart can be had, and holds nothing unless asked to', async () => {
    const sku = await shop.productWith(3);
    for (const reserve of [undefined, false])
      expect(await validate([{ sku, quantity: 3 }], reserve)).toMatchObject({ status: 200, body: { ok: true, shortages: [] } });
    expect(Object.keys((await validate([{ sku, quantity: 3 }])).body).sort()).toEqual(['ok', 'shortages']);
    expect(await shop.levelOf(sku)).toEqual({ available: 3, reserved: 0, sold: 0 });
  });

  test('is 200 also when short, with each SKU that is: too few, retired or unknown', async () => {
    const [few, retired] = await Promise.all([shop.productWith(2), shop.productWith(2)]);
    await shop.inventory('DELETE', `/products/${retired}`);
    const unknown = `NO-${randomUUID()}`;
    const { status, body } = await validate([few, retired, unknown].map((sku) => ({ sku, quantity: 3 })));
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        ok: false,
        shortages: [
          { sku: few, requested: 3, available: 2 },
          { sku: retired, requested: 3, available: 0 },
          { sku: unknown, requested: 3, available: 0 },
        ],
      },
    });
  });

  test('sums two items of one SKU', async () => {
    const sku = await shop.productWith(3);
    const twice = [
      { sku, quantity: 2 },
      { sku, quantity: 2 },
    ];
    expect((await validate(twice, true)).body).toEqual({ ok: false, shortages: [{ sku, requested: 4, available: 3 }] });
  });

  test('with reserve holds all or nothing, for ten minutes', async () => {
    const [plenty, few] = await Promise.all([shop.productWith(9), shop.productWith(1)]);
    const short = await validate(
      [
        { sku: plenty, quantity: 1 },
        { sku: few, quantity: 2 },
      ],
      true,
    );
    expect(short).toMatchObject({ status: 200, body: { ok: false, shortages: [{ sku: few, requested: 2, available: 1 }] } });
    expect(short.body).not.toHaveProperty('reservationId');
    expect(await shop.levelOf(plenty)).toEqual({ available: 9, reserved: 0, sold: 0 });

    const before = Date.now();
    const { body } = await validate(
      [
        { sku: plenty, quantity: 4 },
        { sku: few, quantity: 1 },
      ],
      true,
    );
    expect(body).toEqual({ ok: true, shortages: [], reservationId: expect.any(String), expiresAt: expect.any(String) });
    const minutes = (Date.parse(String(body.expiresAt)) - before) / 60_000;
    expect(minutes).toBeGreaterThan(9.9);
    expect(minutes).toBeLessThan(10.5);
    expect(await shop.levelOf(plenty)).toEqual({ available: 5, reserved: 4, sold: 0 });
    expect(await shop.levelOf(few)).toEqual({ available: 0, reserved: 1, sold: 0 });
  });

  test('never holds a unit twice, however many ask at once', async () => {
    const sku = await shop.productWith(3);
    const answers = await Promise.all(Array.from({ length: 12 }, () => validate([{ sku, quantity: 1 }], true)));
    expect(answers.filter(({ body }) => body.ok)).toHaveLength(3);
    expect(await shop.levelOf(sku)).toEqual({ available: 0, reserved: 3, sold: 0 });
  });
});

describe.concurrent('rollback-stock', () => {
  test('gives the units back, once', async () => {
    const sku = await shop.productWith(2);
    const reservationId = await held({ sku, quantity: 2 });
    const answers = [await rollBack(reservationId), await rollBack(reservationId), await rollBack(reservationId.toUpperCase())];
    expect(answers.map(({ status, body }) => [status, body.status])).toEqual(answers.map(() => [200, 'released']));
    expect(await shop.levelOf(sku)).toEqual({ available: 2, reserved: 0, sold: 0 });
  });

  test('of a reservation that nobody made is 404', async () => {
    expectProblem(await rollBack(randomUUID()), 404, 'unknown_reservation');
  });

  test('does nothing to a hold that an order has claimed', async () => {
    const [sku, customerId] = await Promise.all([shop.productWith(2), shop.customerWith(0)]);
    const reservationId = await held({ sku, quantity: 2 });
    expect((await shop.checkout({ customer: { customerId }, items: [{ sku, quantity: 2 }], reservationId })).status).toBe(201);
    expect(await rollBack(reservationId)).toMatchObject({ status: 200, body: { status: 'claimed' } });
    await shop.levelBecomes(sku, { available: 0, reserved: 0, sold: 2 });
  });
});

describe.concurrent('a checkout that brings a reservation', () => {
  test('gets the held units, which nobody else could have had', async () => {
    const [sku, other, customerId] = await Promise.all([shop.productWith(2), shop.productWith(1), shop.customerWith(0)]);
    const items = [
      { sku, quantity: 2 },
      { sku: other, quantity: 1 },
    ];
    const reservationId = await held(...items);
    expectProblem(await shop.checkout({ customer: { customerId }, items: [{ sku, quantity: 1 }] }), 409, 'out_of_stock');
    const { status } = await shop.checkout({ customer: { customerId }, items: items.toReversed(), reservationId });
    expect(status).toBe(201);
    await shop.levelBecomes(sku, { available: 0, reserved: 0, sold: 2 });
    await shop.levelBecomes(other, { available: 0, reserved: 0, sold: 1 });
  });

  test('may write its id in capitals', async () => {
    const [sku, customerId] = await Promise.all([shop.productWith(1), shop.customerWith(0)]);
    const reservationId = (await held({ sku, quantity: 1 })).toUpperCase();
    expect((await shop.checkout({ customer: { customerId }, items: [{ sku, quantity: 1 }], reservationId })).status).toBe(201);
  });

  test('is reservation_invalid when it was used before', async () => {
    const [sku, customerId] = await Promise.all([shop.productWith(5), shop.customerWith(0)]);
    const body = { customer: { customerId }, items: [{ sku, quantity: 1 }], reservationId: await held({ sku, quantity: 1 }) };
    expect((await shop.checkout(body)).status).toBe(201);
    expectProblem(await shop.checkout(body), 409, 'reservation_invalid');
    await shop.levelBecomes(sku, { available: 4, reserved: 0, sold: 1 });
  });

  test('is reservation_invalid when it was rolled back', async () => {
    const [sku, customerId] = await Promise.all([shop.productWith(5), shop.customerWith(0)]);
    const reservationId = await held({ sku, quantity: 1 });
    await rollBack(reservationId);
    const answer = await shop.checkout({ customer: { customerId }, items: [{ sku, quantity: 1 }], reservationId });
    expectProblem(answer, 409, 'reservation_invalid');
  });

  test.each<[string, (skus: [string, string]) => Item[]]>([
    [
      'fewer units',
      ([a, b]) => [
        { sku: a, quantity: 1 },
        { sku: b, quantity: 1 },
      ],
    ],
    [
      'more units',
      ([a, b]) => [
        { sku: a, quantity: 3 },
        { sku: b, quantity: 1 },
      ],
    ],
    ['an item less', ([a]) => [{ sku: a, quantity: 2 }]],
  ])('is reservation_invalid when it is for %s, and the hold is still there for the right items', async (_, itemsOf) => {
    const [a, b, customerId] = await Promise.all([shop.productWith(9), shop.productWith(9), shop.customerWith(0)]);
    const items = [
      { sku: a, quantity: 2 },
      { sku: b, quantity: 1 },
    ];
    const reservationId = await held(...items);
    const customer = { customerId };
    expectProblem(await shop.checkout({ customer, items: itemsOf([a, b]), reservationId }), 409, 'reservation_invalid');
    expect(await shop.levelOf(a)).toEqual({ available: 7, reserved: 2, sold: 0 });
    expect((await shop.checkout({ customer, items, reservationId })).status).toBe(201);
    await shop.levelBecomes(a, { available: 7, reserved: 0, sold: 2 });
    await shop.levelBecomes(b, { available: 8, reserved: 0, sold: 1 });
  });

  test('is reservation_invalid when it has an item more', async () => {
    const [a, b, customerId] = await Promise.all([shop.productWith(9), shop.productWith(9), shop.customerWith(0)]);
    const reservationId = await held({ sku: a, quantity: 1 });
    const items = [a, b].map((sku) => ({ sku, quantity: 1 }));
    expectProblem(await shop.checkout({ customer: { customerId }, items, reservationId }), 409, 'reservation_invalid');
    await shop.levelBecomes(b, { available: 9, reserved: 0, sold: 0 });
  });

  test('at the same time as four others with the same one is the only one that gets it', async () => {
    const [a, b, customerId] = await Promise.all([shop.productWith(9), shop.productWith(9), shop.customerWith(0)]);
    const items = [a, b].map((sku) => ({ sku, quantity: 1 }));
    const reservationId = await held(...items);
    const answers = await Promise.all(Array.from({ length: 5 }, () => shop.checkout({ customer: { customerId }, items, reservationId })));
    expect(answers.map(({ status, body }) => body.code ?? status).toSorted()).toEqual([201, ...Array(4).fill('reservation_invalid')]);
    for (const sku of [a, b]) await shop.levelBecomes(sku, { available: 8, reserved: 0, sold: 1 });
  });

  test('and is rejected for another reason gives the held units back to all', async () => {
    const [a, b, customerId] = await Promise.all([shop.productWith(2), shop.productWith(1), shop.customerWith(0)]);
    const items = [
      { sku: a, quantity: 2 },
      { sku: b, quantity: 1 },
    ];
    const body = { customer: { customerId }, items, reservationId: await held(...items), redeemPoints: 1 };
    expectProblem(await shop.checkout(body), 409, 'insufficient_points');
    await shop.levelBecomes(a, { available: 2, reserved: 0, sold: 0 });
    await shop.levelBecomes(b, { available: 1, reserved: 0, sold: 0 });
  });

  test('and is cancelled, pending or confirmed, gives the held units back to all', async () => {
    const [sku, customerId] = await Promise.all([shop.productWith(4), shop.customerWith(0)]);
    const bring = async () => ({
      customer: { customerId },
      items: [{ sku, quantity: 2 }],
      reservationId: await held({ sku, quantity: 2 }),
    });
    const orders = [await shop.checkout(await bring(), { prefer: 'respond-async' }), await shop.checkout(await bring())];
    for (const { body } of orders) expect((await shop.anyone.order('POST', `/orders/${body.orderId}/cancel`)).status).toBe(200);
    await shop.levelBecomes(sku, { available: 4, reserved: 0, sold: 0 });
  });
});
