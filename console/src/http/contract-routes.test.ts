import { createHash } from 'node:crypto';
import { createTestServer } from '@microshop/chassis/http/test-server';
import { topics } from '@microshop/contracts';
import { expect, test } from 'vitest';
import { contractRoutes } from './contract-routes.ts';

test('the console tells every event of the shop, as a document and as a page that runs and loads nothing', async () => {
  const { app } = await createTestServer();
  contractRoutes(app);
  const document = await app.inject('/asyncapi.json');
  expect(Object.keys(document.json().channels)).toEqual(topics.map(({ name }) => name));
  const page = await app.inject('/asyncapi');
  expect([page.statusCode, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
  const [, style = ''] = /<style>([^<]*)<\/style>/.exec(page.body) ?? [];
  const hash = createHash('sha256').update(style).digest('base64');
  expect(page.headers['content-security-policy']).toBe(
    `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; frame-ancestors 'none'`,
  );
});
