import { operatorSchema } from '@microshop/chassis/http/operator';
import { Page, PageQuery } from '@microshop/chassis/http/pagination';
import { problemResponse } from '@microshop/chassis/http/problem';
import { always, withBody } from '@microshop/chassis/http/responses';
import type { HttpServer } from '@microshop/chassis/http/server';
import { DiscountChange, DiscountRequest, Discount as DiscountView } from '@microshop/contracts/http';
import { DiscountCode } from '@microshop/contracts/values';
import Type from 'typebox';
import { type ChangeDiscount, type CreateDiscount, codeOf, type RetireDiscount, unknownDiscount } from '../application/keep-discounts.ts';
import type { OrderQueries } from '../application/queries.ts';
import type { Discount } from '../domain/discount.ts';

export type DiscountUseCases = {
  queries: OrderQueries;
  createDiscount: CreateDiscount;
  changeDiscount: ChangeDiscount;
  retireDiscount: RetireDiscount;
  currency: string;
};

const tags = ['discounts'];
const params = Type.Object({ code: DiscountCode });
const unknown = { 404: problemResponse('unknown_discount') };

export function discountRoutes(
  app: HttpServer,
  { queries, createDiscount, changeDiscount, retireDiscount, currency }: DiscountUseCases,
): void {
  const view = (discount: Discount) => viewOf(discount, currency);
  const onRequest = app.requireOperator;

  app.post(
    '/discounts',
    {
      onRequest,
      schema: operatorSchema({
        tags,
        summary: 'Create a discount code',
        body: DiscountRequest,
        response: { 201: DiscountView, 409: problemResponse('discount_exists'), ...withBody },
      }),
    },
    async (request, reply) => {
      const discount = await createDiscount(request.body);
      return reply.code(201).header('location', `/discounts/${discount.code}`).send(view(discount));
    },
  );

  app.get(
    '/discounts',
    {
      onRequest,
      schema: operatorSchema({
        tags,
        summary: 'List discount codes',
        querystring: PageQuery,
        response: { 200: Page(DiscountView), ...always },
      }),
    },
    async ({ query: { limit, cursor } }) => {
      const { data, nextCursor } = await queries.listDiscounts({ limit, ...(cursor !== undefined && { cursor }) });
      return { data: data.map(view), nextCursor };
    },
  );

  app.get(
    '/discounts/:code',
    {
      onRequest,
      schema: operatorSchema({ tags, summary: 'Read a discount code', params, response: { 200: DiscountView, ...unknown, ...always } }),
    },
    async (request) => {
      const code = codeOf(request.params.code);
      const discount = await queries.findDiscount(code);
      if (!discount) throw unknownDiscount(code);
      return view(discount);
    },
  );

  app.patch(
    '/discounts/:code',
    {
      onRequest,
      schema: operatorSchema({
        tags,
        summary: 'Change a discount code',
        params,
        body: DiscountChange,
        response: { 200: DiscountView, ...unknown, ...withBody },
      }),
    },
    async (request) => view(await changeDiscount(request.params.code, request.body)),
  );

  app.delete(
    '/discounts/:code',
    {
      onRequest,
      schema: operatorSchema({ tags, summary: 'Retire a discount code', params, response: { 200: DiscountView, ...unknown, ...always } }),
    },
    async (request) => view(await retireDiscount(request.params.code)),
  );
}

function viewOf({ validFrom, validUntil, createdAt, ...discount }: Discount, currency: string): DiscountView {
  return {
    ...discount,
    currency,
    ...(validFrom && { validFrom: validFrom.toISOString() }),
    ...(validUntil && { validUntil: validUntil.toISOString() }),
  };
}
