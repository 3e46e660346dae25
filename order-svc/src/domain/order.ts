import type { OrderLine, OrderStatus, Rejection } from '@microshop/contracts/http';
import type { PointsAnswer, StockAnswer } from './answers.ts';
import { rejectionOf } from './rejection.ts';

/** One state of the order, in the order of versions: what a listener is told, again or for the first time. */
export type OrderState = { version: number; status: OrderStatus; customerId: string; at: Date; rejection?: Rejection };

/** The price of an order, settled at the checkout and never again. */
export type OrderPrice = {
  items: OrderLine[];
  currency: string;
  itemsPrice: number;
  discountCode: string | null;
  discountPrice: number;
  redeemedPoints: number;
  pointsDiscountPrice: number;
  totalPrice: number;
};

export type Order = OrderPrice & {
  orderId: string;
  /** The customer; for a guest the derived id until loyalty-svc has answered. */
  customerId: string;
  /** Key of the order's records on orders-by-customer; never changes, so that they stay in order. */
  customerKey: string;
  reservationId?: string;
  status: OrderStatus;
  rejection?: Rejection;
  version: number;
  createdAt: Date;
  updatedAt: Date;
  stockAnswers: StockAnswer[];
  pointsAnswer?: PointsAnswer;
  states: OrderState[];
};

export type OrderFact =
  | { type: 'StockAnswered'; answer: StockAnswer }
  | { type: 'PointsAnswered'; answer: PointsAnswer }
  | { type: 'TimedOut' }
  | { type: 'CancelRequested' }
  | { type: 'FulfilRequested' };

/** `changed`: something to keep. `event`: and to be told to the others. `refused`: the order's status does not allow it. */
export type Transition =
  | { kind: 'changed'; order: Order; event?: 'OrderConfirmed' | 'OrderRejected' | 'OrderCancelled' | 'OrderFulfilled' }
  | { kind: 'unchanged' }
  | { kind: 'refused' };

const unchanged: Transition = { kind: 'unchanged' };
const refused: Transition = { kind: 'refused' };

/**
 * The saga of an order. It decides once, when all answers are in or the time is up; what arrives later changes nothing here, for the ending
 * that was published lets the others give back whatever they took.
 */
export function transition(order: Order, fact: OrderFact, now: Date): Transition {
  switch (fact.type) {
    case 'StockAnswered':
      return order.status === 'pending' ? withStockAnswer(order, fact.answer, now) : unchanged;
    case 'PointsAnswered':
      return order.status === 'pending' ? withPointsAnswer(order, fact.answer, now) : unchanged;
    case 'TimedOut':
      return order.status === 'pending' ? reject(order, rejectionOf(order, 'timed_out'), now) : unchanged;
    case 'CancelRequested':
      return cancel(order, now);
    case 'FulfilRequested':
      return fulfil(order, now);
    default:
      return fact satisfies never;
  }
}

function withStockAnswer(order: Order, answer: StockAnswer, now: Date): Transition {
  if (order.stockAnswers.some(({ sku }) => sku === answer.sku) || !order.items.some(({ sku }) => sku === answer.sku)) return unchanged;
  return decideWhenAnswered({ ...order, stockAnswers: [...order.stockAnswers, answer] }, now);
}

function withPointsAnswer(order: Order, answer: PointsAnswer, now: Date): Transition {
  if (order.pointsAnswer) return unchanged;
  return decideWhenAnswered({ ...order, customerId: answer.customerId, pointsAnswer: answer }, now);
}

/** All answers are awaited, also after a refusal, so that the rejection names every short SKU. */
function decideWhenAnswered(order: Order, now: Date): Transition {
  if (!order.pointsAnswer || order.stockAnswers.length < order.items.length) return { kind: 'changed', order };
  const refusedSomewhere = !order.pointsAnswer.deducted || order.stockAnswers.some(({ reserved }) => !reserved);
  if (refusedSomewhere) return reject(order, rejectionOf(order), now);
  return { kind: 'changed', order: moved(order, 'confirmed', now), event: 'OrderConfirmed' };
}

const reject = (order: Order, rejection: Rejection, now: Date): Transition => ({
  kind: 'changed',
  order: moved({ ...order, rejection }, 'rejected', now),
  event: 'OrderRejected',
});

function cancel(order: Order, now: Date): Transition {
  switch (order.status) {
    case 'pending':
    case 'confirmed':
      return { kind: 'changed', order: moved(order, 'cancelled', now), event: 'OrderCancelled' };
    case 'cancelled':
      return unchanged;
    case 'rejected':
    case 'fulfilled':
      return refused;
    default:
      return order.status satisfies never;
  }
}

function fulfil(order: Order, now: Date): Transition {
  switch (order.status) {
    case 'confirmed':
      return { kind: 'changed', order: moved(order, 'fulfilled', now), event: 'OrderFulfilled' };
    case 'fulfilled':
      return unchanged;
    case 'pending':
    case 'rejected':
    case 'cancelled':
      return refused;
    default:
      return order.status satisfies never;
  }
}

function moved(order: Order, status: OrderStatus, now: Date): Order {
  const version = order.version + 1;
  return { ...order, status, version, updatedAt: now, states: [...order.states, stateOf({ ...order, status, version, updatedAt: now })] };
}

const stateOf = ({ version, status, customerId, updatedAt, rejection }: Order): OrderState => ({
  version,
  status,
  customerId,
  at: updatedAt,
  ...(rejection && { rejection }),
});

export type NewOrder = OrderPrice & { orderId: string; customerId: string; reservationId?: string };

/** A pending order, as it is when nobody has answered yet. */
export function newOrder(terms: NewOrder, now: Date): Order {
  const order: Order = {
    ...terms,
    customerKey: terms.customerId,
    status: 'pending',
    version: 1,
    createdAt: now,
    updatedAt: now,
    stockAnswers: [],
    states: [],
  };
  return { ...order, states: [stateOf(order)] };
}

/** Somebody has decided: the answer to a waiting checkout is known. */
export const isDecided = ({ status }: Pick<Order, 'status'>): boolean => status !== 'pending';
