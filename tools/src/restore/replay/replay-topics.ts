import { readTopics } from '@microshop/chassis/kafka/read-topics';
import { holds, stock } from '@microshop/inventory-svc/application/collections';
import { type Databases, of } from '../../databases.ts';
import { placeIn } from '../../dlt/shop.ts';
import type { KafkaAddress } from '../../running-stack.ts';
import { noFacts, note, type PointsFact } from './facts.ts';
import { createRemarks, type Remarks } from './remarks.ts';
import { replayOrder } from './replay-orders.ts';
import { openOutboxes } from './replay-outbox.ts';
import { replayPoints } from './replay-points.ts';
import { claimsBySku, replayHold, replayStock } from './replay-stock.ts';

export type ReplayOptions = {
  databases: Databases;
  kafka: KafkaAddress;
  topics: readonly string[];
  /** When the backup began. */
  since: Date;
  pointValue: number;
  signal: AbortSignal;
  onProgress(what: string, done: number, total: number): void;
};

export type Replayed = { records: number; orders: number; remarks: Remarks };

/** An answer is not older than its request by more than the request's timeout; what is told twice is known. */
const SLACK_MS = 3_600_000;

/**
 * Brings the databases of a backup to what the topics tell of the time after it. Nothing is decided anew: what was answered and how orders ended
 * is taken as it was told. What was not told yet the services do themselves, from the offsets of the backup on. Run again, it changes nothing.
 */
export async function replayTopics({ databases, kafka, topics, since, pointValue, signal, onProgress }: ReplayOptions): Promise<Replayed> {
  const facts = noFacts();
  const remarks = createRemarks();
  const outboxes = await openOutboxes(databases);
  let records = 0;
  await readTopics({
    ...kafka,
    topics,
    since: new Date(since.getTime() - SLACK_MS),
    signal,
    onRecord(topic, _partition, record) {
      note(facts, topic, record);
      outboxes.take(topic, record);
      onProgress('records', ++records, records);
    },
  });
  signal.throwIfAborted();

  async function each<T>(what: string, all: Iterable<T>, work: (one: T) => Promise<void>): Promise<void> {
    const list = [...all];
    for (const [index, one] of list.entries()) {
      signal.throwIfAborted();
      await work(one);
      onProgress(what, index + 1, list.length);
    }
  }

  const [orders, inventory, loyalty] = [
    placeIn(databases, 'order-svc'),
    placeIn(databases, 'inventory-svc'),
    placeIn(databases, 'loyalty-svc'),
  ];
  await each('holds', await movedHolds(databases, facts.levels), (id) => replayHold(inventory, id, { facts, remarks }));
  await each('stock', claimsBySku(facts), ([sku, claims]) => replayStock(inventory, sku, claims, { facts, remarks }));
  const points = Map.groupBy(facts.points.values(), ({ customerId }: PointsFact) => customerId);
  await each('points', points, ([customerId, told]) => replayPoints(loyalty, customerId, told, { facts, remarks }));
  const inOrder = [...facts.orders].sort(([a], [b]) => (a < b ? -1 : 1));
  await each('orders', inOrder, ([orderId, told]) => replayOrder(orders, orderId, told, { facts, pointValue, remarks }));
  await outboxes.write();
  return { records, orders: inOrder.length, remarks };
}

/** Open holds on stock that has moved since the backup. */
async function movedHolds({ 'inventory-svc': inventory }: Databases, levels: ReadonlyMap<string, { version: number }>): Promise<string[]> {
  const open = await of(inventory, holds).find({ 'items.settled': false }).toArray();
  const known = await of(inventory, stock)
    .find({ _id: { $in: [...levels.keys()] } })
    .toArray();
  const moved = new Set(known.filter(({ _id, version }) => (levels.get(_id)?.version ?? 0) > version).map(({ _id }) => _id));
  return open.filter(({ items }) => items.some(({ sku }) => moved.has(sku))).map(({ _id }) => _id);
}
