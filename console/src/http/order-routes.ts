import { refused } from '@microshop/chassis/errors';
import { problemResponse } from '@microshop/chassis/http/problem';
import { always } from '@microshop/chassis/http/responses';
import type { HttpServer } from '@microshop/chassis/http/server';
import { OrderId } from '@microshop/contracts/values';
import Type from 'typebox';
import { OrderPage, OrdersQuery, OrderTimeline } from '../api/orders.ts';
import type { OrderWatch } from '../live/order-watch.ts';
import { stream, streamed } from '../live/stream.ts';
import type { OrderFilter, OrderQueries } from '../persistence/order-queries.ts';
import { readAnswers } from './answers.ts';
import { orderRow, timelineOf } from './order-views.ts';
import type { Access } from './session.ts';

export type OrderParts = {
  orders: OrderQueries;
  orderWatch: Pick<OrderWatch, 'watch'>;
  /** The ids under which an e-mail address is known. */
  customersOf(email: string): Promise<string[]>;
  access: Access;
};

const tags = ['orders'];
const params = Type.Object({ orderId: OrderId });
const unknown = { 404: problemResponse('unknown_order') };

export function orderRoutes(app: HttpServer, { orders, orderWatch, customersOf, access }: OrderParts): void {
  const onRequest = access.read;

  app.get(
    '/console/orders',
    {
      onRequest,
      schema: {
        tags,
        summary: 'Search orders, newest first',
        querystring: OrdersQuery,
        response: { 200: OrderPage, ...always, ...readAnswers },
      },
    },
    async ({ query }) => {
      const { limit, cursor } = query;
      const { data, nextCursor } = await orders.list(await filterOf(query), { limit, ...(cursor !== undefined && { cursor }) });
      return { data: data.map(orderRow), nextCursor };
    },
  );

  app.get(
    '/console/orders/:orderId',
    {
      onRequest,
      schema: {
        tags,
        summary: 'One order and every record of it on the topics',
        params,
        response: { 200: OrderTimeline, ...unknown, ...always, ...readAnswers },
      },
    },
    async ({ params: { orderId } }) => {
      const timeline = await timelineAfter(orderId.toLowerCase(), new Set());
      if (!timeline)
        throw refused(404, 'unknown_order', `No topic has a record of order ${orderId}: it is not published yet, or older than 30 days.`);
      return timeline;
    },
  );

  app.get(
    '/console/orders/:orderId/events',
    {
      ...streamed,
      onRequest,
      schema: { tags, summary: 'One order, as it goes on (server-sent events of OrderTimeline, each with the new entries only)', params },
    },
    async ({ params: { orderId } }, reply) => {
      const id = orderId.toLowerCase();
      const sent = new Set<string>();
      let told = '';
      const produce = async (): Promise<OrderTimeline[]> => {
        const timeline = await timelineAfter(id, sent);
        const order = JSON.stringify(timeline?.order);
        if (!timeline || (order === told && timeline.entries.length === 0)) return [];
        told = order;
        for (const { entryId } of timeline.entries) sent.add(entryId);
        return [timeline];
      };
      await stream<void>(app, reply, (listener) => orderWatch.watch(id, listener), produce);
    },
  );

  async function timelineAfter(orderId: string, known: ReadonlySet<string>): Promise<OrderTimeline | undefined> {
    // The entries first: an order that has changed meanwhile is told of again.
    const { entries, isWhole } = await orders.timeline(orderId);
    const order = await orders.find(orderId);
    return order
      ? { order: orderRow(order), entries: timelineOf(entries).filter(({ entryId }) => !known.has(entryId)), isWhole }
      : undefined;
  }

  async function filterOf({ search, customer, status, reason, sku, from, until, dead }: OrdersQuery): Promise<OrderFilter> {
    return {
      ...(search !== undefined && (await searched(search.trim()))),
      ...(customer && { customerId: customer }),
      ...(status && { status }),
      ...(reason && { reason }),
      ...(sku && { sku }),
      ...(from !== undefined && { from: new Date(from) }),
      ...(until !== undefined && { until: new Date(until) }),
      ...(dead && { dead }),
    };
  }

  async function searched(text: string): Promise<OrderFilter> {
    if (text.includes('@')) return { customers: await customersOf(text) };
    const id = text.toLowerCase();
    // A customer's id may be a UUID, too.
    const isOrder = ORDER_ID.test(id) && (id.length < 36 || (await orders.find(id)) !== null);
    return isOrder ? { idPrefix: id } : { customers: [text] };
  }
}

/** The beginning of a UUIDv7. */
const ORDER_ID = /^[0-9a-f]{4,8}(-[0-9a-f]{0,4}(-[0-9a-f]{0,4}(-[0-9a-f]{0,4}(-[0-9a-f]{0,12})?)?)?)?$/i;
