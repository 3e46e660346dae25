import { decodeCursor, page } from '@microshop/chassis/http/pagination';
import { outboxCollection } from '@microshop/chassis/outbox/outbox';
import type { Collection, Document } from '@microshop/chassis/store/store';
import type { Db, Filter } from 'mongodb';
import Type from 'typebox';
import { type DiscountDocument, discounts, type OrderDocument, orders } from '../application/collections.ts';
import type { FindPending } from '../application/metrics.ts';
import type { FindChangedOrders } from '../application/order-feed.ts';
import type { OrderQueries } from '../application/queries.ts';
import type { FindOverdueOrders } from '../application/reject-overdue-orders.ts';

const Cursor = Type.Tuple([Type.String()]);
const DiscountCursor = Type.Tuple([Type.Integer({ description: 'createdAt in milliseconds' }), Type.String({ description: 'code' })]);
const of = <T extends Document>(db: Db, { name }: Collection<T>) => db.collection<T>(name);

export function createOrderQueries(db: Db): OrderQueries {
  return {
    findOrder: async (orderId) => (await of(db, orders).findOne({ _id: orderId })) ?? undefined,
    async listOrders({ customerId, status }, { limit, cursor }) {
      const filter: Filter<OrderDocument> = {
        ...(customerId !== undefined && { customerId }),
        ...(status !== undefined && { status }),
        ...(cursor !== undefined && { _id: { $lt: decodeCursor(cursor, Cursor)[0] } }),
      };
      const found = await of(db, orders)
        .find(filter)
        .sort({ _id: -1 })
        .limit(limit + 1)
        .toArray();
      return page(found, limit, ({ _id }) => [_id]);
    },
    findDiscount: async (code) => (await of(db, discounts).findOne({ _id: code })) ?? undefined,
    async listDiscounts({ limit, cursor }) {
      const found = await of(db, discounts)
        .find(cursor === undefined ? {} : olderThan(cursor))
        .sort({ createdAt: -1, _id: -1 })
        .limit(limit + 1)
        .toArray();
      return page(found, limit, ({ createdAt, _id }) => [createdAt.getTime(), _id]);
    },
  };
}

function olderThan(cursor: string): Filter<DiscountDocument> {
  const [createdAtMs, code] = decodeCursor(cursor, DiscountCursor);
  const createdAt = new Date(createdAtMs);
  return { $or: [{ createdAt: { $lt: createdAt } }, { createdAt, _id: { $lt: code } }] };
}

export const createFindChangedOrders =
  (db: Db): FindChangedOrders =>
  async (known) => {
    const sameVersion = Map.groupBy(known, ([, version]) => version);
    const later = [...sameVersion].map(([version, waiting]) => ({ _id: { $in: waiting.map(([id]) => id) }, version: { $gt: version } }));
    return of(db, orders).find({ $or: later }).toArray();
  };

/** A count goes no further, and takes no longer. */
const MAX_PENDING = 10_000;
const MAX_TIME_MS = 1500;

export const createFindPending =
  (db: Db): FindPending =>
  async () => {
    const pending: Filter<OrderDocument> = { status: 'pending' };
    const [count, [oldest]] = await Promise.all([
      of(db, orders).countDocuments(pending, { limit: MAX_PENDING, maxTimeMS: MAX_TIME_MS }),
      of(db, orders)
        .find(pending, { maxTimeMS: MAX_TIME_MS })
        .hint({ createdAt: 1 })
        .sort({ createdAt: 1 })
        .limit(1)
        .project<{ createdAt: Date }>({ createdAt: 1 })
        .toArray(),
    ]);
    return { count, ...(oldest && { oldest: oldest.createdAt }) };
  };

/** How many pending orders are looked at to find those whose request was published long enough ago. */
const SCAN = 1000;

export const createFindOverdueOrders =
  (db: Db): FindOverdueOrders =>
  async (publishedBefore, limit) => {
    const old = await of(db, orders)
      .find({ status: 'pending', createdAt: { $lt: publishedBefore } })
      .sort({ createdAt: 1 })
      .limit(SCAN)
      .project<{ _id: string; requestedIn: string }>({ requestedIn: 1 })
      .toArray();
    if (old.length === 0) return [];
    // A document that is not there any more was published, and removed itself a week later.
    const waiting = await of(db, outboxCollection)
      .find({
        _id: { $in: [...new Set(old.map(({ requestedIn }) => requestedIn))] },
        $or: [{ publishedAt: { $exists: false } }, { publishedAt: { $gte: publishedBefore } }],
      })
      .project<{ _id: string }>({ _id: 1 })
      .toArray();
    const unpublished = new Set(waiting.map(({ _id }) => _id));
    return old
      .filter(({ requestedIn }) => !unpublished.has(requestedIn))
      .slice(0, limit)
      .map(({ _id }) => _id);
  };
