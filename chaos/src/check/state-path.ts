import { sha256 } from '@microshop/chassis/sha256';
import { canonicalItems, ordersByCustomer, ordersBySku, points, stock } from '@microshop/contracts';
import type { OrderStatus } from '@microshop/contracts/http';
import type { OrderDocument } from '@microshop/order-svc/application/collections';
import { newOrder, type Order, type OrderFact, transition } from '@microshop/order-svc/domain/order';
import { POISON_HEADER, type TopicRecord } from '../run-folder.ts';
import type { Sources } from './sources.ts';
import { headerOf, orderOf } from './topics.ts';
import { aboutOrder, type Violation } from './violation.ts';

type Told = { type: string; version: number; data: Record<string, unknown> };

const statusOf: Readonly<Record<string, OrderStatus>> = {
  OrderRequested: 'pending',
  OrderConfirmed: 'confirmed',
  OrderRejected: 'rejected',
  OrderCancelled: 'cancelled',
  OrderFulfilled: 'fulfilled',
};

/**
 * The published events of each order, by version, are the path that its document tells; its own machine, fed with the published answers, takes that
 * path and comes to that state; and each copy says what the order is.
 */
export function* statePaths(sources: Sources): Generator<Violation, number> {
  const byOrder = toldByOrder(sources.run.records);
  for (const order of sources.orders) {
    const told = byOrder.get(order._id) ?? { order: [], lines: [], answers: [] };
    yield* pathFaults(order, told.order);
    yield* copyFaults(order, told.lines);
    yield* machineFaults(order, told.answers);
  }
  return sources.orders.length;
}

type OfOrder = { order: Told[]; lines: Told[]; answers: Told[] };

/** What the topics hold of each order, each event once. */
function toldByOrder(records: readonly TopicRecord[]): Map<string, OfOrder> {
  const rooms: Readonly<Record<string, keyof OfOrder>> = {
    [ordersByCustomer.name]: 'order',
    [ordersBySku.name]: 'lines',
    [stock.name]: 'answers',
    [points.name]: 'answers',
  };
  const byOrder = new Map<string, OfOrder>();
  const seen = new Set<string>();
  for (const record of records) {
    const [room, orderId, id] = [rooms[record.topic], orderOf(record), headerOf(record, 'ce_id')];
    if (!room || orderId === undefined || id === undefined || record.headers[POISON_HEADER] !== undefined || seen.has(id)) continue;
    seen.add(id);
    const data = dataOf(record);
    if (!data) continue;
    const told = { type: headerOf(record, 'ce_type') ?? '', version: Number(headerOf(record, 'ce_sequence')), data };
    byOrder.getOrInsertComputed(orderId, () => ({ order: [], lines: [], answers: [] }))[room].push(told);
  }
  return byOrder;
}

function dataOf({ value }: TopicRecord): Record<string, unknown> | undefined {
  try {
    return JSON.parse(String(value));
  } catch {
    return undefined;
  }
}

function* pathFaults(order: OrderDocument, told: readonly Told[]): Generator<Violation> {
  const path = told.toSorted((a, b) => a.version - b.version).map(({ type, version }) => `${version} ${statusOf[type] ?? type}`);
  const kept = order.states.map(({ version, status }) => `${version} ${status}`);
  if (path.join(', ') !== kept.join(', '))
    yield aboutOrder(order._id, `went by ${kept.join(', ')}, and was published as ${path.join(', ') || 'nothing'}`);
  for (const { type, data } of told) {
    if (data.customerId !== order.customerKey || data.totalPrice !== order.totalPrice)
      yield aboutOrder(
        order._id,
        `has ${type} for ${data.customerId} over ${data.totalPrice}, it is for ${order.customerKey} over ${order.totalPrice}`,
      );
    if (type === 'OrderRequested' && data.redeemPoints !== order.redeemedPoints)
      yield aboutOrder(order._id, `asked for ${data.redeemPoints} points and redeems ${order.redeemedPoints}`);
  }
}

/** Of each state one copy for each SKU. */
function* copyFaults({ _id, items, states }: OrderDocument, lines: readonly Told[]): Generator<Violation> {
  const wanted = states.flatMap(({ version, status }) => items.map(({ sku, quantity }) => `${version} ${status}: ${quantity} ${sku}`));
  const copies = lines.map(({ version, type, data }) => `${version} ${statusOf[type] ?? type}: ${data.quantity} ${data.sku}`);
  const missing = new Set(wanted).difference(new Set(copies));
  const surplus = new Set(copies).difference(new Set(wanted));
  if (missing.size > 0) yield aboutOrder(_id, `lacks copies by SKU: ${[...missing].sort().join(', ')}`);
  if (surplus.size > 0) yield aboutOrder(_id, `has copies by SKU that it is not: ${[...surplus].sort().join(', ')}`);
  const digest = sha256(canonicalItems(items));
  if (lines.some(({ type, data }) => type === 'OrderRequested' && data.itemsDigest !== digest))
    yield aboutOrder(_id, 'has a copy with the digest of other items');
}

function* machineFaults(order: OrderDocument, answers: readonly Told[]): Generator<Violation> {
  const unheard = unpublished(order, answers);
  if (unheard.length > 0) yield aboutOrder(order._id, `has answers that were never published: ${unheard.sort().join(', ')}`);
  const replayed = replayOf(order);
  const show = ({ status, version, customerId, rejection }: Order) =>
    `${status} ${version} of ${customerId} ${JSON.stringify(rejection ?? {})}`;
  if (!replayed || show(replayed) !== show(order))
    yield aboutOrder(order._id, `is ${show(order)}, its machine comes to ${replayed ? show(replayed) : 'no such state'}`);
}

/** Answers that the order has and no topic tells. */
function unpublished({ stockAnswers, pointsAnswer }: OrderDocument, answers: readonly Told[]): string[] {
  const told = new Set(answers.map(({ type, data }) => [type, data.sku ?? data.customerId, data.reason].join(' ')));
  const has = stockAnswers.map((answer) =>
    [answer.reserved ? 'StockReserved' : 'StockRejected', answer.sku, answer.reserved ? undefined : answer.reason].join(' '),
  );
  if (pointsAnswer)
    has.push(
      [
        pointsAnswer.deducted ? 'PointsDeducted' : 'PointsRejected',
        pointsAnswer.customerId,
        pointsAnswer.deducted ? undefined : pointsAnswer.reason,
      ].join(' '),
    );
  return has.filter((answer) => !told.has(answer));
}

/** The order as its machine makes it of the answers and the steps that it tells; undefined where a step is none. */
function replayOf(order: OrderDocument): Order | undefined {
  const { stockAnswers, pointsAnswer, updatedAt, states } = order;
  let present = asPlaced(order);
  const step = (fact: OrderFact): boolean => {
    const outcome = transition(present, fact, updatedAt);
    if (outcome.kind === 'changed') present = outcome.order;
    return outcome.kind === 'changed';
  };
  for (const answer of stockAnswers) if (!step({ type: 'StockAnswered', answer })) return undefined;
  if (pointsAnswer && !step({ type: 'PointsAnswered', answer: pointsAnswer })) return undefined;
  for (const { status } of states.slice(1)) {
    if (present.states.some((state) => state.status === status)) continue;
    const fact = factTo[status];
    if (!fact || !step(fact)) return undefined;
  }
  return present;
}

/** The order before anybody answered. */
function asPlaced({ orderId, customerKey, createdAt, ...order }: OrderDocument): Order {
  const { items, currency, itemsPrice, discountCode, discountPrice, redeemedPoints, pointsDiscountPrice, totalPrice } = order;
  const price = { items, currency, itemsPrice, discountCode, discountPrice, redeemedPoints, pointsDiscountPrice, totalPrice };
  return newOrder({ ...price, orderId, customerId: customerKey }, createdAt);
}

/** What leads to a state when the answers do not. */
const factTo: Readonly<Partial<Record<OrderStatus, OrderFact>>> = {
  rejected: { type: 'TimedOut' },
  cancelled: { type: 'CancelRequested' },
  fulfilled: { type: 'FulfilRequested' },
};
