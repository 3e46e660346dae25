import type { IncomingEvent } from '@microshop/chassis/events/event';
import { ordersByCustomer, ordersBySku, points, stock } from '@microshop/contracts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { orderRow } from '../http/order-views.ts';
import type { OrderDocument } from './collections.ts';
import { firstSeen, foldOrder, withRecord } from './fold-order.ts';
import { waitingOf } from './waiting.ts';

const ORDER = '01980000-0000-7000-8000-000000000001';
const second = (n: number): Date => new Date(Date.UTC(2026, 0, 1, 12, 0, n));

type Told = { topic: string; event: IncomingEvent };

const told = (topic: string, type: string, at: number, data: object): Told => ({
  topic,
  event: {
    id: `${topic}-${type}-${at}`,
    type,
    time: second(at).toISOString(),
    correlationId: ORDER,
    traceparent: '',
    appendedAt: second(at),
    data: { orderId: ORDER, ...data },
  },
});

const purchase = { customerId: 'ada', totalPrice: 3000, currency: 'EUR' };
const line = (type: string, version: number, sku: string, at: number) => told(ordersBySku.name, type, at, { version, sku, quantity: 2 });
const lineAsked = (sku: string, at: number) => line('OrderRequested', 1, sku, at);
const asked = told(ordersByCustomer.name, 'OrderRequested', 1, { ...purchase, version: 1, redeemPoints: 50 });
const ended = (type: string, version: number, at: number, more = {}) =>
  told(ordersByCustomer.name, type, at, { ...purchase, version, ...more });
const reserved = (sku: string, at: number) => told(stock.name, 'StockReserved', at, { sku, quantity: 2 });
const refused = (sku: string, at: number) =>
  told(stock.name, 'StockRejected', at, { sku, quantity: 2, reason: 'out_of_stock', available: 1 });
const released = (sku: string, at: number) => told(stock.name, 'StockReleased', at, { sku, quantity: 2 });
const taken = (at: number) => told(points.name, 'PointsDeducted', at, { customerId: 'ada', points: 50, balance: 0 });
const refunded = (at: number) => told(points.name, 'PointsRefunded', at, { customerId: 'ada', points: 50, takenBack: 0, balance: 50 });

const fold = (all: readonly Told[]): OrderDocument =>
  all.reduce(
    (order, { topic, event }) => foldOrder(withRecord(order, event.appendedAt, false), topic, event),
    firstSeen(ORDER, (all[0] as Told).event.appendedAt),
  );

const rejectedOrder = [
  asked,
  lineAsked('A', 1),
  lineAsked('B', 1),
  reserved('A', 2),
  refused('B', 3),
  taken(4),
  ended('OrderRejected', 2, 5, { code: 'out_of_stock' }),
  released('A', 6),
  refunded(7),
];

describe('an order is folded from its events', () => {
  test('as they come', () => {
    expect(fold(rejectedOrder)).toMatchObject({
      status: 'rejected',
      rejection: 'out_of_stock',
      customerId: 'ada',
      totalPrice: 3000,
      version: 2,
      records: 9,
      skus: ['A', 'B'],
      reasons: ['out_of_stock'],
      firstAt: second(1),
      lastAt: second(7),
      lines: [
        { sku: 'A', quantity: 2, askedAt: second(1), reservedAt: second(2), releasedAt: second(6) },
        { sku: 'B', refusedAt: second(3), reason: 'out_of_stock', available: 1 },
      ],
      points: { redeemed: 50, takenAt: second(4), refundedAt: second(7) },
    });
  });

  test('in any order, and with repeats, to the same document', () => {
    const whole = fold(rejectedOrder);
    const repeats = fc.subarray(rejectedOrder);
    const shuffled = repeats.chain((again) => fc.tuple(fc.shuffledSubarray([...rejectedOrder, ...again], { minLength: 9 + again.length })));
    fc.assert(
      fc.property(shuffled, ([all]) => {
        expect({ ...fold(all), records: 9 }).toEqual({ ...whole, records: 9 });
      }),
    );
  });

  test('a line is sold with the confirmation, and stays so until it is given back', () => {
    const stateOf = (...all: Told[]) => orderRow(fold(all)).lines.map(({ stock: state }) => state);
    const asked = [lineAsked('A', 1), reserved('A', 2)];
    const confirmed = [...asked, line('OrderConfirmed', 2, 'A', 3)];
    const cancelled = [...confirmed, line('OrderCancelled', 3, 'A', 4)];
    expect(stateOf(...asked)).toEqual(['reserved']);
    expect(stateOf(...confirmed)).toEqual(['sold']);
    expect(stateOf(...confirmed, line('OrderFulfilled', 3, 'A', 4))).toEqual(['sold']);
    expect(stateOf(...cancelled)).toEqual(['sold']);
    expect(stateOf(...cancelled, released('A', 5))).toEqual(['released']);
  });

  test('a guest is known as one, and by the id that loyalty-svc gives', () => {
    const guest = { email: 'eve@example.com', name: 'Eve' };
    const request = told(ordersByCustomer.name, 'OrderRequested', 1, {
      ...purchase,
      customerId: 'guest-x',
      version: 1,
      redeemPoints: 0,
      guest,
    });
    const answer = told(points.name, 'PointsDeducted', 2, { customerId: 'c-7', points: 0, balance: 0 });
    const order = fold([request, answer]);
    expect(order).toMatchObject({ isGuest: true, customerKey: 'guest-x', customerId: 'c-7' });
    expect(JSON.stringify(order)).not.toMatch(/eve|Eve/);
  });

  test('what another topic says of it changes nothing but the count', () => {
    const other = told('microshop.stock-levels.v1', 'StockLevelChanged', 2, { sku: 'A', available: 1, reserved: 0, sold: 0, version: 3 });
    expect(fold([asked, other])).toEqual({ ...fold([asked]), records: 2, lastAt: second(2) });
  });
});

describe('what an order waits for', () => {
  const waits = (...all: Told[]) => waitingOf(fold(all)).map(({ service, what, since }) => [service, what, since]);

  test('is every answer that is missing, since it was asked', () => {
    expect(waits(asked, lineAsked('A', 1), lineAsked('B', 2), reserved('A', 3))).toEqual([
      ['inventory-svc', 'an answer for B', second(2).toISOString()],
      ['loyalty-svc', 'an answer for the points', second(1).toISOString()],
    ]);
  });
  test('is the decision when all have answered, since the last answer', () => {
    expect(waits(asked, lineAsked('A', 1), reserved('A', 3), taken(4))).toEqual([['order-svc', 'the decision', second(4).toISOString()]]);
  });
  test('is the request, when an answer was read before it', () => {
    expect(waits(reserved('A', 3))).toEqual([['order-svc', 'the request of the order', second(3).toISOString()]]);
  });
  test('is what a rejected order had taken, since it was rejected', () => {
    expect(waits(...rejectedOrder.slice(0, 7))).toEqual([
      ['inventory-svc', 'the return of A', second(5).toISOString()],
      ['loyalty-svc', 'the return of the points', second(5).toISOString()],
    ]);
    expect(waits(...rejectedOrder)).toEqual([]);
  });
  test('is nothing once it is confirmed', () => {
    expect(waits(asked, lineAsked('A', 1), reserved('A', 3), taken(4), ended('OrderConfirmed', 2, 5))).toEqual([]);
  });
});
