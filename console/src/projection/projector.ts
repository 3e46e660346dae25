import type { IncomingEvent } from '@microshop/chassis/events/event';
import { createGroupCommit } from '@microshop/chassis/group-commit';
import type { ConsumeOptions } from '@microshop/chassis/kafka/broker';
import { parseRecord } from '@microshop/chassis/kafka/parse-record';
import type { RunInTransaction, Tx } from '@microshop/chassis/store/unit-of-work';
import { catalog, type EventOf, points, pointsByCustomer, stockLevels, topics } from '@microshop/contracts';
import type { Projection } from './collections.ts';
import { firstSeen, foldOrder, withRecord } from './fold-order.ts';
import { foldCustomer, foldMovement, movementsOf, type PointsEvent } from './fold-points.ts';
import { foldLevel, foldProduct, levelIdOf, levelOf } from './fold-stock.ts';
import { type Arrived, allTopics, entryIdOf, entryOf, isDeadLetterTopic, orderIdOf } from './record.ts';

/** A transaction takes at most so many records: each one writes up to five documents. */
const MAX_RECORDS = 200;

export const groupOf = (generation: number): string => `console-${generation}`;

/** What a commit has changed, for those who look on. */
export type Changes = { orderIds: ReadonlySet<string>; skus: ReadonlySet<string> };

export type ProjectorOptions = { projection: Projection; transact: RunInTransaction; onCommit?: (changes: Changes) => void };

type Known = Arrived & { entryId: string; orderId: string | undefined; event: IncomingEvent | undefined };

/**
 * Turns records into the console's documents. A record of an order and its entry commit together, so that reading it again changes nothing; of
 * the rest the greatest version counts. What is unknown or can not be read is kept in its order's timeline and stops nothing.
 */
export function createProjector({
  projection,
  transact,
  onCommit,
}: ProjectorOptions): Pick<ConsumeOptions, 'group' | 'topics' | 'onBatch'> {
  const commits = createGroupCommit<readonly Known[], void>({
    maxWeight: MAX_RECORDS,
    weigh: ({ length }) => length,
    async commit(chunks) {
      const known = chunks.flat();
      await transact(async (tx) => {
        await loadAll(tx, projection, known);
        for (const one of known) await project(tx, projection, one);
      });
      onCommit?.(changesOf(known));
      return chunks.map(() => undefined);
    },
  });
  return {
    group: groupOf(projection.generation),
    topics: allTopics,
    async onBatch({ topic, partition, records }, control) {
      await control.heartbeat();
      for (let from = 0; from < records.length && control.isRunning(); from += MAX_RECORDS) {
        const chunk = records.slice(from, from + MAX_RECORDS).map((record) => knownOf({ topic, partition, record }));
        await commits.submit(chunk);
        control.handled((chunk.at(-1) as Known).record.offset);
        await control.heartbeat();
      }
    },
  };
}

const contracts = new Map(topics.map((topic) => [topic.name, topic]));

function knownOf(arrived: Arrived): Known {
  const contract = contracts.get(arrived.topic);
  const parsed = contract && parseRecord(contract, arrived.record);
  return {
    ...arrived,
    entryId: entryIdOf(arrived),
    orderId: orderIdOf(arrived),
    event: parsed && 'event' in parsed ? parsed.event : undefined,
  };
}

async function loadAll(
  tx: Tx,
  { orders, entries, stock, levels, customers, movements }: Projection,
  known: readonly Known[],
): Promise<void> {
  const ofOrders = known.filter(({ orderId }) => orderId !== undefined);
  const ofStock = known.flatMap((one) => stockEventOf(one) ?? []);
  const ofPoints = known.flatMap((one) => pointsEventOf(one) ?? []);
  await tx.load(
    entries,
    ofOrders.map(({ entryId }) => entryId),
  );
  await tx.load(
    orders,
    ofOrders.flatMap(({ orderId }) => orderId ?? []),
  );
  await tx.load(
    stock,
    ofStock.map(({ sku }) => sku),
  );
  await tx.load(
    levels,
    ofStock.flatMap(({ level }) => (level ? levelIdOf(level) : [])),
  );
  await tx.load(
    customers,
    ofPoints.map(({ data }) => data.customerId),
  );
  await tx.load(
    movements,
    ofPoints.flatMap((event) => movementsOf(event).map(({ _id }) => _id)),
  );
}

async function project(tx: Tx, projection: Projection, known: Known): Promise<void> {
  if (known.orderId !== undefined) await projectOrder(tx, projection, known, known.orderId);
  const ofPoints = pointsEventOf(known);
  if (ofPoints) await projectPoints(tx, projection, ofPoints);
  const { sku = '', level, product } = stockEventOf(known) ?? {};
  if (product) tx.put(projection.stock, foldProduct(await tx.get(projection.stock, sku), product));
  if (!level) return;
  const { appendedAt } = known.record;
  tx.put(projection.stock, foldLevel(await tx.get(projection.stock, sku), level, appendedAt));
  tx.put(projection.levels, levelOf(await tx.get(projection.levels, levelIdOf(level)), level, appendedAt));
}

async function projectOrder(tx: Tx, { orders, entries }: Projection, known: Known, orderId: string): Promise<void> {
  if (await tx.get(entries, known.entryId)) return;
  const { topic, event, record } = known;
  tx.put(entries, entryOf(known, orderId));
  const present = (await tx.get(orders, orderId)) ?? firstSeen(orderId, record.appendedAt);
  const counted = withRecord(present, record.appendedAt, isDeadLetterTopic(topic));
  tx.put(orders, event ? foldOrder(counted, topic, event) : counted);
}

async function projectPoints(tx: Tx, { customers, movements }: Projection, event: PointsEvent): Promise<void> {
  const customer = foldCustomer(await tx.get(customers, event.data.customerId), event);
  if (customer) tx.put(customers, customer);
  for (const movement of movementsOf(event)) tx.put(movements, foldMovement(await tx.get(movements, movement._id), movement));
}

const pointsEventOf = ({ topic, event }: Known): PointsEvent | undefined =>
  topic === points.name || topic === pointsByCustomer.name ? (event as PointsEvent | undefined) : undefined;

type StockEvent = {
  sku: string;
  product?: EventOf<typeof catalog, 'ProductChanged'>;
  level?: EventOf<typeof stockLevels, 'StockLevelChanged'>;
};

function stockEventOf({ topic, event }: Known): StockEvent | undefined {
  if (event?.type === 'ProductChanged' && topic === catalog.name) {
    const product = event.data as EventOf<typeof catalog, 'ProductChanged'>;
    return { sku: product.sku, product };
  }
  if (event?.type !== 'StockLevelChanged' || topic !== stockLevels.name) return undefined;
  const level = event.data as EventOf<typeof stockLevels, 'StockLevelChanged'>;
  return { sku: level.sku, level };
}

const changesOf = (known: readonly Known[]): Changes => ({
  orderIds: new Set(known.flatMap(({ orderId }) => orderId ?? [])),
  skus: new Set(known.flatMap((one) => stockEventOf(one)?.sku ?? [])),
});
