import { ordersByCustomer, ordersBySku, stock } from '@microshop/contracts';
import { discounts, discountUses, idempotencyKeys, orders, products } from '@microshop/order-svc/application/collections';
import { aDiscount, anOrder, anOrderDocument } from '@microshop/order-svc/testing/builders';
import { beforeEach, describe, expect, test } from 'vitest';
import { newOrderFacts } from './facts.ts';
import { replayOrder } from './replay-orders.ts';
import { createToldShop, ORDER, TOLD_AT } from './testing/told.ts';

const MUGS = [{ sku: 'MUG', quantity: 2 }];

let shop: ReturnType<typeof createToldShop>;
beforeEach(() => {
  shop = createToldShop();
  shop.seed(products, { _id: 'MUG', name: 'Mug', unitPrice: 1000, currency: 'EUR', active: true, version: 1 });
});
const replay = () => replayOrder(shop, ORDER, shop.facts.orders.get(ORDER) ?? newOrderFacts(), { ...shop, pointValue: 1 });

describe('an order that came after the backup', () => {
  test('is there again, with its own time and price, and waits for the answers that the service reads again', async () => {
    shop.requested(MUGS, { totalPrice: 1900, redeemPoints: 100 });
    await replay();
    expect(shop.find(orders, ORDER)).toMatchObject({
      status: 'pending',
      customerId: 'ada',
      createdAt: TOLD_AT,
      itemsPrice: 2000,
      redeemedPoints: 100,
      totalPrice: 1900,
    });
    expect(shop.all(idempotencyKeys)).toMatchObject([{ orderId: ORDER }]);
    expect(shop.published()).toEqual([]);
    expect(shop.remarked()).toEqual(['order_without_key']);
  });

  test('is at the end that was told, and nothing is told twice', async () => {
    shop.requested(MUGS);
    shop.ended('OrderConfirmed', 2, MUGS);
    shop.ended('OrderFulfilled', 3, MUGS);
    await replay();
    const order = shop.find(orders, ORDER);
    expect(order).toMatchObject({ status: 'fulfilled', version: 3, updatedAt: TOLD_AT });
    expect(order?.states.map(({ status }) => status)).toEqual(['pending', 'confirmed', 'fulfilled']);
    expect(shop.published()).toEqual([]);
  });

  test('keeps why it was rejected', async () => {
    shop.requested(MUGS);
    shop.tell(stock, 'StockRejected', { orderId: ORDER, sku: 'MUG', quantity: 2, reason: 'out_of_stock', available: 1 });
    const purchase = { orderId: ORDER, version: 2, customerId: 'ada', totalPrice: 2000, currency: 'EUR' };
    shop.tell(ordersByCustomer, 'OrderRejected', { ...purchase, code: 'timed_out' });
    await replay();
    expect(shop.find(orders, ORDER)).toMatchObject({ status: 'rejected', rejection: { code: 'timed_out' } });
  });

  test('whose ending was told to a part of the services tells it to all of them', async () => {
    shop.requested(MUGS);
    shop.tell(ordersBySku, 'OrderCancelled', { orderId: ORDER, version: 2, sku: 'MUG', quantity: 2 });
    await replay();
    expect(shop.find(orders, ORDER)).toMatchObject({ status: 'cancelled' });
    expect(shop.published()).toEqual([`OrderCancelled ${ordersBySku.name}`, `OrderCancelled ${ordersByCustomer.name}`]);
  });

  test('whose request was told to a part of the services is rejected, so that nothing stays reserved', async () => {
    shop.requested([...MUGS, { sku: 'TEA', quantity: 1 }], { copies: MUGS });
    await replay();
    expect(shop.find(orders, ORDER)).toMatchObject({ status: 'rejected', rejection: { code: 'timed_out' }, totalPrice: 2000 });
    expect(shop.published()).toEqual([`OrderRejected ${ordersBySku.name}`, `OrderRejected ${ordersByCustomer.name}`]);
    expect(shop.remarked()).toEqual(['order_broken']);
  });
});

describe('an order whose request tells its checkout', () => {
  const checkout = { idempotencyKey: 'key', fingerprint: 'print', unitPrices: [1100], discountCode: 'WELCOME', discountPrice: 200 };
  const key = { _id: 'ada\nkey', orderId: ORDER, fingerprint: 'print' };
  const seedDiscount = (uses: number) => shop.seed(discounts, { ...aDiscount({ uses }), _id: 'WELCOME' });
  beforeEach(() => shop.requested(MUGS, { checkout }));

  test('has its price, its key and its code again, and the code counts the use', async () => {
    seedDiscount(3);
    await replay();
    await replay();
    expect(shop.find(orders, ORDER)).toMatchObject({ itemsPrice: 2200, discountCode: 'WELCOME', discountPrice: 200, totalPrice: 2000 });
    expect(shop.all(idempotencyKeys)).toMatchObject([key]);
    expect(shop.find(discounts, 'WELCOME')).toMatchObject({ uses: 4 });
    expect(shop.all(discountUses)).toMatchObject([{ _id: 'WELCOME\nada', uses: 1 }]);
    expect(shop.remarked()).toEqual(['order_remade']);
  });

  test('and that was cancelled counts no use', async () => {
    seedDiscount(3);
    shop.ended('OrderCancelled', 2, MUGS);
    await replay();
    expect(shop.find(orders, ORDER)).toMatchObject({ status: 'cancelled', discountCode: 'WELCOME' });
    expect([shop.find(discounts, 'WELCOME')?.uses, shop.find(discountUses, 'WELCOME\nada')?.uses]).toEqual([3, 0]);
  });

  test('has no code that was made after the backup, which counts from zero when it is made again', async () => {
    await replay();
    expect(shop.find(orders, ORDER)).toMatchObject({ discountCode: null, discountPrice: 200, totalPrice: 2000 });
    expect(shop.all(discountUses)).toEqual([]);
  });

  test('leaves its key to the order that it made since, where the services ran before the replay', async () => {
    const since = { ...key, orderId: 'another' };
    shop.seed(idempotencyKeys, since);
    await replay();
    expect(shop.find(idempotencyKeys, key._id)).toMatchObject(since);
    expect(shop.all(idempotencyKeys).map(({ orderId }) => orderId)).toEqual(expect.arrayContaining(['another', ORDER]));
  });
});

describe('an order of the backup', () => {
  const known = anOrderDocument(anOrder({ orderId: ORDER, discountCode: 'WELCOME' }));
  const items = known.items.map(({ sku, quantity }) => ({ sku, quantity }));
  beforeEach(() => shop.seed(orders, known));

  test('that was cancelled after it gives its discount back', async () => {
    shop.seed(discounts, { ...aDiscount({ uses: 1 }), _id: 'WELCOME' });
    shop.ended('OrderCancelled', 2, items);
    await replay();
    expect(shop.find(orders, ORDER)).toMatchObject({ status: 'cancelled' });
    expect(shop.find(discounts, 'WELCOME')).toMatchObject({ uses: 0 });
  });

  test('that is at its last state already stays as it is, however often', async () => {
    shop.requested(items);
    shop.ended('OrderConfirmed', 2, items);
    await replay();
    const confirmed = shop.find(orders, ORDER);
    await replay();
    expect(shop.find(orders, ORDER)).toEqual(confirmed);
    expect(confirmed).toMatchObject({ status: 'confirmed', version: 2, discountCode: 'WELCOME' });
  });
});
