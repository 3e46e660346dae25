import { canonicalItems, topics } from '@microshop/contracts';
import { type OrderDocument, orders } from '@microshop/order-svc/application/collections';
import type { Stored } from '../world/broker.ts';
import type { Change, Database } from '../world/database.ts';
import { headerText } from '../world/header-text.ts';
import type { Report } from './violation.ts';

/** What was seen on the topics: whether order was kept in each key, and when an order had all its answers. */
export type Delivery = {
  appended(topic: string, stored: Stored): void;
  /** Ids of the events on a topic. */
  on(topic: string): ReadonlySet<string>;
  /** An instance of order-svc looked how far the topics are, to reject what is overdue later. */
  marked(life: string): void;
  /** An order was rejected though it lacks answers: they must not have been there when the topics were marked. */
  settled(change: Change, life: string): void;
};

const answers = new Set(['StockReserved', 'StockRejected', 'PointsDeducted', 'PointsRejected']);
/** A topic of whole states bears its order in their versions. Dead letters come as they fail. */
const ordered = new Set(topics.filter(({ retention }) => retention !== 'compacted').map(({ name }) => name));

export function createDelivery(orderDatabase: () => Database, step: () => number, report: Report): Delivery {
  const seen = new Map<string, Set<string>>();
  const highest = new Map<string, number>();
  const answered = new Map<string, Set<string>>();
  const completeAt = new Map<string, number>();
  const marks = new Map<string, number>();

  function keepOrder(topic: string, { sent }: Stored, id: string, type: string) {
    const version = Number(sent.headers.ce_sequence);
    const aggregate = `${topic}\n${String(sent.key)}\n${headerText(sent, 'ce_source')}\n${headerText(sent, 'ce_subject')}`;
    const orderId = headerText(sent, 'ce_correlationid');
    const last = highest.get(aggregate) ?? 0;
    highest.set(aggregate, Math.max(last, version));
    if (version < last)
      report({
        invariant: '5 delivery: first of each key in the order of versions',
        text: `${type} ${id} (version ${version}) came after version ${last} on ${topic}`,
        ...(orderId !== undefined && { orderId }),
      });
  }

  function keepAnswer({ sent }: Stored) {
    const { orderId, sku } = JSON.parse(String(sent.value)) as { orderId: string; sku?: string };
    const given = answered.getOrInsertComputed(orderId, () => new Set());
    given.add(sku ?? 'points');
    const order = orderDatabase().find(orders, orderId);
    if (order && !completeAt.has(orderId) && given.size === order.items.length + 1) completeAt.set(orderId, step());
  }

  return {
    appended(topic, stored) {
      const ids = seen.getOrInsertComputed(topic, () => new Set());
      const id = headerText(stored.sent, 'ce_id') ?? '';
      const isNews = !ids.has(id) && ordered.has(topic) && stored.sent.headers.ce_sequence !== undefined;
      ids.add(id);
      if (!isNews) return;
      const type = headerText(stored.sent, 'ce_type') ?? '';
      keepOrder(topic, stored, id, type);
      if (answers.has(type)) keepAnswer(stored);
    },
    on: (topic) => seen.get(topic) ?? new Set(),
    marked: (life) => void marks.set(life, step()),
    settled({ before, after }, life) {
      const order = after as OrderDocument;
      const isTimeout = order.status === 'rejected' && (!order.pointsAnswer || order.stockAnswers.length < order.items.length);
      const complete = completeAt.get(order.orderId);
      const mark = marks.get(life);
      if (!isTimeout || !before || complete === undefined || mark === undefined || complete >= mark) return;
      report({
        invariant: '7 patience: an order whose answers are on the topics does not time out',
        text: `the order for ${canonicalItems(order.items)} had all answers at step ${complete}, the topics were marked at step ${mark}`,
        orderId: order.orderId,
      });
    },
  };
}
