import type { points } from '@microshop/contracts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CustomerDocument, MovementDocument } from './collections.ts';
import type { Event } from './fold-order.ts';
import { foldCustomer, foldMovement, movementsOf } from './fold-points.ts';

type PointsEvent = Event<typeof points>;

const second = (n: number): Date => new Date(Date.UTC(2026, 0, 1, 12, 0, n));

const told = (type: PointsEvent['type'], at: number, data: object, appended = at): PointsEvent =>
  ({
    id: `e-${at}`,
    type,
    time: second(at).toISOString(),
    correlationId: '',
    traceparent: '',
    appendedAt: second(appended),
    data: { customerId: 'ada', ...data },
  }) as PointsEvent;

const deducted = told('PointsDeducted', 1, { orderId: 'o-1', points: 30, balance: 70 });
const earned = told('PointsEarned', 2, { orderId: 'o-1', points: 7, balance: 77 });
const refunded = told('PointsRefunded', 3, { orderId: 'o-1', points: 30, takenBack: 7, balance: 100 });
const refused = told('PointsRejected', 4, { orderId: 'o-2', points: 500, reason: 'insufficient_points', balance: 101 });
// Published again, later.
const repeated = told('PointsEarned', 2, { orderId: 'o-1', points: 7, balance: 77 }, 9);

function fold(events: readonly PointsEvent[]) {
  let customer: CustomerDocument | undefined;
  const movements = new Map<string, MovementDocument>();
  for (const event of events) {
    customer = foldCustomer(customer, event) ?? customer;
    for (const movement of movementsOf(event)) movements.set(movement._id, foldMovement(movements.get(movement._id), movement));
  }
  return { customer, movements: [...movements.values()].sort((a, b) => (a._id < b._id ? -1 : 1)) };
}

describe('points of a customer', () => {
  test('are the balance that was told last, and what each order moved, in whatever order the events are read', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([deducted, earned, refunded, refused, repeated], { minLength: 5 }), (events) => {
        const { customer, movements } = fold(events);
        expect(customer).toMatchObject({ _id: 'ada', balance: 101, toldAt: second(4) });
        expect(movements.map(({ _id, change, at }) => [_id, change, at])).toEqual([
          ['o-1:deducted', -30, second(1)],
          ['o-1:earned', 7, second(2)],
          ['o-1:refunded', 30, second(3)],
          ['o-1:taken_back', -7, second(3)],
        ]);
      }),
    );
  });

  test('are those after the last of several events of one moment, in whatever order they are read, also twice', () => {
    const atOnce: [PointsEvent['type'], object][] = [
      ['PointsDeducted', { orderId: 'o-1', points: 30, balance: 70 }],
      ['PointsEarned', { orderId: 'o-2', points: 7, balance: 77 }],
      ['PointsDeducted', { orderId: 'o-3', points: 0, balance: 77 }],
      ['PointsRefunded', { orderId: 'o-4', points: 8, takenBack: 5, balance: 80 }],
    ];
    const ids = fc.uniqueArray(fc.uuid({ version: 7 }), { minLength: atOnce.length, maxLength: atOnce.length });
    fc.assert(
      fc.property(ids, fc.shuffledSubarray([0, 1, 2, 3, 0, 1, 2, 3], { minLength: 8 }), (eventIds, reading) => {
        const events = atOnce.map(([type, data], nth) => ({ ...told(type, 5, data), id: String(eventIds[nth]) }) as PointsEvent);
        const { customer } = fold([deducted, ...reading.map((nth) => events[nth] as PointsEvent)]);
        expect([customer?.balance, customer?.told.map(({ eventId }) => eventId)]).toEqual([80, [...eventIds].sort()]);
      }),
    );
  });

  test('are not moved by an order that redeems none, which still tells the balance', () => {
    const { customer, movements } = fold([told('PointsDeducted', 1, { orderId: 'o-1', points: 0, balance: 12 })]);
    expect(customer?.balance).toBe(12);
    expect(movements).toEqual([]);
  });

  test.each(['customer_unknown', 'timed_out', 'order_ended'])('are not told by a refusal of perhaps nobody: %s', (reason) => {
    expect(fold([told('PointsRejected', 1, { orderId: 'o-1', points: 5, reason, balance: 0 })]).customer).toBeUndefined();
  });

  test('have the broker’s time where the event’s own is none', () => {
    const [movement] = movementsOf({ ...deducted, time: 'yesterday' });
    expect(movement?.at).toEqual(second(1));
  });
});
