import type { IncomingRecord } from '@microshop/chassis/kafka/broker';
import { parseRecord, textOf } from '@microshop/chassis/kafka/parse-record';
import {
  catalog,
  type EventOf,
  ordersByCustomer,
  ordersBySku,
  type PointsRejectionReason,
  points,
  pointsByCustomer,
  type RejectionCode,
  type StockRejectionReason,
  stock,
  stockLevels,
  type Topic,
  topics,
} from '@microshop/contracts';
import type { EndingType } from '@microshop/order-svc/application/events';
import type { PointsAnswer } from '@microshop/order-svc/domain/answers';

type Purchase = EventOf<typeof ordersByCustomer, 'OrderRequested'>;

export type Line = { quantity: number; reservationId?: string; itemsDigest?: string };
export type StockAnswer = { quantity: number; at: Date } & (
  | { reserved: true }
  | { reserved: false; reason: StockRejectionReason; available: number }
);
/** `copies`: the SKUs it was told to, and CUSTOMER. */
export type Ending = { type: EndingType; code?: RejectionCode; at: Date; copies: Set<string> };
export const CUSTOMER = '';

/** What the topics tell of one order. */
export type OrderFacts = {
  requested?: Purchase & { eventId: string; at: Date };
  lines: Map<string, Line>;
  /** By the order's version. */
  endings: Map<number, Ending>;
  answers: Map<string, StockAnswer>;
  pointsAnswer?: PointsAnswer;
  /** `type sku` of what inventory-svc told. */
  told: Set<string>;
};

/** What loyalty-svc told of a customer's points; with `orderId` because of an order, else by hand. */
export type PointsFact = { customerId: string; customerVersion?: number; version: number } & (
  | { type: 'PointsAdjusted'; movementId: string; change: number }
  | ({ orderId: string; points: number } & (
      | { type: 'PointsDeducted' | 'PointsEarned' | 'PointsRefunded' }
      | { type: 'PointsRejected'; reason: PointsRejectionReason; balance: number }
    ))
);

export type ProductFact = EventOf<typeof catalog, 'ProductChanged'> & { at: Date };
export type LevelFact = EventOf<typeof stockLevels, 'StockLevelChanged'>;

/** What the topics tell, by what it is about. An event that comes twice is one. */
export type Facts = {
  orders: Map<string, OrderFacts>;
  /** The orders that brought a hold, by its id. */
  holders: Map<string, Set<string>>;
  points: Map<string, PointsFact>;
  /** The versions of a product, by SKU. */
  products: Map<string, Map<number, ProductFact>>;
  /** The last level of each SKU. */
  levels: Map<string, LevelFact>;
};

export const noFacts = (): Facts => ({ orders: new Map(), holders: new Map(), points: new Map(), products: new Map(), levels: new Map() });

type Told = { id: string; type: string; at: Date; version: number; data: unknown };
type Note = (facts: Facts, told: Told) => void;

const noteOf: Record<string, Note> = {
  [ordersBySku.name]: noteOrderLine,
  [ordersByCustomer.name]: notePurchase,
  [stock.name]: noteStock,
  [points.name]: notePoints,
  [pointsByCustomer.name]: notePoints,
  [catalog.name]: noteProduct,
  [stockLevels.name]: noteLevel,
};

const topicOf = new Map<string, Topic>(topics.map((topic) => [topic.name, topic]));

/** Adds a record to the facts; one that can not be read tells nothing, and will be a dead letter again. */
export function note(facts: Facts, topicName: string, record: IncomingRecord): void {
  const topic = topicOf.get(topicName);
  const parsed = topic && parseRecord(topic, record);
  if (!parsed || !('event' in parsed)) return;
  const { id, type, time, data } = parsed.event;
  noteOf[topicName]?.(facts, { id, type, at: new Date(time), version: Number(textOf(record.headers.ce_sequence) ?? 0), data });
}

export const newOrderFacts = (): OrderFacts => ({ lines: new Map(), endings: new Map(), answers: new Map(), told: new Set() });

const orderOf = ({ orders }: Facts, orderId: string): OrderFacts => orders.getOrInsertComputed(orderId, newOrderFacts);

type OrderLine = EventOf<typeof ordersBySku, 'OrderRequested'> | EventOf<typeof ordersBySku, 'OrderConfirmed'>;

function noteOrderLine(facts: Facts, { type, at, data }: Told): void {
  const { orderId, version, sku, quantity, ...line } = data as OrderLine;
  const order = orderOf(facts, orderId);
  const { reservationId } = line;
  const digest = 'itemsDigest' in line ? line.itemsDigest : order.lines.get(sku)?.itemsDigest;
  order.lines.set(sku, {
    quantity,
    ...(reservationId !== undefined && { reservationId }),
    ...(digest !== undefined && { itemsDigest: digest }),
  });
  if (reservationId !== undefined) facts.holders.getOrInsertComputed(reservationId, () => new Set()).add(orderId);
  if (type !== 'OrderRequested') endingOf(order, version, type as EndingType, at).copies.add(sku);
}

type PurchaseEnded = EventOf<typeof ordersByCustomer, 'OrderConfirmed'> & { code?: RejectionCode };

function notePurchase(facts: Facts, { id, type, at, data }: Told): void {
  const { orderId, version, code } = data as PurchaseEnded;
  const order = orderOf(facts, orderId);
  if (type === 'OrderRequested') order.requested ??= { ...(data as Purchase), eventId: id, at };
  else Object.assign(endingOf(order, version, type as EndingType, at), code && { code }).copies.add(CUSTOMER);
}

const endingOf = ({ endings }: OrderFacts, version: number, type: EndingType, at: Date): Ending =>
  endings.getOrInsertComputed(version, () => ({ type, at, copies: new Set() }));

type StockTold = EventOf<typeof stock, 'StockReserved'> | EventOf<typeof stock, 'StockRejected'>;

function noteStock(facts: Facts, { type, at, data }: Told): void {
  const { orderId, sku, quantity, ...why } = data as StockTold;
  const order = orderOf(facts, orderId);
  order.told.add(toldOf(type, sku));
  if (type === 'StockReserved') order.answers.set(sku, { quantity, at, reserved: true });
  else if ('reason' in why) order.answers.set(sku, { quantity, at, reserved: false, ...why });
}

export const toldOf = (type: string, sku: string): string => `${type} ${sku}`;

function notePoints(facts: Facts, { id, type, version, data }: Told): void {
  const told = { ...(data as object), type, version } as PointsFact;
  facts.points.set(id, told);
  const { customerId } = told;
  if (told.type === 'PointsDeducted') orderOf(facts, told.orderId).pointsAnswer = { customerId, deducted: true };
  if (told.type === 'PointsRejected') {
    const { orderId, reason, balance } = told;
    orderOf(facts, orderId).pointsAnswer = { customerId, deducted: false, reason, balance };
  }
}

function noteProduct({ products }: Facts, { at, data }: Told): void {
  const product = data as EventOf<typeof catalog, 'ProductChanged'>;
  products.getOrInsertComputed(product.sku, () => new Map<number, ProductFact>()).set(product.version, { ...product, at });
}

function noteLevel({ levels }: Facts, { data }: Told): void {
  const level = data as LevelFact;
  const known = levels.get(level.sku);
  if (!known || known.version < level.version) levels.set(level.sku, level);
}
