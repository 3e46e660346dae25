import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Part, type ShopInProcess, startShopInProcess } from '../support/in-process.ts';
import { operationsOf } from '../support/openapi.ts';

let shop: ShopInProcess;
beforeAll(async () => {
  shop = await startShopInProcess();
});
afterAll(() => shop.stop());

const parts: Part[] = ['order', 'inventory', 'loyalty'];
const health = ['/livez', '/readyz'];

describe.each(parts)('the OpenAPI document of %s-svc', (part) => {
  test('is OpenAPI 3.1 and says what the service is', async () => {
    const { status, headers, body } = await shop.anyone[part]('GET', '/openapi.json');
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { openapi: expect.stringMatching(/^3\.1\.\d$/), info: { title: `${part}-svc`, version: expect.any(String) } },
    });
    expect(headers.get('content-type')).toMatch(/^application\/json/);
  });

  test('refers to nothing that is not in it', async () => {
    const { body } = await shop.anyone[part]('GET', '/openapi.json');
    const references = JSON.stringify(body).matchAll(/"\$ref":"([^"]*)"/g);
    for (const [, reference = ''] of references) {
      const found = reference
        .replace(/^#\//, '')
        .split('/')
        .reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], body);
      expect(found, reference).toBeDefined();
    }
  });

  test('summarises every operation, and gives a schema for each answer', async () => {
    for (const { method, path, operation } of await operationsOf(shop.anyone[part])) {
      const name = `${method} ${path}`;
      expect(operation.summary, name).toMatch(/\w+/);
      for (const [status, { description, content }] of Object.entries(operation.responses)) {
        expect(description, `${name} ${status}`).toMatch(/\w+/);
        for (const { schema } of Object.values(content ?? {}))
          expect(Object.keys(schema ?? {}).length, `${name} ${status}`).toBeGreaterThan(0);
      }
    }
  });

  test('gives every failure of every operation as a problem document', async () => {
    const operations = (await operationsOf(shop.anyone[part])).filter(({ path }) => !health.includes(path));
    expect(operations.length).toBeGreaterThan(5);
    for (const { method, path, operation } of operations) {
      const name = `${method} ${path}`;
      const failures = Object.entries(operation.responses).filter(([status]) => Number(status) >= 400);
      for (const [status, { content }] of failures)
        expect(Object.keys(content ?? {}), `${name} ${status}`).toEqual(['application/problem+json']);
      const statuses = failures.map(([status]) => Number(status));
      // Whatever is sent may be malformed, slow or too large, and the database may be away.
      expect(statuses, name).toEqual(expect.arrayContaining([400, 408, 414, 431, 503]));
      if (operation.requestBody) expect(statuses, name).toEqual(expect.arrayContaining([413, 415]));
      if (operation.security) expect(statuses, name).toContain(401);
      if (path.includes('{')) expect(statuses, name).toContain(404);
    }
  });

  test('says what a problem document is made of', async () => {
    const [operation] = (await operationsOf(shop.anyone[part])).filter(({ path }) => !health.includes(path));
    const schema = operation?.operation.responses['400']?.content?.['application/problem+json']?.schema;
    expect(schema).toMatchObject({ type: 'object', required: expect.arrayContaining(['type', 'title', 'status', 'code', 'detail']) });
  });
});

describe.each(parts)('the page of %s-svc at /docs', (part) => {
  test('is HTML that loads nothing from elsewhere, and each part of it is there', async () => {
    const page = await fetch(`${shop.urls[part]}/docs`);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, expect.stringMatching(/^text\/html/)]);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
    const html = await page.text();
    const links = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link = '']) => link);
    expect(links.length).toBeGreaterThan(2);
    for (const link of links) {
      const url = new URL(link, page.url);
      expect(url.origin).toBe(new URL(shop.urls[part]).origin);
      const answer = await fetch(url);
      expect([link, answer.status]).toEqual([link, 200]);
      await answer.arrayBuffer();
    }
  });
});
