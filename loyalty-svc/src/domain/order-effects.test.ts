import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyAccount, post } from './account.ts';
import { eventOf, movementsOf } from './order-effects.ts';
import { decide, type OrderFact, type OrderPoints } from './order-points.ts';

const orderId = '019aa000-0000-7000-8000-000000000001';
const customerId = 'ada';
const told = (balance: number) => ({ balance, customerVersion: 3 });
const changesOf = (entered: OrderPoints) => movementsOf(entered).map(({ type, change }) => [type, change]);

describe('entering a state', () => {
  it('deducted: takes what is redeemed and answers', () => {
    const entered: OrderPoints = { state: 'deducted', customerId, redeemed: 30 };
    expect(changesOf(entered)).toEqual([['deducted', -30]]);
    expect(eventOf(orderId, entered, told(70))).toEqual({ type: 'PointsDeducted', data: { orderId, customerId, points: 30, ...told(70) } });
  });

  it('deducted of nothing: writes no row and still answers', () => {
    const entered: OrderPoints = { state: 'deducted', customerId, redeemed: 0 };
    expect(changesOf(entered)).toEqual([]);
    expect(eventOf(orderId, entered, told(70))).toMatchObject({ type: 'PointsDeducted', data: { points: 0, balance: 70 } });
  });

  it('rejected: moves nothing and answers with the reason and the balance', () => {
    const entered: OrderPoints = { state: 'rejected', customerId, requested: 30, reason: 'insufficient_points' };
    expect(changesOf(entered)).toEqual([]);
    expect(eventOf(orderId, entered, told(29))).toEqual({
      type: 'PointsRejected',
      data: { orderId, customerId, points: 30, reason: 'insufficient_points', ...told(29) },
    });
  });

  it('earned: gives the points and tells it, and tells nothing of none', () => {
    const entered: OrderPoints = { state: 'earned', customerId, redeemed: 30, earned: 7 };
    expect(changesOf(entered)).toEqual([['earned', 7]]);
    expect(eventOf(orderId, entered, told(77))).toEqual({ type: 'PointsEarned', data: { orderId, customerId, points: 7, ...told(77) } });
    expect(changesOf({ ...entered, earned: 0 })).toEqual([]);
    expect(eventOf(orderId, { ...entered, earned: 0 }, told(70))).toBeUndefined();
  });

  it('refunded: gives back and takes back, and tells nothing when there was nothing', () => {
    const entered: OrderPoints = { state: 'refunded', customerId, redeemed: 30, earned: 7 };
    const changes = [
      ['refunded', 30],
      ['taken_back', -7],
    ];
    expect(changesOf(entered)).toEqual(changes);
    expect(eventOf(orderId, entered, told(100))).toEqual({
      type: 'PointsRefunded',
      data: { orderId, customerId, points: 30, takenBack: 7, ...told(100) },
    });
    expect(changesOf({ ...entered, redeemed: 0, earned: 0 })).toEqual([]);
    expect(eventOf(orderId, { ...entered, redeemed: 0, earned: 0 }, told(0))).toBeUndefined();
  });

  it('ended: moves nothing and tells nothing', () => {
    expect(movementsOf({ state: 'ended' })).toEqual([]);
    expect(eventOf(orderId, { state: 'ended' }, told(0))).toBeUndefined();
  });
});

describe('an order, whatever facts come in whatever order and how often', () => {
  const fact = fc.oneof(
    fc.constant('requested' as const),
    fc.constant('ended' as const),
    fc.record({ type: fc.constant('confirmed' as const), earns: fc.nat(1000) }),
  );

  it('leaves no points moved once it has ended, and never a negative balance', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.nat(500), fc.array(fact), (opening, points, facts) => {
        let account = post(emptyAccount, opening);
        let present: OrderPoints | undefined;
        for (const each of [...facts, 'ended' as const]) {
          if (typeof each === 'object' && (!present || present.state === 'rejected')) continue;
          const entered = decide(present, factOf(each, account.balance, points));
          if (entered === 'unchanged') continue;
          present = entered;
          account = movementsOf(entered).reduce((before, { change }) => post(before, change), account);
          expect(account.balance).toBeGreaterThanOrEqual(0);
        }
        expect(account.ledgerSum).toBe(opening);
      }),
    );
  });

  const factOf = (each: 'requested' | 'ended' | OrderFact, balance: number, points: number): OrderFact => {
    if (each === 'ended') return { type: 'ended' };
    if (each !== 'requested') return each;
    return { type: 'requested', customerId, points, isLate: false, customer: { blocked: false, balance } };
  };
});
