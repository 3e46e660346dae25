import { causeOf } from '@microshop/chassis/http/cause';
import { callerAnswers } from '@microshop/chassis/http/operator';
import { problemResponse } from '@microshop/chassis/http/problem';
import { withBody } from '@microshop/chassis/http/responses';
import type { HttpServer } from '@microshop/chassis/http/server';
import { RollbackStockRequest, RollbackStockResult, ValidateStockRequest, ValidateStockResult } from '@microshop/contracts/http';
import type { RollBackHold } from '../application/roll-back-hold.ts';
import type { ValidateStock } from '../application/validate-stock.ts';

export type HoldUseCases = { validateStock: ValidateStock; rollBackHold: RollBackHold };

const tags = ['holds'];

export function holdRoutes(app: HttpServer, { validateStock, rollBackHold }: HoldUseCases): void {
  app.post(
    '/products/validate-stock',
    {
      onRequest: app.requireCaller,
      schema: {
        tags,
        summary: 'Ask whether a cart can be had, and hold it',
        description:
          'With `reserve: true` the whole cart is held, or nothing of it when something is short. A checkout of the same items that brings the `reservationId` before `expiresAt` gets the units.',
        body: ValidateStockRequest,
        response: { 200: ValidateStockResult, ...callerAnswers, ...withBody },
        ...app.callerSecurity,
      },
    },
    async (request) => validateStock(request.body, causeOf(request)),
  );

  app.post(
    '/products/rollback-stock',
    {
      onRequest: app.requireCaller,
      schema: {
        tags,
        summary: 'Give a hold back',
        description: 'Can be repeated. A hold that an order has claimed stays with that order.',
        body: RollbackStockRequest,
        response: {
          200: RollbackStockResult,
          404: problemResponse('There is no such hold: `unknown_reservation`'),
          ...callerAnswers,
          ...withBody,
        },
        ...app.callerSecurity,
      },
    },
    async (request) => rollBackHold(request.body.reservationId.toLowerCase(), causeOf(request)),
  );
}
