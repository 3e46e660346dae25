import type { EventOf, EventType, points } from '@microshop/contracts';
import type { PointsMovementType } from '@microshop/contracts/http';
import type { OrderPoints } from './order-points.ts';

export type Movement = { readonly type: PointsMovementType; readonly change: number; readonly reason: string };

type Points = typeof points;
export type PointsEvent = { [K in EventType<Points>]: { readonly type: K; readonly data: EventOf<Points, K> } }[EventType<Points>];

/** The rows of the ledger that entering a state writes: the amounts are those of the order's own earlier rows, whatever the rate is today. */
export const movementsOf = (entered: OrderPoints): Movement[] => rowsOf(entered).filter(({ change }) => change !== 0);

function rowsOf(entered: OrderPoints): Movement[] {
  switch (entered.state) {
    case 'deducted':
      return [{ type: 'deducted', change: -entered.redeemed, reason: 'Redeemed with an order' }];
    case 'earned':
      return [{ type: 'earned', change: entered.earned, reason: 'Earned with an order' }];
    case 'refunded':
      return [
        { type: 'refunded', change: entered.redeemed, reason: 'Given back: the order was rejected or cancelled' },
        { type: 'taken_back', change: -entered.earned, reason: 'Taken back: the order that earned them was cancelled' },
      ];
    case 'rejected':
    case 'ended':
      return [];
    default:
      return entered satisfies never;
  }
}

/** A customer's balance as events tell it; without a version there is no customer yet. */
export type ToldBalance = Pick<PointsEvent['data'], 'balance' | 'customerVersion'>;

/** What the world is told of entering a state. A request is always answered; of what moved no points nothing else is told. */
export function eventOf(orderId: string, entered: OrderPoints, told: ToldBalance): PointsEvent | undefined {
  switch (entered.state) {
    case 'deducted': {
      const { customerId, redeemed } = entered;
      return { type: 'PointsDeducted', data: { orderId, customerId, points: redeemed, ...told } };
    }
    case 'rejected': {
      const { customerId, requested, reason } = entered;
      return { type: 'PointsRejected', data: { orderId, customerId, points: requested, reason, ...told } };
    }
    case 'earned': {
      const { customerId, earned } = entered;
      return earned === 0 ? undefined : { type: 'PointsEarned', data: { orderId, customerId, points: earned, ...told } };
    }
    case 'refunded': {
      const { customerId, redeemed, earned } = entered;
      if (redeemed === 0 && earned === 0) return undefined;
      return { type: 'PointsRefunded', data: { orderId, customerId, points: redeemed, takenBack: earned, ...told } };
    }
    case 'ended':
      return undefined;
    default:
      return entered satisfies never;
  }
}
