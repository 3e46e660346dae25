import { type Handle, type Need, need, type Subscription, subscribe } from '@microshop/chassis/consumer/subscription';
import type { IncomingEvent } from '@microshop/chassis/events/event';
import { type EventOf, type EventType, ordersByCustomer } from '@microshop/contracts';
import type { PointsMovementType } from '@microshop/contracts/http';
import { normalizeEmail } from '@microshop/contracts/values';
import { customers, emails, ledgerIdOf, orderPoints, pointsLedger } from '../application/collections.ts';

type Orders = typeof ordersByCustomer;
type Order<K extends EventType<Orders>> = EventOf<Orders, K>;

export type OrderUseCases = {
  deductPoints: Handle<Order<'OrderRequested'>>;
  earnPoints: Handle<Order<'OrderConfirmed'>>;
  refundPoints: Handle<Order<'OrderRejected'> | Order<'OrderCancelled'>>;
};

const naturalKey = 'orderPoints orderId';

const needs =
  (...rows: PointsMovementType[]) =>
  ({ data: { orderId, customerId } }: IncomingEvent<{ orderId: string; customerId: string }>): Need[] => [
    need(orderPoints, orderId),
    need(customers, customerId),
    ...rows.map((type) => need(pointsLedger, ledgerIdOf(orderId, type))),
  ];

const needsOfRequest = (event: IncomingEvent<Order<'OrderRequested'>>): Need[] => {
  const { guest, redeemPoints } = event.data;
  const ofOrder = redeemPoints === 0 ? needs() : needs('deducted');
  return [...ofOrder(event), ...(guest ? [need(emails, normalizeEmail(guest.email))] : [])];
};

const ended = { naturalKey, needs: needs('refunded', 'taken_back'), early: true } as const;

/** OrderFulfilled does nothing to points. */
export const ordersByCustomerConsumer = ({ deductPoints, earnPoints, refundPoints }: OrderUseCases): Subscription =>
  subscribe(ordersByCustomer, {
    OrderRequested: { handle: deductPoints, naturalKey, needs: needsOfRequest },
    OrderConfirmed: { handle: earnPoints, naturalKey, needs: needs('earned') },
    OrderRejected: { handle: refundPoints, ...ended },
    OrderCancelled: { handle: refundPoints, ...ended },
  });
