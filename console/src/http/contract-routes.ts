import { createHash } from 'node:crypto';
import type { HttpServer } from '@microshop/chassis/http/server';
import { PAGE_STYLE, pageOf } from '@microshop/tools/contracts/page';
import { shopAsyncApi } from '@microshop/tools/contracts/shop-asyncapi';

const PAGE_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(PAGE_STYLE).digest('base64')}'; base-uri 'none'; frame-ancestors 'none'`;

/** What the shop's services tell each other: the AsyncAPI document at `/asyncapi.json`, and a page of it at `/asyncapi`. */
export function contractRoutes(app: HttpServer): void {
  const document = shopAsyncApi();
  const page = pageOf(document);
  app.get('/asyncapi.json', { schema: { hide: true } }, async () => document);
  app.get('/asyncapi', { schema: { hide: true } }, (_request, reply) =>
    reply.header('content-security-policy', PAGE_POLICY).type('text/html; charset=utf-8').send(page),
  );
}
