import { ordersByCustomer, ordersBySku, stock } from '@microshop/contracts';
import { discounts, idempotencyKeys, orders, products } from '@microshop/order-svc/application/collections';
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
    expect(shop.remarked()).toEqual(['order_remade']);
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
