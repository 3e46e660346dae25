import { newUuid } from '@microshop/chassis/clock';
import type { CheckoutRequest } from '@microshop/contracts/http';
import { describe, expect, it } from 'vitest';
import { aDiscount, aProduct, at } from '../testing/builders.ts';
import { memoryTransact } from '../testing/memory-transact.ts';
import { toCheckout } from './checkout-request.ts';
import { discounts, discountUses, idempotencyKeys, orders, products } from './collections.ts';
import { createPlaceOrder, type Placed } from './place-order.ts';

const aBody = (overrides: Partial<CheckoutRequest> = {}): CheckoutRequest => ({
  customer: { customerId: 'ada' },
  items: [{ sku: 'MUG', quantity: 2 }],
  ...overrides,
});

/** A shop that sells MUG (500) and TEA (300). */
function aShop() {
  const memory = memoryTransact();
  memory.store.seed(products, aProduct({ _id: 'MUG' }), aProduct({ _id: 'TEA', name: 'Tea', unitPrice: 300 }));
  const placeOrder = createPlaceOrder({ transact: memory.transact, newId: newUuid, currency: 'EUR', pointValue: 1, timeoutMs: 600_000 });
  const place = (body: Partial<CheckoutRequest> = {}, key: string = newUuid()) => placeOrder(toCheckout(aBody(body), key), {});
  return { ...memory, place };
}
const refusalOf = (placed: Placed) =>
  placed.kind === 'refused' ? { status: placed.refusal.status, code: placed.refusal.code, ...placed.refusal.extensions } : placed.kind;
const orderOf = (placed: Placed) => {
  if (placed.kind === 'refused') throw placed.refusal;
  return placed.order;
};

describe('an order that is placed', () => {
  it('is priced from the catalogue and kept whole, with its key', async () => {
    const { store, place } = aShop();
    const order = orderOf(
      await place(
        {
          items: [
            { sku: 'TEA', quantity: 1 },
            { sku: 'MUG', quantity: 2 },
          ],
          redeemPoints: 100,
        },
        'key',
      ),
    );
    expect(order).toMatchObject({
      customerId: 'ada',
      status: 'pending',
      version: 1,
      items: [
        { sku: 'MUG', name: 'Mug', quantity: 2, unitPrice: 500, lineTotal: 1000 },
        { sku: 'TEA', name: 'Tea', quantity: 1, unitPrice: 300, lineTotal: 300 },
      ],
      itemsPrice: 1300,
      redeemedPoints: 100,
      pointsDiscountPrice: 100,
      totalPrice: 1200,
      currency: 'EUR',
      createdAt: at(30),
    });
    expect(store.find(orders, order.orderId)).toMatchObject(order);
    expect(store.all(idempotencyKeys)).toMatchObject([{ _id: 'ada\nkey', orderId: order.orderId }]);
  });

  it('is told of once for each SKU, without personal data, and once for the customer', async () => {
    const { store, place, events } = aShop();
    const customer = { email: 'Ada@example.com', name: 'Ada Lovelace' };
    const items = [
      { sku: 'MUG', quantity: 2 },
      { sku: 'TEA', quantity: 1 },
    ];
    const { orderId, customerKey } = orderOf(await place({ customer, items }, 'key'));
    expect(events().map(({ topic, type, key, aggregateid, version }) => [topic, type, key, aggregateid, version])).toEqual([
      ['microshop.orders-by-sku.v1', 'OrderRequested', 'MUG', orderId, 1],
      ['microshop.orders-by-sku.v1', 'OrderRequested', 'TEA', orderId, 1],
      ['microshop.orders-by-customer.v1', 'OrderRequested', customerKey, orderId, 1],
    ]);
    const [mug, , purchase] = events().map(({ payload }) => JSON.parse(String(payload)));
    expect(Object.keys(mug).sort()).toEqual(['itemsDigest', 'orderId', 'quantity', 'sku', 'timeoutMs', 'version']);
    expect(purchase).toEqual({
      orderId,
      version: 1,
      customerId: customerKey,
      totalPrice: 1300,
      currency: 'EUR',
      redeemPoints: 0,
      guest: { email: 'ada@example.com', name: 'Ada Lovelace' },
      checkout: {
        idempotencyKey: 'key',
        fingerprint: store.all(idempotencyKeys)[0]?.fingerprint,
        unitPrices: [500, 300],
        discountPrice: 0,
      },
      timeoutMs: 600_000,
    });
  });

  it('is told of with its discount code, to the customer alone', async () => {
    const { store, place, events } = aShop();
    store.seed(discounts, { ...aDiscount(), _id: 'WELCOME' });
    await place({ discountCode: 'welcome' });
    expect(events().map(({ payload }) => JSON.parse(String(payload)).checkout)).toMatchObject([
      undefined,
      { discountCode: 'WELCOME', discountPrice: 100 },
    ]);
  });

  it('passes its reservation on to every SKU', async () => {
    const { place, events } = aShop();
    const reservationId = newUuid();
    await place({ reservationId });
    expect(events().map(({ payload }) => JSON.parse(String(payload)).reservationId)).toEqual([reservationId, undefined]);
  });
});

describe('a checkout is refused, leaves nothing behind and its key free', () => {
  async function refused(body: Partial<CheckoutRequest>, setUp: (shop: ReturnType<typeof aShop>) => void = () => {}) {
    const shop = aShop();
    setUp(shop);
    const placed = await shop.place(body, 'key');
    expect([shop.store.all(orders), shop.store.all(idempotencyKeys), shop.events()]).toEqual([[], [], []]);
    expect(await shop.place({}, 'key')).toMatchObject({ kind: 'placed' });
    return refusalOf(placed);
  }

  it('for SKUs that are unknown or retired, each named', async () => {
    const items = ['MUG', 'HAT', 'OLD'].map((sku) => ({ sku, quantity: 1 }));
    const refusal = await refused({ items }, ({ store }) => store.seed(products, aProduct({ _id: 'OLD', active: false })));
    expect(refusal).toMatchObject({ status: 422, code: 'unknown_sku', errors: [{ sku: 'HAT' }, { sku: 'OLD' }] });
  });

  it('for a product that is priced in another currency than the shop sells in', async () => {
    const refusal = await refused({ items: [{ sku: 'HAT', quantity: 1 }] }, ({ store }) =>
      store.seed(products, aProduct({ _id: 'HAT', currency: 'USD' })),
    );
    expect(refusal).toMatchObject({ status: 422, code: 'unknown_sku' });
  });

  it('for points of a guest', async () => {
    const customer = { email: 'ada@example.com', name: 'Ada' };
    expect(await refused({ customer, redeemPoints: 1 })).toMatchObject({ status: 422, code: 'points_need_customer' });
  });

  it('for more points than there is to pay', async () => {
    expect(await refused({ redeemPoints: 1001 })).toMatchObject({ status: 422, code: 'points_exceed_total' });
  });

  it.each([
    ['unknown', undefined],
    ['retired', aDiscount({ active: false })],
    ['not_yet_valid', aDiscount({ validFrom: at(31) })],
    ['expired', aDiscount({ validUntil: at(29) })],
    ['minimum_not_met', aDiscount({ minimumTotal: 1001 })],
    ['used_up', aDiscount({ maxUses: 1, uses: 1 })],
  ])('for a discount code: %s', async (reason, discount) => {
    const refusal = await refused({ discountCode: 'welcome' }, ({ store }) => {
      if (discount) store.seed(discounts, { ...discount, _id: discount.code });
    });
    expect(refusal).toMatchObject({ status: 422, code: 'discount_invalid', reason, discountCode: 'WELCOME' });
  });

  it('for a discount code that the customer has used up', async () => {
    const refusal = await refused({ discountCode: 'WELCOME' }, ({ store }) => {
      store.seed(discounts, { ...aDiscount({ maxUsesPerCustomer: 1 }), _id: 'WELCOME' });
      store.seed(discountUses, { _id: 'WELCOME\nada', uses: 1 });
    });
    expect(refusal).toMatchObject({ code: 'discount_invalid', reason: 'used_up_by_customer' });
  });
});

describe('checkouts at the same time', () => {
  it('with one key make one order; exactly one of them placed it', async () => {
    const { store, place } = aShop();
    const placed = await Promise.all(Array.from({ length: 50 }, () => place({}, 'key')));
    expect(new Set(placed.map((each) => orderOf(each).orderId)).size).toBe(1);
    expect(placed.filter(({ kind }) => kind === 'placed')).toHaveLength(1);
    expect(store.all(orders)).toHaveLength(1);
  });

  it('with one key of two customers make two orders', async () => {
    const { place } = aShop();
    const customers = [{ customerId: 'ada' }, { customerId: 'bob' }];
    const placed = await Promise.all(customers.map((customer) => place({ customer }, 'key')));
    expect(placed.map(({ kind }) => kind)).toEqual(['placed', 'placed']);
  });

  it('take the last use of a code once', async () => {
    const { store, place } = aShop();
    store.seed(discounts, { ...aDiscount({ maxUses: 3 }), _id: 'WELCOME' });
    const placed = await Promise.all(Array.from({ length: 10 }, () => place({ discountCode: 'WELCOME' })));
    expect(placed.filter(({ kind }) => kind === 'placed')).toHaveLength(3);
    expect(store.find(discounts, 'WELCOME')?.uses).toBe(3);
    expect(store.find(discountUses, 'WELCOME\nada')?.uses).toBe(3);
  });

  it('do not spoil each other: a refused one beside a good one', async () => {
    const { place } = aShop();
    const placed = await Promise.all([place(), place({ items: [{ sku: 'HAT', quantity: 1 }] }), place()]);
    expect(placed.map(({ kind }) => kind)).toEqual(['placed', 'refused', 'placed']);
  });

  it('do not spoil each other: one that trips over a bug fails alone', async () => {
    const { store, place } = aShop();
    store.seed(products, aProduct({ _id: 'ODD', unitPrice: 0.5 }));
    const items = [{ sku: 'ODD', quantity: 1 }];
    const placed = await Promise.allSettled([place(), place(), place({ items }), place()]);
    expect(placed.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(store.all(orders)).toHaveLength(3);
  });

  it('share a transaction of at most 1,000 writes', async () => {
    const { store, place } = aShop();
    store.seed(discounts, { ...aDiscount(), _id: 'WELCOME' });
    const checkout = (_: unknown, index: number) => place({ customer: { customerId: `c-${index}` }, discountCode: 'WELCOME' });
    await Promise.all(Array.from({ length: 600 }, checkout));
    expect(store.all(orders)).toHaveLength(600);
    expect(Math.max(...store.commits.map((writes) => writes.length))).toBeLessThanOrEqual(1000);
    expect(store.commits.length).toBeLessThan(10);
  });
});

describe('the same key again', () => {
  it('answers the order as it is now, also when the product is not sold any more', async () => {
    const { store, place } = aShop();
    const { orderId } = orderOf(await place({}, 'key'));
    store.seed(products, aProduct({ _id: 'MUG', active: false }));
    expect(await place({}, 'key')).toMatchObject({ kind: 'replayed', order: { orderId } });
  });

  it('with another body is refused', async () => {
    const { place } = aShop();
    await place({}, 'key');
    expect(refusalOf(await place({ redeemPoints: 1 }, 'key'))).toMatchObject({ status: 422, code: 'idempotency_key_reused' });
  });
});

describe('a commit', () => {
  it.each(['unknown, written', 'unknown, not written'] as const)('that is %s makes one order, placed by this request', async (fault) => {
    const { store, place, events } = aShop();
    store.seed(discounts, { ...aDiscount(), _id: 'WELCOME' });
    store.failNext('commit', fault);
    expect(await place({ discountCode: 'WELCOME' }, 'key')).toMatchObject({ kind: 'placed' });
    expect([store.all(orders).length, events().length, store.find(discounts, 'WELCOME')?.uses]).toEqual([1, 2, 1]);
  });

  it('that is unknown twice fails, and the same key finds the order', async () => {
    const { store, place } = aShop();
    store.failNext('commit', 'unknown, not written', 'unknown, written');
    await expect(place({}, 'key')).rejects.toMatchObject({ kind: 'unknown' });
    expect(await place({}, 'key')).toMatchObject({ kind: 'replayed' });
    expect(store.all(orders)).toHaveLength(1);
  });

  it('that conflicts is run again from a new read', async () => {
    const { store, place } = aShop();
    store.seed(discounts, { ...aDiscount({ maxUses: 1 }), _id: 'WELCOME' });
    store.failNext('commit', 'conflict', 'conflict');
    expect(await place({ discountCode: 'WELCOME' })).toMatchObject({ kind: 'placed' });
    expect(store.find(discounts, 'WELCOME')?.uses).toBe(1);
  });

  it('that fails because the database is away fails the checkout and leaves its key free', async () => {
    const { store, place } = aShop();
    store.failNext('begin', 'unavailable');
    await expect(place({}, 'key')).rejects.toMatchObject({ kind: 'unavailable' });
    expect(await place({}, 'key')).toMatchObject({ kind: 'placed' });
  });
});
