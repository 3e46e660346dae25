import type { IncomingEvent } from '@microshop/chassis/events/event';
import { type EventOf, type EventType, ordersByCustomer, ordersBySku, points, type pointsByCustomer, stock } from '@microshop/contracts';
import type { OrderStatus } from '../api/orders.ts';
import type { LineDocument, OrderDocument, PointsDocument } from './collections.ts';

/** An order of which one record is known, whatever that record is. */
export const firstSeen = (orderId: string, at: Date): OrderDocument => ({
  _id: orderId,
  status: 'pending',
  version: 0,
  isGuest: false,
  lines: [],
  points: { redeemed: 0, earned: 0 },
  firstAt: at,
  lastAt: at,
  records: 0,
  deadLetters: 0,
  skus: [],
  reasons: [],
});

/** Counts a record, whether it is understood or not. */
export const withRecord = (order: OrderDocument, at: Date, isDeadLetter: boolean): OrderDocument => ({
  ...order,
  records: order.records + 1,
  deadLetters: order.deadLetters + (isDeadLetter ? 1 : 0),
  firstAt: earlier(order.firstAt, at),
  lastAt: order.lastAt > at ? order.lastAt : at,
});

/** What an event says of its order. Events in any order, also twice, come to the same document. */
export function foldOrder(order: OrderDocument, topic: string, event: IncomingEvent): OrderDocument {
  switch (topic) {
    case ordersBySku.name:
      return withLineEvent(order, event as Event<typeof ordersBySku>);
    case ordersByCustomer.name:
      return withPurchaseEvent(order, event as Event<typeof ordersByCustomer>);
    case stock.name:
      return withStockAnswer(order, event as Event<typeof stock>);
    case points.name:
      return withPointsAnswer(order, event as Event<typeof points>);
    default:
      return order;
  }
}

type Topics = typeof ordersBySku | typeof ordersByCustomer | typeof stock | typeof points | typeof pointsByCustomer;
export type Event<T extends Topics> = { [K in EventType<T>]: IncomingEvent<EventOf<T, K>> & { readonly type: K } }[EventType<T>];

const earlier = (a: Date | undefined, b: Date): Date => (a && a < b ? a : b);

const statuses: Readonly<Record<EventType<typeof ordersByCustomer>, OrderStatus>> = {
  OrderRequested: 'pending',
  OrderConfirmed: 'confirmed',
  OrderRejected: 'rejected',
  OrderCancelled: 'cancelled',
  OrderFulfilled: 'fulfilled',
};

/** The greatest version is how it stands. */
function withVersion(order: OrderDocument, version: number, type: keyof typeof statuses, at: Date): OrderDocument {
  if (version < order.version) return order;
  const decidedAt = version === order.version ? earlier(order.decidedAt, at) : at;
  return { ...order, version, status: statuses[type], decidedAt };
}

function withLineEvent(order: OrderDocument, { type, data, appendedAt }: Event<typeof ordersBySku>): OrderDocument {
  const news = { sku: data.sku, quantity: data.quantity, ...timeOfLine(type, appendedAt) };
  return withLine(withVersion(order, data.version, type, appendedAt), news);
}

function timeOfLine(type: EventType<typeof ordersBySku>, at: Date): Pick<LineDocument, 'askedAt' | 'soldAt'> {
  if (type === 'OrderRequested') return { askedAt: at };
  return type === 'OrderConfirmed' ? { soldAt: at } : {};
}

function withPurchaseEvent(order: OrderDocument, event: Event<typeof ordersByCustomer>): OrderDocument {
  const { type, data, appendedAt } = event;
  const { version, customerId: customerKey, totalPrice, currency } = data;
  const known = { ...withVersion(order, version, type, appendedAt), customerKey, totalPrice, currency };
  if (type === 'OrderRejected') return withReasons({ ...known, rejection: event.data.code });
  if (type !== 'OrderRequested') return known;
  const { redeemPoints, guest } = event.data;
  const requested = withPoints(known, { askedAt: appendedAt, redeemed: redeemPoints });
  const requestedAt = earlier(order.requestedAt, appendedAt);
  // Whose order a guest's is loyalty-svc alone can tell.
  return guest ? { ...requested, isGuest: true, requestedAt } : { ...requested, customerId: customerKey, requestedAt };
}

function withStockAnswer(order: OrderDocument, event: Event<typeof stock>): OrderDocument {
  const { sku, quantity } = event.data;
  const at = event.appendedAt;
  switch (event.type) {
    case 'StockReserved':
      return withLine(order, { sku, quantity, reservedAt: at });
    case 'StockRejected':
      return withLine(order, { sku, quantity, refusedAt: at, reason: event.data.reason, available: event.data.available });
    case 'StockReleased':
      return withLine(order, { sku, quantity, releasedAt: at });
    default:
      return event satisfies never;
  }
}

function withPointsAnswer(order: OrderDocument, event: Event<typeof points>): OrderDocument {
  const { customerId, points: amount } = event.data;
  const at = event.appendedAt;
  switch (event.type) {
    case 'PointsDeducted':
      return { ...withPoints(order, { takenAt: at, redeemed: amount }), customerId };
    case 'PointsRejected':
      return { ...withPoints(order, { refusedAt: at, redeemed: amount, reason: event.data.reason }), customerId };
    case 'PointsEarned':
      return withPoints(order, { earnedAt: at, earned: amount });
    case 'PointsRefunded':
      return withPoints(order, { refundedAt: at });
    default:
      return event satisfies never;
  }
}

const LINE_TIMES = ['askedAt', 'reservedAt', 'soldAt', 'refusedAt', 'releasedAt'] as const;
const POINTS_TIMES = ['askedAt', 'takenAt', 'refusedAt', 'earnedAt', 'refundedAt'] as const;

/** Of what is told twice the first time counts. */
function withTimes<T extends object, K extends keyof T>(before: T | undefined, news: T, times: readonly K[]): T {
  const merged = { ...before, ...news };
  for (const time of times) {
    const [a, b] = [before?.[time] as Date | undefined, news[time] as Date | undefined];
    if (a && b) merged[time] = earlier(a, b) as T[K];
  }
  return merged;
}

function withLine(order: OrderDocument, news: LineDocument): OrderDocument {
  const others = order.lines.filter(({ sku }) => sku !== news.sku);
  const before = order.lines.find(({ sku }) => sku === news.sku);
  const lines = [...others, withTimes(before, news, LINE_TIMES)].sort((a, b) => (a.sku < b.sku ? -1 : 1));
  return withReasons({ ...order, lines, skus: lines.map(({ sku }) => sku) });
}

const withPoints = (order: OrderDocument, news: Partial<PointsDocument>): OrderDocument =>
  withReasons({ ...order, points: withTimes(order.points, { ...order.points, ...news }, POINTS_TIMES) });

function withReasons(order: OrderDocument): OrderDocument {
  const reasons = [order.rejection, order.points.reason, ...order.lines.map(({ reason }) => reason)];
  return { ...order, reasons: [...new Set(reasons.filter((reason) => reason !== undefined))].sort() };
}
