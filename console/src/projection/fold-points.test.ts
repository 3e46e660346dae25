import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CustomerDocument, MovementDocument } from './collections.ts';
import { foldCustomer, foldMovement, movementsOf, type PointsEvent } from './fold-points.ts';

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

  test('are those of the greatest version, in whatever order the events are read, also twice, and though all are of one moment', () => {
    const atOnce = [
      told('PointsDeducted', 5, { orderId: 'o-1', points: 30, balance: 70, customerVersion: 2 }),
      told('PointsAdjusted', 5, { movementId: 'm-1', change: 7, balance: 77, customerVersion: 3 }),
      told('PointsDeducted', 5, { orderId: 'o-3', points: 0, balance: 77, customerVersion: 3 }),
      told('PointsRefunded', 5, { orderId: 'o-4', points: 8, takenBack: 5, balance: 80, customerVersion: 4 }),
      // Of before there were versions, on another machine's clock.
      told('PointsEarned', 9, { orderId: 'o-5', points: 1, balance: 1 }),
    ];
    const ids = fc.uniqueArray(fc.uuid({ version: 7 }), { minLength: atOnce.length, maxLength: atOnce.length });
    fc.assert(
      fc.property(ids, fc.shuffledSubarray([0, 1, 2, 3, 4, 0, 1, 2, 3, 4], { minLength: 10 }), (eventIds, reading) => {
        const events = atOnce.map((event, nth) => ({ ...event, id: String(eventIds[nth]) }) as PointsEvent);
        const { customer } = fold(reading.map((nth) => events[nth] as PointsEvent));
        expect(customer).toMatchObject({ balance: 80, version: 4, toldBy: eventIds[3] });
      }),
    );
  });

  test('are moved by hand, too', () => {
    const { customer, movements } = fold([told('PointsAdjusted', 1, { movementId: 'm-1', change: 7, balance: 77, customerVersion: 3 })]);
    expect(customer).toMatchObject({ balance: 77, version: 3 });
    expect(movements).toEqual([{ _id: 'm-1', customerId: 'ada', type: 'adjusted', change: 7, at: second(1), toldBy: 'e-1' }]);
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
