import { decodeCursor, type PageOf, page } from '@microshop/chassis/http/pagination';
import type { Db, Filter } from 'mongodb';
import Type from 'typebox';
import type { OrderStatus } from '../api/orders.ts';
import type { EntryDocument, OrderDocument, Projection } from '../projection/collections.ts';
import { childrenOf } from './children.ts';
import type { PageRequest } from './page-request.ts';

export type OrderFilter = {
  idPrefix?: string;
  /** Ids of customers, derived ones of guests too. */
  customers?: readonly string[];
  customerId?: string;
  status?: OrderStatus;
  reason?: string;
  sku?: string;
  from?: Date;
  until?: Date;
  dead?: boolean;
};

type EntryTime = Pick<EntryDocument, 'appendedAt' | 'eventId' | '_id'>;
/** The records of an order that are shown, and whether they are all. */
export type Timeline = { entries: EntryDocument[]; isWhole: boolean };

export type OrderQueries = ReturnType<typeof createOrderQueries>;

const Cursor = Type.Tuple([Type.Integer({ minimum: 0, maximum: 8.64e15 }), Type.String()]);
/** Far more than an order of 50 lines has. */
const MAX_ENTRIES = 2000;
const newestFirst = { firstAt: -1, _id: -1 } as const;

export const orderKey = ({ firstAt, _id }: OrderDocument): [firstAt: number, id: string] => [firstAt.getTime(), _id];

export function createOrderQueries(db: Db, projection: () => Projection) {
  const orders = () => db.collection<OrderDocument>(projection().orders.name);
  const entries = () => db.collection<EntryDocument>(projection().entries.name);

  return {
    async list(filter: OrderFilter, { limit, cursor }: PageRequest): Promise<PageOf<OrderDocument>> {
      const found = await orders()
        .find({ $and: [queryOf(filter), afterOf(cursor)] })
        .sort(newestFirst)
        .limit(limit + 1)
        .toArray();
      return page(found, limit, orderKey);
    },
    /** A page of each customer's orders, newest first. */
    async ofCustomers(customerIds: readonly string[], { limit, cursor }: PageRequest): Promise<Map<string, PageOf<OrderDocument>>> {
      const found = await childrenOf(db, {
        parents: projection().customers,
        ids: customerIds,
        children: projection().orders,
        parentId: 'customerId',
        where: afterOf(cursor),
        sort: newestFirst,
        limit: limit + 1,
      });
      return new Map([...found].map(([customerId, ofCustomer]) => [customerId, page(ofCustomer, limit, orderKey)]));
    },
    find: (orderId: string): Promise<OrderDocument | null> => orders().findOne({ _id: orderId }),
    /** How many records of each order are known: rises with each change. */
    async versions(orderIds: readonly string[]): Promise<Map<string, number>> {
      const found = await orders()
        .find({ _id: { $in: [...orderIds] } }, { projection: { records: 1 } })
        .toArray();
      return new Map(found.map(({ _id, records }) => [_id, records]));
    },
    /** In the order of the broker's clock; one more than is shown tells that there are more. */
    async timeline(orderId: string): Promise<Timeline> {
      const found = await entries()
        .find({ orderId })
        .sort({ appendedAt: 1 })
        .limit(MAX_ENTRIES + 1)
        .toArray();
      return timelineOf(found);
    },
    async timelines(orderIds: readonly string[]): Promise<Map<string, Timeline>> {
      const found = await childrenOf(db, {
        parents: projection().orders,
        ids: orderIds,
        children: projection().entries,
        parentId: 'orderId',
        sort: { appendedAt: 1 },
        limit: MAX_ENTRIES + 1,
      });
      return new Map([...found].map(([orderId, ofOrder]) => [orderId, timelineOf(ofOrder)]));
    },
    async pending(): Promise<{ pending: number; oldestPendingAt: Date | undefined }> {
      const [pending, oldest] = await Promise.all([
        orders().countDocuments({ status: 'pending' }, { limit: 100_000 }),
        orders()
          .find({ status: 'pending' }, { projection: { firstAt: 1 } })
          .sort({ firstAt: 1 })
          .limit(1)
          .next(),
      ]);
      return { pending, oldestPendingAt: oldest?.firstAt };
    },
    /** Orders first seen in each of the last minutes, the oldest first. */
    async perMinute(now: Date, minutes: number): Promise<number[]> {
      const running = Math.floor(now.getTime() / MINUTE_MS);
      const since = new Date((running - minutes + 1) * MINUTE_MS);
      const counted = await orders()
        .aggregate<{ _id: number; count: number }>([
          { $match: { firstAt: { $gte: since } } },
          { $group: { _id: { $floor: { $divide: [{ $toLong: '$firstAt' }, MINUTE_MS] } }, count: { $sum: 1 } } },
        ])
        .toArray();
      const counts = new Map(counted.map(({ _id, count }) => [Number(_id), count]));
      return Array.from({ length: minutes }, (_, nth) => counts.get(running - minutes + 1 + nth) ?? 0);
    },
  };
}

const MINUTE_MS = 60_000;

function queryOf({ idPrefix, customers, customerId, status, reason, sku, from, until, dead }: OrderFilter): Filter<OrderDocument> {
  return {
    ...(idPrefix !== undefined && { _id: { $gte: idPrefix, $lt: `${idPrefix}~` } }),
    ...(customers && { $or: [{ customerId: { $in: [...customers] } }, { customerKey: { $in: [...customers] } }] }),
    ...(customerId !== undefined && { customerId }),
    ...(status !== undefined && { status }),
    ...(reason !== undefined && { reasons: reason }),
    ...(sku !== undefined && { skus: sku }),
    ...((from || until) && { firstAt: { ...(from && { $gte: from }), ...(until && { $lte: until }) } }),
    ...(dead && { deadLetters: { $gt: 0 } }),
  };
}

function afterOf(cursor: string | undefined): Filter<OrderDocument> {
  if (cursor === undefined) return {};
  const [time, id] = decodeCursor(cursor, Cursor);
  const firstAt = new Date(time);
  return { $or: [{ firstAt: { $lt: firstAt } }, { firstAt, _id: { $lt: id } }] };
}

const timelineOf = (found: readonly EntryDocument[]): Timeline => ({
  entries: found.slice(0, MAX_ENTRIES).sort(inTimeOrder),
  isWhole: found.length <= MAX_ENTRIES,
});

/** What has one time by id, which is a UUIDv7, so that a cause comes before its effects. */
export const inTimeOrder = (a: EntryTime, b: EntryTime): number =>
  a.appendedAt.getTime() - b.appendedAt.getTime() || compare(a.eventId ?? '', b.eventId ?? '') || compare(a._id, b._id);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
