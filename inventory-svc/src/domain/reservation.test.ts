import { describe, expect, it } from 'vitest';
import { decideReservation, type Present, type Requested, type ReservationChange, type ReservationFact } from './reservation.ts';

const now = new Date('2026-01-01T00:00:00Z');
const later = (ms: number) => new Date(now.getTime() + ms);

const requested: Requested = { type: 'requested', quantity: 3, deadline: later(1000), available: 5, hold: 'none' };
const confirmed: ReservationFact = { type: 'confirmed', quantity: 3 };
const ended: ReservationFact = { type: 'ended', quantity: 3 };

const none: Present = { state: 'none' };
const reserved: Present = { state: 'reserved' };
const rejected: Present = { state: 'rejected', reason: 'out_of_stock', available: 1 };
const sold: Present = { state: 'sold' };
const released: Present = { state: 'released' };
const tombstone: Present = { state: 'tombstone' };

describe('a reservation, in every state and with every fact', () => {
  it.each<[Present, ReservationFact, ReservationChange | 'unchanged']>([
    [none, requested, { next: reserved, movement: { type: 'reserved', change: -3 } }],
    [none, ended, { next: tombstone }],
    [reserved, requested, 'unchanged'],
    [reserved, confirmed, { next: sold, movement: { type: 'sold', change: -3 } }],
    [reserved, ended, { next: released, movement: { type: 'released', change: 3 } }],
    [rejected, requested, 'unchanged'],
    [rejected, ended, 'unchanged'],
    [sold, requested, 'unchanged'],
    [sold, confirmed, 'unchanged'],
    [sold, ended, { next: released, movement: { type: 'returned', change: 3 } }],
    [released, requested, 'unchanged'],
    [released, confirmed, 'unchanged'],
    [released, ended, 'unchanged'],
    [tombstone, requested, { next: { state: 'rejected', reason: 'order_ended', available: 5 } }],
    [tombstone, ended, 'unchanged'],
  ])('%o, %o: %o', (present, fact, expected) => {
    expect(decideReservation(present, fact, now)).toEqual(expected);
  });

  it.each([none, rejected, tombstone])('%o, confirmed: a bug, because nothing was reserved that could be sold', (present) => {
    expect(() => decideReservation(present, confirmed, now)).toThrow('never reserved');
  });
});

describe('a request', () => {
  it.each<[string, Partial<Requested>, ReservationChange]>([
    ['takes the last unit', { available: 3 }, { next: reserved, movement: { type: 'reserved', change: -3 } }],
    ['is short by one', { available: 2 }, { next: { state: 'rejected', reason: 'out_of_stock', available: 2 } }],
    ['comes in its last millisecond', { deadline: now }, { next: reserved, movement: { type: 'reserved', change: -3 } }],
    ['comes too late', { deadline: later(-1) }, { next: { state: 'rejected', reason: 'timed_out', available: 5 } }],
    ['brings a hold for it', { hold: 'covers', available: 0 }, { next: reserved }],
    ['brings a hold that is not for it', { hold: 'invalid' }, { next: { state: 'rejected', reason: 'reservation_invalid', available: 5 } }],
    ['brings a hold too late', { hold: 'covers', deadline: later(-1) }, { next: { state: 'rejected', reason: 'timed_out', available: 5 } }],
  ])('%s', (_, wish, expected) => {
    expect(decideReservation(none, { ...requested, ...wish }, now)).toEqual(expected);
  });
});
