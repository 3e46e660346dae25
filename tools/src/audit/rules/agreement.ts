import { type HoldDocument, type ReservationDocument, reservationKey } from '@microshop/inventory-svc/application/collections';
import type { OrderPointsDocument } from '@microshop/loyalty-svc/application/collections';
import type { OrderDocument } from '@microshop/order-svc/application/collections';
import type { Fault, Finding } from './finding.ts';

/** What the other services have of some orders. */
export type Elsewhere = {
  /** By `orderId:sku`. */
  reservations: ReadonlyMap<string, ReservationDocument>;
  /** By order. */
  points: ReadonlyMap<string, OrderPointsDocument>;
  /** By reservationId. */
  holds: ReadonlyMap<string, HoldDocument>;
};

/**
 * 4. What an order holds in the other services is what its state says: all of its lines and points, or nothing. A pending order is not judged;
 * one that has just ended is judged too early until its ending has been handled.
 */
export function* checkAgreement(orders: Iterable<OrderDocument>, elsewhere: Elsewhere): Generator<Finding> {
  for (const order of orders) {
    if (order.status === 'pending') continue;
    for (const [sentence, fault] of faultsOf(order, elsewhere))
      yield {
        invariant: 'agreement',
        subject: { kind: 'order', id: order._id },
        sentence: `${order._id} (${order.status}) ${sentence}`,
        fault,
        version: order.version,
      };
  }
}

const keeps = ({ status }: OrderDocument) => status === 'confirmed' || status === 'fulfilled';

function* faultsOf(order: OrderDocument, { reservations, points, holds }: Elsewhere): Generator<[string, Fault]> {
  for (const { sku, quantity } of order.items) {
    const reservation = reservations.get(reservationKey(order._id, sku));
    yield* keeps(order) ? lineNotSold(sku, quantity, reservation) : lineKept(sku, reservation);
  }
  yield* pointsFaults(order, points.get(order._id));
  yield* holdFaults(order, holds.get(order.reservationId ?? ''));
}

function* lineNotSold(sku: string, quantity: number, reservation: ReservationDocument | undefined): Generator<[string, Fault]> {
  if (reservation?.state === 'sold' && reservation.quantity === quantity) return;
  const has = reservation ? `${reservation.state} of ${reservation.quantity}` : 'missing';
  yield [
    `has ${quantity} ${sku}, its reservation is ${has}`,
    { kind: 'line_not_sold', sku, quantity, isReserved: reservation?.state === 'reserved' },
  ];
}

function* lineKept(sku: string, reservation: ReservationDocument | undefined): Generator<[string, Fault]> {
  if (reservation?.state !== 'reserved' && reservation?.state !== 'sold') return;
  const { state, quantity } = reservation;
  yield [`still has ${quantity} ${sku} ${state}`, { kind: 'line_kept', sku, quantity }];
}

function* pointsFaults(order: OrderDocument, points: OrderPointsDocument | undefined): Generator<[string, Fault]> {
  const { redeemedPoints, customerId } = order;
  const has = points?.state === 'deducted' || points?.state === 'earned' ? points : undefined;
  const paid = has?.redeemed ?? 0;
  if (keeps(order) && paid !== redeemedPoints)
    yield [
      `redeemed ${redeemedPoints} points, loyalty-svc has ${paid}`,
      { kind: 'points_differ', customerId, missing: redeemedPoints - paid },
    ];
  if (keeps(order) && points?.state !== 'earned')
    yield [`has not earned its points, they are ${points?.state ?? 'missing'}`, { kind: 'points_not_earned' }];
  if (!keeps(order) && has && paid !== 0)
    yield [`still has ${paid} points taken`, { kind: 'points_kept', customerId: has.customerId, points: paid }];
  if (!keeps(order) && has?.state === 'earned' && has.earned !== 0)
    yield [`kept ${has.earned} earned points`, { kind: 'points_kept', customerId: has.customerId, points: -has.earned }];
}

/** A hold that a decided order claimed may not keep units back. */
function* holdFaults(order: OrderDocument, hold: HoldDocument | undefined): Generator<[string, Fault]> {
  if (hold?.status !== 'claimed' || hold.orderId !== order._id) return;
  for (const { sku, quantity, settled } of hold.items)
    if (!settled) yield [`left ${quantity} ${sku} in its hold ${hold._id}`, { kind: 'hold_kept', holdId: hold._id, sku, quantity }];
}

/** 4. Nothing is kept for an order that does not exist. `known` must be read after the reservations: an order is there before its requests. */
export function* checkStrangers(
  reservations: Iterable<Pick<ReservationDocument, '_id' | 'orderId' | 'sku' | 'quantity' | 'state'>>,
  known: ReadonlySet<string>,
): Generator<Finding> {
  for (const { _id, orderId, sku, quantity, state } of reservations)
    if (!known.has(orderId) && (state === 'reserved' || state === 'sold'))
      yield {
        invariant: 'agreement',
        subject: { kind: 'reservation', id: _id },
        sentence: `reservation ${_id} belongs to no order`,
        fault: { kind: 'no_order', sku, quantity },
      };
}
