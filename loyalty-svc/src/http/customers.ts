import { operatorSchema } from '@microshop/chassis/http/operator';
import { decodeCursor, Page, PageQuery, page } from '@microshop/chassis/http/pagination';
import { problemResponse } from '@microshop/chassis/http/problem';
import { always, withBody } from '@microshop/chassis/http/responses';
import type { HttpServer } from '@microshop/chassis/http/server';
import { Customer, CustomerChange, CustomerRequest, Email } from '@microshop/contracts/http';
import { normalizeEmail } from '@microshop/contracts/values';
import Type from 'typebox';
import type { ChangeCustomer } from '../application/change-customer.ts';
import type { CreateCustomer } from '../application/create-customer.ts';
import { customerOf } from '../application/customer.ts';
import type { CustomerQueries } from '../application/queries.ts';
import { unknownCustomer } from '../application/refusals.ts';
import { CustomerParams, isOwn, withCustomer } from './responses.ts';

export type CustomerUseCases = { customers: CustomerQueries; createCustomer: CreateCustomer; changeCustomer: ChangeCustomer };

const tags = ['customers'];
const CustomersQuery = Type.Object({ ...PageQuery.properties, email: Type.Optional(Email) }, { additionalProperties: false });
const MAX_TIME_MS = 8.64e15;
const Cursor = Type.Tuple([Type.Integer({ minimum: 0, maximum: MAX_TIME_MS }), Type.String()]);

/** Customers are personal data: for operators, and for the customer. */
export function customerRoutes(app: HttpServer, { customers, createCustomer, changeCustomer }: CustomerUseCases): void {
  app.post(
    '/customers',
    {
      onRequest: app.requireOperator,
      schema: operatorSchema({
        tags,
        summary: 'Register a customer',
        body: CustomerRequest,
        response: { 201: Customer, ...withBody, 409: problemResponse('`customer_exists` or `email_taken`') },
      }),
    },
    async (request, reply) => {
      const customer = await createCustomer(request.body);
      return reply.code(201).header('location', `/customers/${customer.customerId}`).send(customer);
    },
  );

  app.get(
    '/customers',
    {
      onRequest: app.requireOperator,
      schema: operatorSchema({
        tags,
        summary: 'List customers, newest first',
        querystring: CustomersQuery,
        response: { 200: Page(Customer), ...always },
      }),
    },
    async ({ query: { email, limit, cursor } }) => {
      const found = await customers.list({
        limit: limit + 1,
        ...(email !== undefined && { email: normalizeEmail(email) }),
        ...(cursor !== undefined && { after: positionOf(cursor) }),
      });
      const { data, nextCursor } = page(found, limit, ({ createdAt, _id }) => [createdAt.getTime(), _id]);
      return { data: data.map(customerOf), nextCursor };
    },
  );

  app.get(
    '/customers/:customerId',
    {
      onRequest: app.requireOperatorOr(isOwn),
      schema: operatorSchema({
        tags,
        summary: 'Read a customer',
        description: 'For operators, and for the customer.',
        params: CustomerParams,
        response: { 200: Customer, ...always, ...withCustomer },
      }),
    },
    async ({ params: { customerId } }) => {
      const customer = await customers.find(customerId);
      if (!customer) throw unknownCustomer(customerId);
      return customerOf(customer);
    },
  );

  app.patch(
    '/customers/:customerId',
    {
      onRequest: app.requireOperator,
      schema: operatorSchema({
        tags,
        summary: 'Change, block or unblock a customer',
        params: CustomerParams,
        body: CustomerChange,
        response: { 200: Customer, ...withBody, ...withCustomer, 409: problemResponse('`email_taken`') },
      }),
    },
    async ({ params, body }) => changeCustomer(params.customerId, body),
  );
}

function positionOf(cursor: string): { createdAt: Date; customerId: string } {
  const [time, customerId] = decodeCursor(cursor, Cursor);
  return { createdAt: new Date(time), customerId };
}
