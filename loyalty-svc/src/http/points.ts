import { causeOf } from '@microshop/chassis/http/cause';
import { idempotencyKeyHeader, optionalIdempotencyKey } from '@microshop/chassis/http/idempotency-key';
import { operatorSchema } from '@microshop/chassis/http/operator';
import { decodeCursor, Page, PageQuery, page } from '@microshop/chassis/http/pagination';
import { problemResponse } from '@microshop/chassis/http/problem';
import { always, withBody } from '@microshop/chassis/http/responses';
import type { HttpServer } from '@microshop/chassis/http/server';
import { Adjustment, PointsBalance, PointsMovement } from '@microshop/contracts/http';
import Type from 'typebox';
import type { AdjustPoints } from '../application/adjust-points.ts';
import type { CustomerDocument, LedgerDocument } from '../application/collections.ts';
import type { CustomerQueries, LedgerQueries } from '../application/queries.ts';
import { unknownCustomer } from '../application/refusals.ts';
import { CustomerParams, isOwn, withCustomer } from './responses.ts';

export type PointsUseCases = { customers: CustomerQueries; ledger: LedgerQueries; adjustPoints: AdjustPoints };

const tags = ['points'];
const Cursor = Type.Integer({ minimum: 1 });

export function pointsRoutes(app: HttpServer, { customers, ledger, adjustPoints }: PointsUseCases): void {
  async function requireCustomer(customerId: string): Promise<CustomerDocument> {
    const customer = await customers.find(customerId);
    if (!customer) throw unknownCustomer(customerId);
    return customer;
  }

  app.get(
    '/customers/:customerId/points',
    {
      onRequest: app.requireOperatorOr(isOwn),
      schema: operatorSchema({
        tags,
        summary: "Read a customer's balance",
        description: 'For operators, and for the customer.',
        params: CustomerParams,
        response: { 200: PointsBalance, ...always, ...withCustomer },
      }),
    },
    async ({ params }) => {
      const { balance } = await requireCustomer(params.customerId);
      return { balance };
    },
  );

  app.get(
    '/customers/:customerId/points/ledger',
    {
      onRequest: app.requireOperatorOr(isOwn),
      schema: operatorSchema({
        tags,
        summary: "List the movements of a customer's points, newest first",
        description: 'For operators, and for the customer.',
        params: CustomerParams,
        querystring: PageQuery,
        response: { 200: Page(PointsMovement), ...always, ...withCustomer },
      }),
    },
    async ({ params, query: { limit, cursor } }) => {
      const { _id: customerId } = await requireCustomer(params.customerId);
      const before = cursor === undefined ? {} : { beforeSequence: decodeCursor(cursor, Cursor) };
      const found = await ledger.list({ customerId, limit: limit + 1, ...before });
      const { data, nextCursor } = page(found, limit, ({ sequence }) => sequence);
      return { data: data.map(movementOf), nextCursor };
    },
  );

  app.post(
    '/customers/:customerId/points',
    {
      onRequest: app.requireOperator,
      schema: operatorSchema({
        tags,
        summary: 'Give or take points by hand',
        description: 'With an Idempotency-Key it is done once: a repeat answers the balance as it is, with `Idempotent-Replayed: true`.',
        params: CustomerParams,
        headers: Type.Object(idempotencyKeyHeader),
        body: Adjustment,
        response: {
          200: PointsBalance,
          ...withBody,
          ...withCustomer,
          409: problemResponse('`points_below_zero`, with the `balance`'),
          422: problemResponse('`idempotency_key_reused`: the key came with another body before'),
        },
      }),
    },
    async (request, reply) => {
      const { params, headers, body } = request;
      const key = optionalIdempotencyKey(headers['idempotency-key']);
      const { balance, isReplay } = await adjustPoints(params.customerId, body, key, causeOf(request));
      if (isReplay) reply.header('idempotent-replayed', 'true');
      return { balance };
    },
  );
}

const movementOf = ({ _id, customerId, type, change, reason, orderId, at }: LedgerDocument): PointsMovement => ({
  movementId: _id,
  customerId,
  type,
  change,
  reason,
  ...(orderId !== undefined && { orderId }),
  at: at.toISOString(),
});
