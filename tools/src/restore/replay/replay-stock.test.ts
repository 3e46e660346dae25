import { catalog, ordersBySku, stockLevels, stock as stockTopic } from '@microshop/contracts';
import {
  type HoldDocument,
  holds,
  movements,
  products,
  reservationKey,
  reservations,
  stock,
} from '@microshop/inventory-svc/application/collections';
import { itemsDigest } from '@microshop/inventory-svc/application/items-digest';
import { beforeEach, expect, test } from 'vitest';
import { claimsBySku, replayHold, replayStock } from './replay-stock.ts';
import { createToldShop, ORDER, TOLD_AT } from './testing/told.ts';

const HOLD = '019bd6a0-0000-7000-8000-00000000000a';
const line = { orderId: ORDER, sku: 'MUG', quantity: 2 };
const level = { sku: 'MUG', available: 10, reserved: 0, sold: 0, version: 2 };

let shop: ReturnType<typeof createToldShop>;
beforeEach(() => {
  shop = createToldShop();
  const { sku: _id, ...units } = level;
  shop.seed(stock, { _id, ...units });
});
const replay = () => replayStock(shop, 'MUG', claimsBySku(shop.facts).get('MUG') ?? [], shop);
const tellLevel = (told: Partial<typeof level>) => shop.tell(stockLevels, 'StockLevelChanged', { ...level, ...told });
const tellReserved = () => {
  shop.requested([{ sku: 'MUG', quantity: 2 }]);
  shop.tell(stockTopic, 'StockReserved', line);
};
const reservation = () => shop.find(reservations, reservationKey(ORDER, 'MUG'));
const levelNow = () => shop.find(stock, 'MUG');

test('what an order had reserved and bought after the backup is its own again', async () => {
  tellReserved();
  shop.ended('OrderConfirmed', 2, [{ sku: 'MUG', quantity: 2 }]);
  tellLevel({ available: 8, sold: 2, version: 4 });
  await replay();
  expect(reservation()).toMatchObject({ state: 'sold', quantity: 2 });
  expect(levelNow()).toMatchObject({ available: 8, reserved: 0, sold: 2 });
  // The answer was told, and is not told again.
  expect(shop.published().filter((told) => told.startsWith('StockReserved'))).toEqual([]);
});

test('levels that are told from now on are later than those that were told, and the ledger has no gap', async () => {
  tellReserved();
  tellLevel({ available: 8, reserved: 2, version: 900 });
  await replay();
  expect(levelNow()?.version).toBe(901);
  expect(shop.all(movements)).toHaveLength(899);
});

test('units that came in or went out by hand are there, or gone', async () => {
  tellLevel({ available: 35, version: 3 });
  await replay();
  expect(levelNow()).toMatchObject({ available: 35 });
  expect(shop.all(movements)).toMatchObject([{ type: 'received', change: 25, version: 3 }]);
  expect(shop.remarked()).toEqual(['stock_corrected']);

  tellLevel({ available: 30, version: 9 });
  await replay();
  expect(levelNow()).toMatchObject({ available: 30, version: 10 });
});

test('what was taken and given back since the backup moves nothing', async () => {
  shop.seed(stock, { _id: 'MUG', available: 0, reserved: 0, sold: 10, version: 2 });
  tellReserved();
  shop.ended('OrderCancelled', 2, [{ sku: 'MUG', quantity: 2 }]);
  await replay();
  expect(reservation()).toMatchObject({ state: 'released' });
  expect(levelNow()).toMatchObject({ available: 0, sold: 10 });
});

test('a release that was not told yet is told', async () => {
  shop.seed(reservations, { _id: reservationKey(ORDER, 'MUG'), ...line, version: 1, at: TOLD_AT, state: 'reserved' });
  shop.seed(stock, { _id: 'MUG', available: 8, reserved: 2, sold: 0, version: 3 });
  shop.tell(ordersBySku, 'OrderCancelled', { ...line, version: 2 });
  await replay();
  expect(levelNow()).toMatchObject({ available: 10, reserved: 0 });
  expect(shop.published()).toContain(`StockReleased ${stockTopic.name}`);
});

test('a refusal binds as it did', async () => {
  shop.requested([{ sku: 'MUG', quantity: 2 }]);
  shop.tell(stockTopic, 'StockRejected', { ...line, reason: 'out_of_stock', available: 1 });
  await replay();
  expect(reservation()).toMatchObject({ state: 'rejected', reason: 'out_of_stock', available: 1 });
});

test('a promise is kept also where no units for it are known', async () => {
  shop.seed(stock, { _id: 'MUG', available: 0, reserved: 0, sold: 10, version: 2 });
  tellReserved();
  await replay();
  expect(levelNow()).toMatchObject({ available: 0, reserved: 2 });
  expect(shop.remarked()).toEqual(['stock_short']);
});

test('a product that came after the backup is there again, with its stock', async () => {
  const pot = { sku: 'POT', name: 'Pot', unitPrice: 5, currency: 'EUR', active: true };
  shop.tell(catalog, 'ProductChanged', { ...pot, version: 1 });
  shop.tell(catalog, 'ProductChanged', { ...pot, unitPrice: 7, version: 2 });
  shop.tell(stockLevels, 'StockLevelChanged', { sku: 'POT', available: 3, reserved: 0, sold: 0, version: 2 });
  await replayStock(shop, 'POT', [], shop);
  expect(shop.find(products, 'POT')).toMatchObject({ unitPrice: 7, version: 2, createdAt: TOLD_AT });
  expect(shop.find(stock, 'POT')).toMatchObject({ available: 3, version: 2 });
});

test('replayed again, nothing changes', async () => {
  tellReserved();
  tellLevel({ available: 40, reserved: 2, version: 7 });
  await replay();
  const [before, rows] = [levelNow(), shop.all(movements).length];
  await replay();
  expect([levelNow(), shop.all(movements).length]).toEqual([before, rows]);
});

const held = (): HoldDocument => ({
  _id: HOLD,
  status: 'held',
  items: [{ sku: 'MUG', quantity: 2, settled: false }],
  itemsDigest: itemsDigest([{ sku: 'MUG', quantity: 2 }]),
  expiresAt: new Date(TOLD_AT.getTime() + 1000),
});

test('a hold belongs to the order that had claimed it', async () => {
  shop.seed(stock, { _id: 'MUG', available: 8, reserved: 2, sold: 0, version: 3 });
  shop.seed(holds, held());
  shop.requested([{ sku: 'MUG', quantity: 2, reservationId: HOLD }]);
  shop.tell(stockTopic, 'StockReserved', line);
  await replayHold(shop, HOLD, shop);
  await replay();
  expect(shop.find(holds, HOLD)).toMatchObject({ status: 'claimed', orderId: ORDER, items: [{ settled: true }] });
  expect(reservation()).toMatchObject({ state: 'reserved' });
  expect(levelNow()).toMatchObject({ available: 8, reserved: 2 });
});

test('a hold that nobody had claimed ends, and its units are free', async () => {
  shop.seed(stock, { _id: 'MUG', available: 8, reserved: 2, sold: 0, version: 3 });
  shop.seed(holds, held());
  await replayHold(shop, HOLD, shop);
  expect(shop.find(holds, HOLD)?.status).toMatch(/released|expired/);
  expect(levelNow()).toMatchObject({ available: 10, reserved: 0 });
  expect(shop.remarked()).toEqual(['hold_ended']);
});
