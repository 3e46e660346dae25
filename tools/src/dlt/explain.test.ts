import { newUuid } from '@microshop/chassis/clock';
import type { DeadLetter } from '@microshop/chassis/consumer/dead-letter';
import { deadLetterCollection } from '@microshop/chassis/consumer/dead-letter';
import { inboxCollection } from '@microshop/chassis/inbox/inbox';
import { createLogger } from '@microshop/chassis/logger';
import { createFakeStore, type FakeStore } from '@microshop/chassis/testing/fake-store';
import type { ServiceName } from '@microshop/contracts';
import { reservationKey, reservations, stock } from '@microshop/inventory-svc/application/collections';
import type { ReservationState } from '@microshop/inventory-svc/domain/reservation';
import { customers, type OrderPointsDocument, orderPoints } from '@microshop/loyalty-svc/application/collections';
import type { OrderPoints } from '@microshop/loyalty-svc/domain/order-points';
import { orders, products } from '@microshop/order-svc/application/collections';
import type { OrderFact } from '@microshop/order-svc/domain/order';
import { after, anOrder, anOrderDocument, deducted, reserved, short, timedOut } from '@microshop/order-svc/testing/builders';
import type { Db } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { explain } from './explain.ts';
import type { OrderNow } from './explainer.ts';
import type { Place } from './shop.ts';
import { subscriptionsOf } from './subscriptions.ts';
import { aLetter, ORDER, PARK } from './testing/letters.ts';
import { createWhatIf } from './what-if.ts';

const now = new Date('2026-02-10T13:00:00Z');
const noHoldIsDue = { find: () => ({ project: () => ({ sort: () => ({ limit: () => ({ toArray: async () => [] }) }) }) }) };
const db = { collection: () => noHoldIsDue } as unknown as Db;

/** What replaying the letters one after the other would do, in words, by the service's own handlers. */
async function words(letters: readonly DeadLetter[], store: FakeStore, order?: OrderNow): Promise<string[]> {
  const group = letters[0]?.group as ServiceName;
  const place = { group, db, store, transact: () => Promise.reject(new Error('a dry run writes nothing')) } as unknown as Place;
  const logger = createLogger({ name: 'test', level: 'silent' });
  const trial = createWhatIf({ group, subscriptions: subscriptionsOf(group, place, {}), store, now: () => now, newId: newUuid, logger });
  const said: string[] = [];
  for (const letter of letters) said.push(explain(await trial(letter), order));
  expect(store.commits).toEqual([]);
  return said;
}

function storeWith(...letters: DeadLetter[]): FakeStore {
  const store = createFakeStore();
  store.seed(deadLetterCollection, ...letters);
  return store;
}

describe('a replay at inventory-svc', () => {
  const level = (available: number, took = 0) => ({ _id: 'MUG', available, reserved: took, sold: took, version: 4 });
  const reservation = (state: ReservationState) => ({
    _id: reservationKey(ORDER, 'MUG'),
    orderId: ORDER,
    sku: 'MUG',
    quantity: 2,
    version: 1,
    at: now,
    ...state,
  });
  const says = async (eventType: string, state: ReservationState | undefined, available = 5, order?: OrderNow) => {
    const letter = aLetter({ eventType });
    const store = storeWith(letter);
    store.seed(stock, level(available, 2));
    if (state) store.seed(reservations, reservation(state));
    return (await words([letter], store, order))[0];
  };

  it.each<[string, ReservationState | undefined, number, string]>([
    ['OrderRequested', undefined, 5, 'would reserve 2 of MUG (5 available)'],
    ['OrderRequested', undefined, 1, 'would refuse 2 of MUG: out_of_stock (1 available)'],
    ['OrderRequested', { state: 'reserved' }, 5, 'the reservation exists (2 of MUG): nothing would change'],
    ['OrderRequested', { state: 'sold' }, 5, 'the reservation exists and is sold (2 of MUG): nothing would change'],
    ['OrderRequested', { state: 'released' }, 5, 'the reservation was given back already (2 of MUG): nothing would change'],
    [
      'OrderRequested',
      { state: 'rejected', reason: 'timed_out', available: 1 },
      5,
      'MUG was refused to the order already (timed_out): nothing would change',
    ],
    ['OrderRequested', { state: 'tombstone' }, 5, 'would refuse 2 of MUG: order_ended (5 available)'],
    ['OrderConfirmed', { state: 'reserved' }, 5, 'would sell the 2 of MUG that are reserved'],
    ['OrderCancelled', { state: 'reserved' }, 5, 'would give 2 of MUG back (reserved until then)'],
    ['OrderCancelled', { state: 'sold' }, 5, 'would give 2 of MUG back (sold until then)'],
    ['OrderRejected', undefined, 5, 'nothing of MUG is reserved (2 were asked for): would only keep a late request from reserving'],
    ['OrderRejected', { state: 'tombstone' }, 5, 'the order has ended before its request: nothing would change'],
    [
      'OrderConfirmed',
      undefined,
      5,
      'its handler would fail again: would be buried again (Error: An order was confirmed whose stock was never reserved (reservation: none))',
    ],
    ['OrderFulfilled', undefined, 5, 'nobody here handles it any more: it would be done with, nothing else would change'],
  ])('%s with %o and %d available', async (type, state, available, expected) => {
    expect(await says(type, state, available)).toBe(expected);
  });

  it('tells when the order is over already', async () => {
    expect(await says('OrderRequested', undefined, 5, { status: 'rejected' })).toBe(
      'would reserve 2 of MUG (5 available), although the order is rejected: its end gives them back',
    );
  });

  it('sees what those before it would have done, and keeps their order', async () => {
    const head = { ...aLetter({ eventId: 'head' }), parkedUnder: PARK };
    const next = { ...aLetter({ eventId: 'next', eventType: 'OrderRejected', status: 'parked' }), parkedUnder: PARK };
    const store = storeWith(head, next);
    store.seed(stock, level(5));
    store.seed(inboxCollection, { _id: PARK, at: now, queue: [head._id, next._id] });
    expect(await words([head, next], store)).toEqual([
      'would reserve 2 of MUG (5 available)',
      'would give 2 of MUG back (reserved until then)',
    ]);
    expect(await words([next], store)).toEqual(['waits behind inventory-svc/head: would not be handled']);
  });

  it('of what still can not be read says so', async () => {
    const broken = aLetter({ data: { quantity: 'two' } });
    const noJson = aLetter({ eventId: 'e2', value: Buffer.from('no json') });
    const said = await words([broken, noJson], storeWith(broken, noJson));
    expect(said[0]).toMatch(/^still breaks its schema: would be buried again \(The value breaks the schema of OrderRequested: .*quantity/);
    expect(said[1]).toBe('still can not be read (malformed_json): would be buried again (The value is not JSON.)');
  });

  it('of what was replayed since changes nothing', async () => {
    const letter = aLetter();
    const store = storeWith({ ...letter, status: 'replayed' });
    expect(await words([letter], store)).toEqual(['its event was handled since: nothing would change']);
  });
});

describe('a replay at loyalty-svc', () => {
  const data = { customerId: 'ada', totalPrice: 1250, currency: 'EUR', redeemPoints: 30 };
  const letterOf = (eventType: string) =>
    aLetter({
      group: 'loyalty-svc',
      topic: 'microshop.orders-by-customer.v1',
      key: Buffer.from('ada'),
      eventType,
      data: { ...data, code: 'timed_out' },
    });
  const ada = {
    _id: 'ada',
    email: 'ada@example.com',
    name: 'Ada',
    blocked: false,
    ledgerSum: 120,
    balance: 120,
    movements: 1,
    version: 1,
    createdAt: now,
  };

  it.each<[string, OrderPoints | undefined, string]>([
    ['OrderRequested', undefined, 'would take 30 points from ada (balance 120)'],
    ['OrderRequested', { state: 'ended' }, "would refuse the order's 30 points: order_ended"],
    [
      'OrderRequested',
      { state: 'deducted', customerId: 'ada', redeemed: 30 },
      "the order's 30 points are taken already: nothing would change",
    ],
    ['OrderConfirmed', { state: 'deducted', customerId: 'ada', redeemed: 30 }, 'would give ada 12 points (balance 120)'],
    [
      'OrderConfirmed',
      { state: 'earned', customerId: 'ada', redeemed: 30, earned: 12 },
      "the order's points are earned already (12): nothing would change",
    ],
    [
      'OrderCancelled',
      { state: 'earned', customerId: 'ada', redeemed: 30, earned: 12 },
      'would give 30 points back to ada and take back the 12 that it earned (balance 120)',
    ],
    ['OrderRejected', { state: 'deducted', customerId: 'ada', redeemed: 0 }, 'the order moved no points: would only mark it as ended'],
    ['OrderRejected', undefined, 'nothing was asked for the order: would only keep a late request from taking points'],
    [
      'OrderRejected',
      { state: 'refunded', customerId: 'ada', redeemed: 1, earned: 0 },
      "the order's points are given back already: nothing would change",
    ],
  ])('%s with %o', async (type, state, expected) => {
    const letter = letterOf(type);
    const store = storeWith(letter);
    store.seed(customers, ada);
    if (state) store.seed(orderPoints, { _id: ORDER, version: 1, ...state } as OrderPointsDocument);
    expect(await words([letter], store)).toEqual([expected]);
  });

  it('fails again while the customer is missing', async () => {
    const letter = letterOf('OrderConfirmed');
    const store = storeWith(letter);
    store.seed(orderPoints, { _id: ORDER, version: 1, state: 'deducted', customerId: 'ada', redeemed: 0 });
    expect((await words([letter], store))[0]).toMatch(/^its handler would fail again: .*belong to a customer that is not there/);
  });
});

describe('a replay at order-svc', () => {
  const letterOf = (eventType: string, sku?: string) =>
    aLetter({
      group: 'order-svc',
      topic: sku ? 'microshop.stock.v1' : 'microshop.points.v1',
      key: Buffer.from(ORDER),
      eventType,
      data: { sku, available: 1, reason: sku ? 'out_of_stock' : 'customer_blocked', customerId: 'ada', points: 0, balance: 0 },
    });

  it.each<[string, string | undefined, OrderFact[], string]>([
    ['StockReserved', 'MUG', [], 'would note StockReserved; the order waits for 2 more answers'],
    ['StockReserved', 'MUG', [reserved('TEA')], 'would note StockReserved; the order waits for 1 more answer'],
    ['StockReserved', 'MUG', [reserved('TEA'), deducted()], 'would confirm the order: it is the last answer'],
    ['PointsDeducted', undefined, [reserved('MUG'), short('TEA')], 'would reject the order (out_of_stock): it is the last answer'],
    ['PointsRejected', undefined, [deducted()], 'the order has its answer for points already: nothing would change'],
    ['StockRejected', 'MUG', [reserved('MUG')], 'the order has its answer for MUG already: nothing would change'],
    ['StockReserved', 'HAT', [], 'the order has no HAT: nothing would change'],
    ['StockReserved', 'MUG', [timedOut], 'the order is already rejected: nothing would change'],
  ])('%s of %s after %o', async (type, sku, facts, expected) => {
    const letter = letterOf(type, sku);
    const store = storeWith(letter);
    store.seed(orders, anOrderDocument(after(anOrder(), ...facts)));
    expect(await words([letter], store)).toEqual([expected]);
  });

  it('fails again while the order is missing', async () => {
    const letter = letterOf('StockReserved', 'MUG');
    expect((await words([letter], storeWith(letter)))[0]).toMatch(/^its handler would fail again: .*There is no order/);
  });

  it.each<[number, string]>([
    [2, 'would take version 3 of MUG into the catalogue, after version 2'],
    [3, 'the catalogue has version 3 of MUG already: nothing would change'],
  ])('of a product of which version %d is known', async (known, expected) => {
    const product = { name: 'Mug', unitPrice: 500, currency: 'EUR', active: true };
    const data = { sku: 'MUG', ...product, version: 3, orderId: undefined };
    const letter = aLetter({ group: 'order-svc', topic: 'microshop.catalog.v1', eventType: 'ProductChanged', data });
    const store = storeWith(letter);
    store.seed(products, { _id: 'MUG', ...product, version: known });
    expect(await words([letter], store)).toEqual([expected]);
  });
});
