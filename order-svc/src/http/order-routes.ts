import { EmptyBody } from '@microshop/chassis/http/body';
import { callerOf } from '@microshop/chassis/http/caller';
import { causeOf } from '@microshop/chassis/http/cause';
import { callerAnswers, operatorSchema } from '@microshop/chassis/http/operator';
import { Page, PageQuery } from '@microshop/chassis/http/pagination';
import { problemResponse } from '@microshop/chassis/http/problem';
import { always, withBody } from '@microshop/chassis/http/responses';
import type { HttpServer } from '@microshop/chassis/http/server';
import { Order, OrderStatus } from '@microshop/contracts/http';
import { CustomerId, OrderId } from '@microshop/contracts/values';
import Type from 'typebox';
import type { ChangeOrder } from '../application/change-order.ts';
import type { OrderQueries } from '../application/queries.ts';
import { viewOf } from './order-view.ts';
import { requireOwn } from './own-orders.ts';

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
    {
      onRequest: app.requireCaller,
      schema: {
        tags,
        summary: 'Read an order',
        params,
        response: { 200: Order, ...unknown, ...callerAnswers, ...always },
        ...app.callerSecurity,
      },
    },
    async (request) => {
      const { orderId } = request.params;
      return viewOf(requireOwn(await queries.findOrder(orderId), orderId, callerOf(request)));
    },
  );

  app.get(
    '/orders',
    {
      // Customers may list what they ask for by their own id.
      onRequest: app.requireOperatorOr((subject, { query }) => (query as { customerId?: unknown }).customerId === subject),
      schema: operatorSchema({
        tags,
        summary: 'List orders, newest first',
        description: 'For operators, and with their own `customerId` for customers.',
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
      onRequest: app.requireCaller,
      schema: {
        tags,
        summary: 'Cancel an order',
        description: 'Stock, points and discount use come back. Repeated, the answer is the same.',
        params,
        body: EmptyBody,
        response: {
          200: Order,
          ...unknown,
          ...callerAnswers,
          409: problemResponse('order_not_cancellable: rejected or fulfilled'),
          ...withBody,
        },
        ...app.callerSecurity,
      },
    },
    async (request) => {
      const { orderId } = request.params;
      const caller = callerOf(request);
      // Whose an order is does not change, so that it can be asked before the transaction.
      if (caller.kind === 'subject') requireOwn(await queries.findOrder(orderId), orderId, caller);
      return viewOf(await cancelOrder(orderId, causeOf(request)));
    },
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
