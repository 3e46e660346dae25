import { describe, expect, it } from 'vitest';
import { aHold, anOrder, aReservation, ORDER, sentences, somePoints } from '../testing/documents.ts';
import { checkAgreement, checkStrangers } from './agreement.ts';

type Given = { order?: Parameters<typeof anOrder>[0]; reservation?: object; points?: object; hold?: object };

const check = ({ order = {}, reservation, points, hold }: Given) =>
  sentences(
    checkAgreement([anOrder({ reservationId: 'cart-1', ...order })], {
      reservations: new Map(reservation ? [[`${ORDER}:MUG`, aReservation(reservation)]] : []),
      points: new Map(points ? [[ORDER, somePoints(points)]] : []),
      holds: new Map(hold ? [['cart-1', aHold(hold)]] : []),
    }),
  );

const rejected: Given['order'] = { path: ['pending', 'rejected'] };

describe('4 agreement', () => {
  it.each<[string, Given]>([
    ['a confirmed order has its lines and points', { reservation: {}, points: {}, hold: {} }],
    ['a pending order is not judged', { order: { path: ['pending'] }, reservation: { state: 'reserved' } }],
    ['an ended order has nothing', { order: rejected, reservation: { state: 'released' }, points: { state: 'refunded' } }],
    ['an ended order was refused', { order: rejected, reservation: { state: 'rejected' }, points: { state: 'rejected' } }],
    ['an ended order was never heard of', { order: rejected }],
    [
      'a hold belongs to another order',
      { reservation: {}, points: {}, hold: { orderId: 'another', items: [{ sku: 'MUG', quantity: 2, settled: false }] } },
    ],
  ])('holds when %s', (_, given) => {
    expect(check(given)).toEqual([]);
  });

  it.each<[string, Given, string]>([
    ['a line that is missing', { points: {} }, '(confirmed) has 2 MUG, its reservation is missing'],
    [
      'a line that is not sold',
      { reservation: { state: 'reserved' }, points: {} },
      '(confirmed) has 2 MUG, its reservation is reserved of 2',
    ],
    ['another quantity', { reservation: { quantity: 1 }, points: {} }, '(confirmed) has 2 MUG, its reservation is sold of 1'],
    ['units that an ended order kept', { order: rejected, reservation: { state: 'reserved' } }, '(rejected) still has 2 MUG reserved'],
    ['other points', { reservation: {}, points: { redeemed: 90 } }, '(confirmed) redeemed 100 points, loyalty-svc has 90'],
    [
      'points that were not earned',
      { reservation: {}, points: { state: 'deducted' } },
      '(confirmed) has not earned its points, they are deducted',
    ],
    ['points that an ended order kept taken', { order: rejected, points: { state: 'deducted' } }, '(rejected) still has 100 points taken'],
    [
      'points that an ended order earned',
      { order: { path: ['pending', 'confirmed', 'cancelled'] }, points: { redeemed: 0 } },
      '(cancelled) kept 19 earned points',
    ],
    [
      'units left in a hold',
      { reservation: {}, points: {}, hold: { items: [{ sku: 'MUG', quantity: 2, settled: false }] } },
      '(confirmed) left 2 MUG in its hold cart-1',
    ],
  ])('names %s', (_, given, sentence) => {
    expect(check(given)).toEqual([`${ORDER} ${sentence}`]);
  });
});

describe('4 nothing is kept for an order that does not exist', () => {
  it.each(['reserved', 'sold'] as const)('names a reservation that is %s', (state) => {
    expect(sentences(checkStrangers([aReservation({ state })], new Set()))).toEqual([`reservation ${ORDER}:MUG belongs to no order`]);
    expect(sentences(checkStrangers([aReservation({ state })], new Set([ORDER])))).toEqual([]);
  });

  it('lets the marks of requests that took nothing be', () => {
    expect(sentences(checkStrangers([aReservation({ state: 'tombstone' })], new Set()))).toEqual([]);
  });
});
