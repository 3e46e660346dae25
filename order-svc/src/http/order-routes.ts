import { EmptyBody } from '@microshop/chassis/http/body';
import { causeOf } from '@microshop/chassis/http/cause';
import { operatorSchema } from '@microshop/chassis/http/operator';
import { Page, PageQuery } from '@microshop/chassis/http/pagination';
import { problemResponse } from '@microshop/chassis/http/problem';
import type { HttpServer } from '@microshop/chassis/http/server';
import { Order, OrderStatus } from '@microshop/contracts/http';
import { CustomerId, OrderId } from '@microshop/contracts/values';
import Type from 'typebox';
import { type ChangeOrder, unknownOrder } from '../application/change-order.ts';
import type { OrderQueries } from '../application/queries.ts';
import { viewOf } from './order-view.ts';
import { always, withBody } from './responses.ts';

export type OrderUseCases = { queries: OrderQueries; cancelOrder: ChangeOrder; fulfilOrder: ChangeOrder };

const tags = ['orders'];
const params = Type.Object({ orderId: OrderId });
const query = Type.Object(
  { ...PageQuery.properties, customerId: Type.Optional(CustomerId), status: Type.Optional(OrderStatus) },
  { additionalProperties: false },
);
const unknown = { 404: problemResponse('unknown_order') };

export function orderRoutes(app: HttpServer, { queries, cancelOrder, fulfilOrder }: OrderUseCases): void {
  app.get(
    '/orders/:orderId',
    { schema: { tags, summary: 'Read an order', params, response: { 200: Order, ...unknown, ...always } } },
    async ({ params: { orderId } }) => {
      const order = await queries.findOrder(orderId);
      if (!order) throw unknownOrder(orderId);
      return viewOf(order);
    },
  );

  app.get(
    '/orders',
    {
      onRequest: app.requireOperator,
      schema: operatorSchema({
        tags,
        summary: 'List orders, newest first',
        querystring: query,
        response: { 200: Page(Order), ...always },
      }),
    },
    async ({ query: { limit, cursor, customerId, status } }) => {
      const { data, nextCursor } = await queries.listOrders(
        { ...(customerId !== undefined && { customerId }), ...(status !== undefined && { status }) },
        { limit, ...(cursor !== undefined && { cursor }) },
      );
      return { data: data.map((order) => viewOf(order)), nextCursor };
    },
  );

  app.post(
    '/orders/:orderId/cancel',
    {
      schema: {
        tags,
        summary: 'Cancel an order',
        description: 'Stock, points and discount use come back. Repeated, the answer is the same.',
        params,
        body: EmptyBody,
        response: { 200: Order, ...unknown, 409: problemResponse('order_not_cancellable: rejected or fulfilled'), ...withBody },
      },
    },
    async (request) => viewOf(await cancelOrder(request.params.orderId, causeOf(request))),
  );

  app.post(
    '/orders/:orderId/fulfil',
    {
      onRequest: app.requireOperator,
      schema: operatorSchema({
        tags,
        summary: 'Mark a confirmed order as fulfilled',
        params,
        body: EmptyBody,
        response: { 200: Order, ...unknown, 409: problemResponse('order_not_fulfillable: not confirmed'), ...withBody },
      }),
    },
    async (request) => viewOf(await fulfilOrder(request.params.orderId, causeOf(request))),
  );
}
