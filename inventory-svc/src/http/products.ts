import { refused } from '@microshop/chassis/errors';
import { causeOf } from '@microshop/chassis/http/cause';
import { etagOf, ifMatchHeader, requireIfMatch } from '@microshop/chassis/http/etag';
import { operatorSchema } from '@microshop/chassis/http/operator';
import { Page, PageQuery } from '@microshop/chassis/http/pagination';
import { problemResponse } from '@microshop/chassis/http/problem';
import { always, withBody } from '@microshop/chassis/http/responses';
import type { HttpServer } from '@microshop/chassis/http/server';
import { Product, ProductReplacement, ProductRequest } from '@microshop/contracts/http';
import type { FastifyReply } from 'fastify';
import Type from 'typebox';
import type { ChangeProduct } from '../application/change-product.ts';
import type { ProductDocument } from '../application/collections.ts';
import type { CreateProduct } from '../application/create-product.ts';
import type { ListProducts } from '../application/ports.ts';
import type { ReadProduct } from '../application/read-product.ts';
import type { RetireProduct } from '../application/retire-product.ts';
import { SkuPath, unknownSkuAnswer } from './schemas.ts';

export type ProductUseCases = {
  listProducts: ListProducts;
  readProduct: ReadProduct;
  createProduct: CreateProduct;
  changeProduct: ChangeProduct;
  retireProduct: RetireProduct;
};

const tags = ['products'];
const currencyAnswer = problemResponse('Not the currency of the shop: `currency_mismatch`');

export function productRoutes(app: HttpServer, useCases: ProductUseCases): void {
  const { listProducts, readProduct, createProduct, changeProduct, retireProduct } = useCases;

  app.get(
    '/products',
    {
      schema: {
        tags,
        summary: 'List products, the newest first, retired ones too',
        querystring: PageQuery,
        response: { 200: Page(Product), ...always },
      },
    },
    async ({ query }) => {
      const { data, nextCursor } = await listProducts(query);
      return { data: data.map(toProduct), nextCursor };
    },
  );

  app.get(
    '/products/:sku',
    { schema: { tags, summary: 'Read a product', params: SkuPath, response: { 200: Product, ...unknownSkuAnswer, ...always } } },
    async ({ params }, reply) => sendProduct(reply, await readProduct(params.sku)),
  );

  app.post(
    '/products',
    {
      onRequest: app.requireOperator,
      schema: operatorSchema({
        tags,
        summary: 'Create a product, with an empty stock',
        body: ProductRequest,
        response: { 201: Product, 409: problemResponse('There already: `product_exists`'), 422: currencyAnswer, ...withBody },
      }),
    },
    async (request, reply) => {
      const product = await createProduct(request.body, causeOf(request));
      return sendProduct(reply.code(201).header('location', `/products/${product._id}`), product);
    },
  );

  app.put(
    '/products/:sku',
    {
      onRequest: app.requireOperator,
      schema: operatorSchema({
        tags,
        summary: 'Replace a product',
        params: SkuPath,
        headers: Type.Object(ifMatchHeader),
        body: ProductReplacement,
        response: {
          200: Product,
          ...unknownSkuAnswer,
          412: problemResponse('Changed since it was read: `precondition_failed`'),
          422: problemResponse('`currency_mismatch`, or another SKU in the body than in the path: `sku_mismatch`'),
          428: problemResponse('If-Match is missing: `precondition_required`'),
          ...withBody,
        },
      }),
    },
    async (request, reply) => {
      const { sku } = request.params;
      requireSameSku(sku, request.body.sku);
      const { version } = await readProduct(sku);
      requireIfMatch(request.headers['if-match'], version);
      return sendProduct(reply, await changeProduct({ ...request.body, sku, version }, causeOf(request)));
    },
  );

  app.delete(
    '/products/:sku',
    {
      onRequest: app.requireOperator,
      schema: operatorSchema({
        tags,
        summary: 'Retire a product: it can be read, and not ordered any more',
        params: SkuPath,
        response: { 200: Product, ...unknownSkuAnswer, ...always },
      }),
    },
    async (request, reply) => sendProduct(reply, await retireProduct(request.params.sku, causeOf(request))),
  );
}

const toProduct = ({ _id: sku, name, unitPrice, currency, active }: ProductDocument): Product => ({
  sku,
  name,
  unitPrice,
  currency,
  active,
});

const sendProduct = (reply: FastifyReply, product: ProductDocument) =>
  reply.header('etag', etagOf(product.version)).send(toProduct(product));

function requireSameSku(inPath: string, inBody: string | undefined): void {
  if (inBody === undefined || inBody === inPath) return;
  throw refused(422, 'sku_mismatch', `The path names ${inPath} and the body ${inBody}. A product keeps its SKU; leave it out of the body.`);
}
