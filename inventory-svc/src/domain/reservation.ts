import type { StockRejectionReason } from '@microshop/contracts';
import type { Movement } from './stock.ts';

/** What an order has of one SKU. It binds for ever: an order is answered once for each SKU, however often it asks. */
export type ReservationState =
  | { readonly state: 'reserved' }
  | { readonly state: 'rejected'; readonly reason: StockRejectionReason; readonly available: number }
  | { readonly state: 'sold' }
  | { readonly state: 'released' }
  /** The order ended before its request came; the request is still to be answered. */
  | { readonly state: 'tombstone' };

export type Present = ReservationState | { readonly state: 'none' };

export type Requested = {
  readonly type: 'requested';
  readonly quantity: number;
  readonly deadline: Date;
  /** Units that anyone could have now. */
  readonly available: number;
  /** Whether the order brought a hold, and whether that is for it. */
  readonly hold: 'none' | 'covers' | 'invalid';
};
export type Confirmed = { readonly type: 'confirmed'; readonly quantity: number };
/** The order was rejected or cancelled. */
export type Ended = { readonly type: 'ended'; readonly quantity: number };
export type ReservationFact = Requested | Confirmed | Ended;

/** The state to go to, and what that does to the stock. Units of a hold are reserved already, so taking them over moves nothing. */
export type ReservationChange = { readonly next: ReservationState; readonly movement?: Movement };

export function decideReservation(present: Present, fact: ReservationFact, now: Date): ReservationChange | 'unchanged' {
  switch (fact.type) {
    case 'requested':
      return answer(present, fact, now);
    case 'confirmed':
      return sell(present, fact);
    case 'ended':
      return release(present, fact);
    default:
      return fact satisfies never;
  }
}

function answer({ state }: Present, fact: Requested, now: Date): ReservationChange | 'unchanged' {
  switch (state) {
    case 'none':
      return decideRequest(fact, now);
    case 'tombstone':
      return reject('order_ended', fact);
    case 'reserved':
    case 'rejected':
    case 'sold':
    case 'released':
      return 'unchanged';
    default:
      return state satisfies never;
  }
}

function decideRequest(fact: Requested, now: Date): ReservationChange {
  if (now > fact.deadline) return reject('timed_out', fact);
  if (fact.hold === 'invalid') return reject('reservation_invalid', fact);
  if (fact.hold === 'covers') return { next: { state: 'reserved' } };
  if (fact.available < fact.quantity) return reject('out_of_stock', fact);
  return { next: { state: 'reserved' }, movement: { type: 'reserved', change: -fact.quantity } };
}

const reject = (reason: StockRejectionReason, { available }: Requested): ReservationChange => ({
  next: { state: 'rejected', reason, available },
});

function sell({ state }: Present, { quantity }: Confirmed): ReservationChange | 'unchanged' {
  switch (state) {
    case 'reserved':
      return { next: { state: 'sold' }, movement: { type: 'sold', change: -quantity } };
    case 'sold':
    // A batch applies a cancellation before the confirmation that came first.
    case 'released':
      return 'unchanged';
    case 'none':
    case 'rejected':
    case 'tombstone':
      throw new Error(`An order was confirmed whose stock was never reserved (reservation: ${state})`);
    default:
      return state satisfies never;
  }
}

function release({ state }: Present, { quantity }: Ended): ReservationChange | 'unchanged' {
  switch (state) {
    case 'none':
      return { next: { state: 'tombstone' } };
    case 'reserved':
      return { next: { state: 'released' }, movement: { type: 'released', change: quantity } };
    case 'sold':
      return { next: { state: 'released' }, movement: { type: 'returned', change: quantity } };
    case 'rejected':
    case 'released':
    case 'tombstone':
      return 'unchanged';
    default:
      return state satisfies never;
  }
}
