import { points, pointsByCustomer } from '@microshop/contracts';
import { customers, emails, orderPoints, pointsLedger } from '@microshop/loyalty-svc/application/collections';
import { beforeEach, expect, test } from 'vitest';
import { wholeTopics } from '../../audit/rules/delivery.ts';
import { aggregates } from './replay-outbox.ts';
import { replayPoints } from './replay-points.ts';
import { createToldShop, ORDER } from './testing/told.ts';

let shop: ReturnType<typeof createToldShop>;
beforeEach(() => {
  shop = createToldShop();
});
const account = { orderId: ORDER, customerId: 'ada' };
const replay = () => replayPoints(shop, 'ada', [...shop.facts.points.values()], shop);
const ada = { _id: 'ada', email: 'ada@example.com', name: 'Ada', blocked: false, version: 3, createdAt: new Date(0) };

test('what was given, redeemed and earned after the backup is in the ledger again', async () => {
  shop.seed(customers, { ...ada, balance: 50, ledgerSum: 50, movements: 1 });
  shop.tell(pointsByCustomer, 'PointsAdjusted', { customerId: 'ada', movementId: 'gift', change: 77, balance: 127, customerVersion: 4 });
  shop.tell(points, 'PointsDeducted', { ...account, points: 27, balance: 100, customerVersion: 5 });
  shop.tell(points, 'PointsEarned', { ...account, points: 19, balance: 119, customerVersion: 9 }, 2);
  await replay();
  expect(shop.find(customers, 'ada')).toMatchObject({ balance: 119, ledgerSum: 119, movements: 4, version: 9 });
  expect(shop.all(pointsLedger).map(({ type, change }) => `${type} ${change}`)).toEqual(['adjusted 77', 'deducted -27', 'earned 19']);
  expect(shop.find(orderPoints, ORDER)).toMatchObject({ state: 'earned', redeemed: 27, earned: 19, version: 2 });
  expect(shop.published()).toEqual([]);
});

test('what was told within a millisecond is taken in the order of the customer, not of the ids', async () => {
  shop.seed(customers, { ...ada, balance: 0, ledgerSum: 0, movements: 0 });
  shop.tell(points, 'PointsEarned', { ...account, points: 19, balance: 19, customerVersion: 6 }, 2, 'a');
  shop.tell(points, 'PointsDeducted', { ...account, points: 27, balance: 0, customerVersion: 5 }, 1, 'b');
  shop.tell(
    pointsByCustomer,
    'PointsAdjusted',
    { customerId: 'ada', movementId: 'gift', change: 27, balance: 27, customerVersion: 4 },
    1,
    'c',
  );
  await replay();
  expect(shop.all(pointsLedger).map(({ type, change }) => `${type} ${change}`)).toEqual(['adjusted 27', 'deducted -27', 'earned 19']);
});

test('replayed again, nothing changes', async () => {
  shop.seed(customers, { ...ada, balance: 50, ledgerSum: 50, movements: 1 });
  shop.tell(points, 'PointsDeducted', { ...account, points: 27, balance: 23, customerVersion: 4 });
  await replay();
  const before = [shop.find(customers, 'ada'), shop.all(pointsLedger)];
  await replay();
  expect([shop.find(customers, 'ada'), shop.all(pointsLedger)]).toEqual(before);
});

test('a refusal binds as it did', async () => {
  shop.tell(points, 'PointsRejected', { ...account, points: 5, reason: 'customer_unknown', balance: 0 });
  await replay();
  expect(shop.find(orderPoints, ORDER)).toMatchObject({ state: 'rejected', requested: 5, reason: 'customer_unknown' });
  expect(shop.all(customers)).toEqual([]);
});

test('a guest is registered as the order said', async () => {
  shop.facts.orders.set(ORDER, { ...emptyOrder, requested: { ...guestOrder } });
  shop.tell(points, 'PointsDeducted', { ...account, points: 0, balance: 0 });
  await replay();
  expect(shop.find(customers, 'ada')).toMatchObject({ email: 'ada@example.com', name: 'Ada' });
  expect(shop.find(emails, 'ada@example.com')).toMatchObject({ customerId: 'ada' });
  expect(shop.remarked()).toEqual([]);
});

test('a customer whom only REST knew has an address that a person has to correct', async () => {
  shop.tell(pointsByCustomer, 'PointsAdjusted', { customerId: 'ada', movementId: 'gift', change: 50, balance: 50, customerVersion: 2 });
  await replay();
  expect(shop.find(customers, 'ada')).toMatchObject({ email: expect.stringMatching(/@restored\.invalid$/), balance: 50 });
  expect(shop.remarked()).toEqual(['customer_remade']);
});

test('every topic that keeps all is known to the replay of the outboxes', () => {
  expect(Object.keys(aggregates).sort()).toEqual([...wholeTopics].sort());
});

const emptyOrder = { lines: new Map(), endings: new Map(), answers: new Map(), told: new Set<string>() };
const guestOrder = {
  orderId: ORDER,
  version: 1,
  customerId: 'ada',
  totalPrice: 0,
  currency: 'EUR',
  redeemPoints: 0,
  guest: { email: 'ada@example.com', name: 'Ada' },
  timeoutMs: 1,
  eventId: 'e',
  at: new Date(0),
};
