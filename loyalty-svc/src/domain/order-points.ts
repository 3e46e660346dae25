import type { PointsRejectionReason } from '@microshop/contracts';
import { canSpend } from './account.ts';

/** What one order did to points. Once it is there it binds every later answer; `rejected`, `refunded` and `ended` are final for points. */
export type OrderPoints =
  | { readonly state: 'deducted'; readonly customerId: string; readonly redeemed: number }
  | { readonly state: 'rejected'; readonly customerId: string; readonly requested: number; readonly reason: PointsRejectionReason }
  | { readonly state: 'earned'; readonly customerId: string; readonly redeemed: number; readonly earned: number }
  | { readonly state: 'refunded'; readonly customerId: string; readonly redeemed: number; readonly earned: number }
  /** A tombstone: the end of the order overtook its request, which is still to be answered. */
  | { readonly state: 'ended' };

export type OrderRequested = {
  readonly type: 'requested';
  readonly customerId: string;
  readonly points: number;
  /** Past the time that the order gave for an answer. */
  readonly isLate: boolean;
  /** Undefined: nobody has this customer id. */
  readonly customer: { readonly blocked: boolean; readonly balance: number } | undefined;
};
export type OrderFact = OrderRequested | { readonly type: 'confirmed'; readonly earns: number } | { readonly type: 'ended' };

/** The order's next state, or that the fact changes nothing. Throws where order-svc contradicts what it was answered. */
export function decide(present: OrderPoints | undefined, fact: OrderFact): OrderPoints | 'unchanged' {
  switch (fact.type) {
    case 'requested':
      return onRequested(present, fact);
    case 'confirmed':
      return onConfirmed(present, fact.earns);
    case 'ended':
      return onEnded(present);
    default:
      return fact satisfies never;
  }
}

function onRequested(present: OrderPoints | undefined, request: OrderRequested): OrderPoints | 'unchanged' {
  if (!present) return answer(request);
  switch (present.state) {
    case 'ended':
      return reject(request, 'order_ended');
    case 'deducted':
    case 'rejected':
    case 'earned':
    case 'refunded':
      return 'unchanged';
    default:
      return present satisfies never;
  }
}

function onConfirmed(present: OrderPoints | undefined, earns: number): OrderPoints | 'unchanged' {
  if (!present) throw new Error('An order was confirmed whose points were never asked for.');
  switch (present.state) {
    case 'deducted':
      return { ...present, state: 'earned', earned: earns };
    case 'rejected':
      if (present.reason === 'order_ended') return 'unchanged';
      throw new Error(`An order was confirmed whose points were rejected: ${present.reason}.`);
    case 'earned':
    case 'refunded':
    case 'ended':
      return 'unchanged';
    default:
      return present satisfies never;
  }
}

function onEnded(present: OrderPoints | undefined): OrderPoints | 'unchanged' {
  if (!present) return { state: 'ended' };
  switch (present.state) {
    case 'deducted':
      return { ...present, state: 'refunded', earned: 0 };
    case 'earned':
      return { ...present, state: 'refunded' };
    case 'rejected':
    case 'refunded':
    case 'ended':
      return 'unchanged';
    default:
      return present satisfies never;
  }
}

function answer(request: OrderRequested): OrderPoints {
  const { customerId, customer, points, isLate } = request;
  if (isLate) return reject(request, 'timed_out');
  if (!customer) return reject(request, 'customer_unknown');
  if (customer.blocked) return reject(request, 'customer_blocked');
  if (!canSpend(customer, points)) return reject(request, 'insufficient_points');
  return { state: 'deducted', customerId, redeemed: points };
}

const reject = ({ customerId, points }: OrderRequested, reason: PointsRejectionReason): OrderPoints => ({
  state: 'rejected',
  customerId,
  requested: points,
  reason,
});
