import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectGreenAudit } from '../support/audit.ts';
import { type Part, type ShopInProcess, startShopInProcess } from '../support/in-process.ts';
import { operationsOf } from '../support/openapi.ts';
import { expectProblem } from '../support/problem.ts';
import { restClient } from '../support/rest.ts';
import { OPERATOR_TOKEN } from '../support/shop.ts';

let shop: ShopInProcess;
beforeAll(async () => {
  shop = await startShopInProcess();
});
afterAll(async () => {
  await expectGreenAudit();
  await shop.stop();
});

type Route = [part: Part, method: string, path: string, body?: unknown];

const orderId = randomUUID();
const forOperators: Route[] = [
  ['order', 'GET', '/orders'],
  ['order', 'POST', `/orders/${orderId}/fulfil`],
  ['order', 'POST', '/discounts', { code: 'ACCESS', percent: 1 }],
  ['order', 'GET', '/discounts'],
  ['order', 'GET', '/discounts/ACCESS'],
  ['order', 'PATCH', '/discounts/ACCESS', { percent: 2 }],
  ['order', 'DELETE', '/discounts/ACCESS'],
  ['inventory', 'POST', '/products', { sku: 'ACCESS', name: 'Mug', unitPrice: 1, currency: 'EUR' }],
  ['inventory', 'PUT', '/products/ACCESS', { name: 'Mug', unitPrice: 1, currency: 'EUR' }],
  ['inventory', 'DELETE', '/products/ACCESS'],
  ['inventory', 'POST', '/products/ACCESS/stock', { change: 1, reason: 'delivery' }],
  ['inventory', 'GET', '/products/ACCESS/movements'],
  ['loyalty', 'POST', '/customers', { customerId: 'access', email: 'access@example.com', name: 'Ada' }],
  ['loyalty', 'GET', '/customers'],
  ['loyalty', 'GET', '/customers/access'],
  ['loyalty', 'PATCH', '/customers/access', { blocked: true }],
  ['loyalty', 'GET', '/customers/access/points'],
  ['loyalty', 'GET', '/customers/access/points/ledger'],
  ['loyalty', 'POST', '/customers/access/points', { change: 1, reason: 'gift' }],
];
const forAnyone: Route[] = [
  ['order', 'POST', '/checkout'],
  ['order', 'POST', '/checkout/quote'],
  ['order', 'GET', `/orders/${orderId}`],
  ['order', 'GET', `/orders/${orderId}/events`],
  ['order', 'POST', `/orders/${orderId}/cancel`],
  ['inventory', 'GET', '/products'],
  ['inventory', 'GET', '/products/ACCESS'],
  ['inventory', 'GET', '/products/ACCESS/stock'],
  ['inventory', 'POST', '/products/validate-stock', { items: [{ sku: 'ACCESS', quantity: 1 }] }],
  ['inventory', 'POST', '/products/rollback-stock', { reservationId: randomUUID() }],
];
const named = (routes: Route[]) =>
  routes.map(([part, method, path, body]) => ({ name: `${method} ${path} of ${part}-svc`, part, method, path, body }));

describe.concurrent('for operators only is', () => {
  test.each(named(forOperators))('$name', async ({ part, method, path, body }) => {
    const options = body === undefined ? {} : { body };
    const tokens = [undefined, '', 'wrong', `${OPERATOR_TOKEN}x`, OPERATOR_TOKEN.slice(0, -1), OPERATOR_TOKEN.toUpperCase()];
    for (const token of tokens) {
      const answer = await restClient(shop.urls[part], token)(method, path, options);
      expectProblem(answer, 401, 'operator_token_required');
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
    }
    for (const authorization of [OPERATOR_TOKEN, `Basic ${OPERATOR_TOKEN}`, `Basic ${btoa(`operator:${OPERATOR_TOKEN}`)}`]) {
      const answer = await shop.anyone[part](method, path, { ...options, headers: { authorization } });
      expectProblem(answer, 401, 'operator_token_required');
    }
  });

  test('asked before anything else is: a bad body or an unknown id tells a stranger nothing', async () => {
    expectProblem(await shop.anyone.inventory('POST', '/products', { body: 'not JSON' }), 401, 'operator_token_required');
    expectProblem(await shop.anyone.order('POST', '/orders/17/fulfil'), 401, 'operator_token_required');
    expectProblem(await shop.anyone.loyalty('GET', '/customers?limit=nonsense'), 401, 'operator_token_required');
  });

  test('open with the token, however its scheme is written', async () => {
    for (const scheme of ['Bearer', 'bearer', 'BEARER']) {
      const answer = await shop.anyone.order('GET', '/orders?limit=1', { headers: { authorization: `${scheme} ${OPERATOR_TOKEN}` } });
      expect(answer.status).toBe(200);
    }
  });
});

describe.concurrent('for anyone is', () => {
  test.each(named(forAnyone))('$name', async ({ part, method, path, body }) => {
    const { status } = await shop.anyone[part](method, path, body === undefined ? {} : { body });
    expect([200, 400, 404]).toContain(status);
  });
});

test('nothing that a stranger sent was done', async () => {
  const answers = await Promise.all([
    shop.order('GET', '/discounts/ACCESS'),
    shop.inventory('GET', '/products/ACCESS'),
    shop.loyalty('GET', '/customers/access'),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
});

test('every operation that the services document is in one of the two lists, and says which', async () => {
  const pathOf = (path: string) => path.replace('ACCESS', '*').replace('access', '*').replace(orderId, '*');
  const listed = (routes: Route[]) => routes.map(([part, method, path]) => `${part} ${method} ${pathOf(path)}`).sort();
  const documented = { operators: [] as string[], anyone: [] as string[] };
  for (const part of ['order', 'inventory', 'loyalty'] as const)
    for (const { method, path, operation } of await operationsOf(shop.anyone[part])) {
      if (path === '/livez' || path === '/readyz') continue;
      documented[operation.security ? 'operators' : 'anyone'].push(`${part} ${method} ${path.replaceAll(/\{\w+\}/g, '*')}`);
    }
  expect(documented.operators.sort()).toEqual(listed(forOperators));
  expect(documented.anyone.sort()).toEqual(listed(forAnyone));
});
