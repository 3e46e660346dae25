import { causeOf } from '@microshop/chassis/http/cause';
import { idempotencyKeyHeader, optionalIdempotencyKey } from '@microshop/chassis/http/idempotency-key';
import { operatorSchema } from '@microshop/chassis/http/operator';
import { Page, PageQuery } from '@microshop/chassis/http/pagination';
import { problemResponse } from '@microshop/chassis/http/problem';
import { always, withBody } from '@microshop/chassis/http/responses';
import type { HttpServer } from '@microshop/chassis/http/server';
import { Adjustment, StockLevel, StockMovement } from '@microshop/contracts/http';
import Type from 'typebox';
import type { AdjustStock } from '../application/adjust-stock.ts';
import type { MovementDocument, StockDocument } from '../application/collections.ts';
import type { ReadMovements } from '../application/read-movements.ts';
import type { ReadStock } from '../application/read-stock.ts';
import { SkuPath, unknownSkuAnswer } from './schemas.ts';

export type StockUseCases = { readStock: ReadStock; adjustStock: AdjustStock; readMovements: ReadMovements };

const tags = ['stock'];

export function stockRoutes(app: HttpServer, { readStock, adjustStock, readMovements }: StockUseCases): void {
  app.get(
    '/products/:sku/stock',
    { schema: { tags, summary: 'Read a stock level', params: SkuPath, response: { 200: StockLevel, ...unknownSkuAnswer, ...always } } },
    async (request) => toLevel(await readStock(request.params.sku, causeOf(request))),
  );

  app.post(
    '/products/:sku/stock',
    {
      onRequest: app.requireOperator,
      schema: operatorSchema({
        tags,
        summary: 'Restock or correct',
        description: 'With an Idempotency-Key it is done once: a repeat answers the level as it is, with `Idempotent-Replayed: true`.',
        params: SkuPath,
        headers: Type.Object(idempotencyKeyHeader),
        body: Adjustment,
        response: {
          200: StockLevel,
          ...unknownSkuAnswer,
          409: problemResponse('More than is available: `stock_below_zero`, with `available`'),
          422: problemResponse('The key was used for another change: `idempotency_key_reused`'),
          ...withBody,
        },
      }),
    },
    async (request, reply) => {
      const idempotencyKey = optionalIdempotencyKey(request.headers['idempotency-key']);
      const { sku } = request.params;
      const { level, replayed } = await adjustStock({ ...request.body, sku, idempotencyKey }, causeOf(request));
      if (replayed) reply.header('idempotent-replayed', 'true');
      return toLevel(level);
    },
  );

  app.get(
    '/products/:sku/movements',
    {
      onRequest: app.requireOperator,
      schema: operatorSchema({
        tags,
        summary: 'Read the ledger of a stock, the newest movement first',
        params: SkuPath,
        querystring: PageQuery,
        response: { 200: Page(StockMovement), ...unknownSkuAnswer, ...always },
      }),
    },
    async ({ params, query }) => {
      const { data, nextCursor } = await readMovements(params.sku, query);
      return { data: data.map(toMovement), nextCursor };
    },
  );
}

const toLevel = ({ _id: sku, available, reserved, sold }: StockDocument): StockLevel => ({ sku, available, reserved, sold });

function toMovement({ _id: movementId, sku, type, change, reason, orderId, at }: MovementDocument): StockMovement {
  return { movementId, sku, type, change, reason, ...(orderId !== undefined && { orderId }), at: at.toISOString() };
}
