import { refused } from '@microshop/chassis/errors';
import { problemResponse } from '@microshop/chassis/http/problem';
import { always } from '@microshop/chassis/http/responses';
import type { HttpServer } from '@microshop/chassis/http/server';
import { CustomerId } from '@microshop/contracts/values';
import Type from 'typebox';
import { CustomerPoints, CustomerQuery } from '../api/customers.ts';
import type { CustomerQueries } from '../persistence/customer-queries.ts';
import { readAnswers } from './answers.ts';
import { movementView } from './customer-views.ts';
import type { Access } from './session.ts';

export function customerRoutes(app: HttpServer, { customerPoints, access }: { customerPoints: CustomerQueries; access: Access }): void {
  app.get(
    '/console/customers/:customerId',
    {
      onRequest: access.read,
      schema: {
        tags: ['customers'],
        summary: 'One customer’s points and what moved them, of the last 30 days',
        params: Type.Object({ customerId: CustomerId }),
        querystring: CustomerQuery,
        response: { 200: CustomerPoints, 404: problemResponse('unknown_customer'), ...always, ...readAnswers },
      },
    },
    async ({ params: { customerId }, query: { limit, cursor } }) => {
      const [customer, movements] = await Promise.all([
        customerPoints.find(customerId),
        customerPoints.movements([customerId], { limit, ...(cursor !== undefined && { cursor }) }),
      ]);
      if (!customer) throw unknownCustomer(customerId);
      const { data = [], nextCursor = null } = movements.get(customerId) ?? {};
      const { balance, toldAt } = customer;
      return { customerId, balance, balanceAt: toldAt.toISOString(), movements: { data: data.map(movementView), nextCursor } };
    },
  );
}

const unknownCustomer = (customerId: string) =>
  refused(404, 'unknown_customer', `No event of the last 30 days tells of points of ${customerId}: ask loyalty-svc for the balance.`);
