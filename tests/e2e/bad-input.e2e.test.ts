import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectGreenAudit } from '../support/audit.ts';
import { type Part, type ShopInProcess, startShopInProcess } from '../support/in-process.ts';
import { type DocumentedOperation, operationFor, operationsOf } from '../support/openapi.ts';
import { expectProblem } from '../support/problem.ts';
import type { Answer } from '../support/rest.ts';
import { countStored } from '../support/stored.ts';

const sku = `BAD-${randomUUID()}`;
const customerId = `bad-${randomUUID()}`;
let shop: ShopInProcess;
let before: Record<string, number>;
const documented = {} as Record<Part, DocumentedOperation[]>;

beforeAll(async () => {
  shop = await startShopInProcess();
  for (const part of ['order', 'inventory', 'loyalty'] as const) documented[part] = await operationsOf(shop.anyone[part]);
  await shop.inventory('POST', '/products', { body: { sku, name: 'Mug', unitPrice: 1000, currency: 'EUR' } });
  await shop.inventory('POST', `/products/${sku}/stock`, { body: { change: 10, reason: 'test' } });
  await shop.catalogued(sku);
  await shop.loyalty('POST', '/customers', { body: { customerId, email: `${customerId}@example.com`, name: 'Ada' } });
  await expectGreenAudit();
  before = await countStored();
});
afterAll(async () => {
  // Whatever the cases below sent: nothing of it is anywhere.
  const after = await countStored();
  await expectGreenAudit();
  expect(after).toEqual(before);
  expect(Object.keys(after).length).toBeGreaterThan(12);
  expect(await shop.levelOf(sku)).toEqual({ available: 10, reserved: 0, sold: 0 });
  await shop.stop();
});

type Endpoint = { part: Part; method: string; path: string; headers?: Record<string, string>; valid: Record<string, unknown> };

const endpoints = {
  checkout: {
    part: 'order',
    method: 'POST',
    path: '/checkout',
    headers: { 'idempotency-key': 'bad-input', prefer: 'respond-async' },
    valid: { customer: { customerId }, items: [{ sku, quantity: 1 }], redeemPoints: 0 },
  },
  'checkout by a guest': {
    part: 'order',
    method: 'POST',
    path: '/checkout',
    headers: { 'idempotency-key': 'bad-input', prefer: 'respond-async' },
    valid: { customer: { email: 'guest@example.com', name: 'Ada' }, items: [{ sku, quantity: 1 }] },
  },
  'a new discount': { part: 'order', method: 'POST', path: '/discounts', valid: { code: 'BAD', percent: 10 } },
  'a new product': {
    part: 'inventory',
    method: 'POST',
    path: '/products',
    valid: { sku: 'BAD', name: 'Mug', unitPrice: 1, currency: 'EUR' },
  },
  'another product': {
    part: 'inventory',
    method: 'PUT',
    path: `/products/${sku}`,
    headers: { 'if-match': '*' },
    valid: { name: 'Cap', unitPrice: 1, currency: 'EUR' },
  },
  'a change of stock': { part: 'inventory', method: 'POST', path: `/products/${sku}/stock`, valid: { change: 1, reason: 'gift' } },
  'a hold': {
    part: 'inventory',
    method: 'POST',
    path: '/products/validate-stock',
    valid: { items: [{ sku, quantity: 1 }], reserve: true },
  },
  'a rollback': { part: 'inventory', method: 'POST', path: '/products/rollback-stock', valid: { reservationId: randomUUID() } },
  'a new customer': { part: 'loyalty', method: 'POST', path: '/customers', valid: { email: 'bad@example.com', name: 'Ada' } },
  'a change of a customer': { part: 'loyalty', method: 'PATCH', path: `/customers/${customerId}`, valid: { name: 'Bob' } },
  'a change of points': { part: 'loyalty', method: 'POST', path: `/customers/${customerId}/points`, valid: { change: 1, reason: 'gift' } },
} as const satisfies Record<string, Endpoint>;
type EndpointName = keyof typeof endpoints;
const names = Object.keys(endpoints) as EndpointName[];

async function send(name: EndpointName, body: string, more: Record<string, string> = {}): Promise<Answer> {
  const { part, method, path, headers = {} }: Endpoint = endpoints[name];
  const answer = await shop[part](method, path, { body, headers: { ...headers, ...more } });
  const operation = operationFor(documented[part], method, path)?.operation;
  expect(Object.keys(operation?.responses ?? {}), `${method} ${path} documents the ${answer.status} that it answers`).toContain(
    String(answer.status),
  );
  return answer;
}

const pathOf = (pointer: string) =>
  pointer
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));

/** The endpoint's valid body as JSON, with a raw text in the place of one of its fields. */
function withRaw(name: EndpointName, pointer: string, raw: string): string {
  const body = structuredClone(endpoints[name].valid) as Record<string, unknown>;
  const path = pathOf(pointer);
  const parent = path.slice(0, -1).reduce<Record<string, unknown>>((at, part) => at[part] as Record<string, unknown>, body);
  parent[path.at(-1) ?? ''] = '@raw@';
  return JSON.stringify(body).replace('"@raw@"', raw);
}

const numbers: [EndpointName, string, { mayBeNegative?: boolean }?][] = [
  ['checkout', '/items/0/quantity'],
  ['checkout', '/redeemPoints'],
  ['a new discount', '/percent'],
  ['a new discount', '/maxUses'],
  ['a new discount', '/minimumTotal'],
  ['a new product', '/unitPrice'],
  ['another product', '/unitPrice'],
  ['a change of stock', '/change', { mayBeNegative: true }],
  ['a hold', '/items/0/quantity'],
  ['a change of points', '/change', { mayBeNegative: true }],
];
const texts: [EndpointName, string][] = [
  ['checkout', '/items/0/sku'],
  ['checkout', '/customer/customerId'],
  ['checkout', '/discountCode'],
  ['checkout', '/reservationId'],
  ['checkout by a guest', '/customer/email'],
  ['checkout by a guest', '/customer/name'],
  ['a new discount', '/code'],
  ['a new product', '/sku'],
  ['a new product', '/name'],
  ['a new product', '/currency'],
  ['a change of stock', '/reason'],
  ['a hold', '/items/0/sku'],
  ['a rollback', '/reservationId'],
  ['a new customer', '/customerId'],
  ['a new customer', '/email'],
  ['a new customer', '/name'],
  ['a change of a customer', '/email'],
  ['a change of points', '/reason'],
];

describe.concurrent('a number is refused and named when it is', () => {
  test.each(numbers)('none that counts: %s %s', async (name, pointer, { mayBeNegative = false } = {}) => {
    const values = [
      '"3"',
      'true',
      'null',
      '[1]',
      '{}',
      '1.5',
      '1e309',
      '-1e309',
      '9007199254740992',
      '1e300',
      ...(mayBeNegative ? [] : ['-1']),
    ];
    for (const raw of values) {
      const { errors } = expectProblem(await send(name, withRaw(name, pointer, raw)), 400, 'invalid_request');
      expect(errors, raw).toEqual([{ pointer, detail: expect.stringMatching(/./) }]);
    }
  });

  test.each(numbers)('none in JSON: %s %s', async (name, pointer) => {
    for (const raw of ['NaN', 'Infinity', '-Infinity', '01', '0x10', '1_000', '+1'])
      expectProblem(await send(name, withRaw(name, pointer, raw)), 400, 'malformed_json');
  });
});

describe.concurrent('a text is refused and named when it is', () => {
  test.each(texts)('no text, empty or too long: %s %s', async (name, pointer) => {
    for (const raw of ['3', 'true', 'null', '["A"]', '{"$gt":""}', '""', `"${'x'.repeat(501)}"`]) {
      const { errors } = expectProblem(await send(name, withRaw(name, pointer, raw)), 400, 'invalid_request');
      expect(errors, raw).toEqual([{ pointer, detail: expect.stringMatching(/./) }]);
    }
  });

  test.each<[EndpointName, string]>([
    ['checkout', '/items/0/sku'],
    ['checkout', '/customer/customerId'],
    ['checkout', '/discountCode'],
    ['a new product', '/sku'],
    ['a new customer', '/customerId'],
  ])('no identifier: %s %s', async (name, pointer) => {
    for (const value of ['-a', '.', '..', 'a/b', 'a b', 'é', 'a\n', 'a\u0000', '$where', 'x'.repeat(65)]) {
      const { errors } = expectProblem(await send(name, withRaw(name, pointer, JSON.stringify(value))), 400, 'invalid_request');
      expect(errors, value).toEqual([{ pointer, detail: expect.stringMatching(/./) }]);
    }
  });

  test.each<[EndpointName, string]>([
    ['checkout by a guest', '/customer/email'],
    ['a new customer', '/email'],
    ['a change of a customer', '/email'],
  ])('no e-mail address: %s %s', async (name, pointer) => {
    for (const value of ['ada', '@example.com', 'ada@', 'a b@example.com', `${'x'.repeat(250)}@example.com`]) {
      const { errors } = expectProblem(await send(name, withRaw(name, pointer, JSON.stringify(value))), 400, 'invalid_request');
      expect(errors, value).toMatchObject([{ pointer }]);
    }
  });
});

describe.concurrent('the body of', () => {
  test.each(names)('%s is refused when it is broken JSON', async (name) => {
    const valid = JSON.stringify(endpoints[name].valid);
    for (const body of [valid.slice(0, -1), `${valid}}`, `{${valid}`, 'x', "{'a':1}", '{"a":1,}', '\u0000', ''])
      expectProblem(await send(name, body), 400, 'malformed_json');
  });

  test.each(names)('%s is refused when it is no object', async (name) => {
    for (const body of ['[]', 'null', '3', '"text"', 'true']) {
      const { errors } = expectProblem(await send(name, body), 400, 'invalid_request');
      expect(errors, body).toMatchObject([{ pointer: '', detail: expect.stringContaining('object') }]);
    }
  });

  test.each(names)('%s is refused when it has a field that nobody knows', async (name) => {
    for (const field of ['unitprice', 'total', 'a/b~c', '$set']) {
      const { errors } = expectProblem(await send(name, JSON.stringify({ ...endpoints[name].valid, [field]: 1 })), 400, 'invalid_request');
      expect(errors).toEqual([{ pointer: `/${field.replaceAll('~', '~0').replaceAll('/', '~1')}`, detail: 'is not a known field' }]);
    }
  });

  test.each(names)('%s is refused when it has __proto__ or constructor.prototype', async (name) => {
    const valid = JSON.stringify(endpoints[name].valid).slice(1);
    for (const poison of ['"__proto__":{"admin":true}', '"\\u005f_proto__":1', '"constructor":{"prototype":{}}']) {
      expect(expectProblem(await send(name, `{${poison},${valid}`), 400, 'malformed_json').detail).toContain('__proto__');
    }
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  test.each(names)('%s is refused when it has 1 MB', async (name) => {
    const body = JSON.stringify({ ...endpoints[name].valid, filler: 'x'.repeat(1_000_000) });
    expectProblem(await send(name, body), 413, 'body_too_large');
  });

  test.each(names)('%s is refused when it is of another content type', async (name) => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/xml',
      'multipart/form-data; boundary=x',
      'nonsense',
    ])
      expectProblem(await send(name, JSON.stringify(endpoints[name].valid), { 'content-type': type }), 415, 'unsupported_media_type');
  });

  test.each(names.filter((name) => name !== 'a change of a customer'))(
    '%s is refused when it is empty, naming each field',
    async (name) => {
      const { errors } = expectProblem(await send(name, '{}'), 400, 'invalid_request');
      expect(errors?.length).toBeGreaterThan(0);
      for (const error of errors ?? []) expect(error).toMatchObject({ pointer: expect.stringMatching(/^\//), detail: expect.any(String) });
    },
  );

  test('a change of a customer is refused when it changes nothing', async () => {
    expectProblem(await send('a change of a customer', '{}'), 400, 'invalid_request');
  });
});

describe.concurrent('the items of', () => {
  test.each<EndpointName>(['checkout', 'a hold'])('%s are 1 to 50', async (name) => {
    const item = JSON.stringify({ sku, quantity: 1 });
    for (const raw of ['[]', `[${Array(51).fill(item).join()}]`, 'null', '{}', item]) {
      const { errors } = expectProblem(await send(name, withRaw(name, '/items', raw)), 400, 'invalid_request');
      expect(errors, raw.slice(0, 40)).toMatchObject([{ pointer: '/items' }]);
    }
  });

  test('checkout are at most 999 of one SKU, also when they are summed', async () => {
    const raw = JSON.stringify([
      { sku, quantity: 600 },
      { sku, quantity: 400 },
    ]);
    const { errors } = expectProblem(await send('checkout', withRaw('checkout', '/items', raw)), 400, 'invalid_request');
    expect(errors).toMatchObject([{ pointer: '/items/1/quantity' }]);
  });

  test('checkout are all looked at: every fault is named at once', async () => {
    const body = { customer: { customerId: '-' }, items: [{ sku, quantity: 0 }, { sku: '/' }, 7], redeemPoints: -1, coupon: 1 };
    const { errors } = expectProblem(await send('checkout', JSON.stringify(body)), 400, 'invalid_request');
    expect(errors?.map(({ pointer }) => pointer).toSorted()).toEqual([
      '/coupon',
      '/customer/customerId',
      '/items/0/quantity',
      '/items/1/quantity',
      '/items/1/sku',
      '/items/2',
      '/redeemPoints',
    ]);
  });
});

test.each<[string, unknown]>([
  ['nobody', {}],
  ['two at once', { customerId, email: 'ada@example.com', name: 'Ada' }],
  ['a guest without a name', { email: 'ada@example.com' }],
  ['text', 'ada'],
  ['null', null],
])('a checkout whose customer is %s is refused', async (_, customer) => {
  const body = JSON.stringify({ ...endpoints.checkout.valid, customer });
  const { errors } = expectProblem(await send('checkout', body), 400, 'invalid_request');
  for (const { pointer } of errors ?? []) expect(pointer).toMatch(/^\/customer/);
});

describe.concurrent('an address is refused when', () => {
  test.each<[Part, string, string]>([
    ['order', '/orders?limit=0', 'limit'],
    ['order', '/orders?limit=101', 'limit'],
    ['order', '/orders?limit=1e309', 'limit'],
    ['order', '/orders?limit=1.5', 'limit'],
    ['order', '/orders?limit=many', 'limit'],
    ['order', '/orders?limit=1&limit=2', 'limit'],
    ['order', '/orders?cursor=nonsense', 'cursor'],
    ['order', `/orders?cursor=${Buffer.from('[{"$gt":""}]').toString('base64url')}`, 'cursor'],
    ['order', '/orders?status=lost', 'status'],
    ['order', '/orders?customerId=a%20b', 'customerId'],
    ['order', '/orders?customerId[$ne]=a', 'customerId[$ne]'],
    ['order', '/orders?colour=blue', 'colour'],
    ['order', '/orders/17', 'orderId'],
    ['order', '/orders/%00', 'orderId'],
    ['order', '/discounts?limit=-1', 'limit'],
    ['order', '/discounts/a%20b', 'code'],
    ['inventory', '/products?limit=0', 'limit'],
    ['inventory', '/products?cursor=e30', 'cursor'],
    ['inventory', '/products?colour=blue', 'colour'],
    ['inventory', '/products/a%2Fb', 'sku'],
    ['inventory', `/products/${'x'.repeat(65)}`, 'sku'],
    ['inventory', `/products/${sku}/movements?cursor=W10`, 'cursor'],
    ['loyalty', '/customers?email=ada', 'email'],
    ['loyalty', '/customers?cursor=W10', 'cursor'],
    ['loyalty', '/customers/a%20b', 'customerId'],
    ['loyalty', `/customers/${customerId}/points/ledger?cursor=WzFd`, 'cursor'],
  ])('%s-svc is asked for %s', async (part, path, parameter) => {
    const answer = await shop[part]('GET', path);
    const { errors } = expectProblem(answer, 400, answer.body.code === 'invalid_cursor' ? 'invalid_cursor' : 'invalid_request');
    expect(errors).toMatchObject([{ parameter, in: path.includes('?') ? 'query' : 'path' }]);
  });

  test.each<[string, string, number, string]>([
    ['GET', '/nothing', 404, 'not_found'],
    ['GET', '/orders/%', 400, 'malformed_url'],
    ['DELETE', '/checkout', 405, 'method_not_allowed'],
    ['POST', '/orders', 405, 'method_not_allowed'],
    ['GET', `/orders/${'x'.repeat(2000)}`, 414, 'uri_too_long'],
  ])('there is nothing for %s %s', async (method, path, status, code) => {
    const answer = await shop.order(method, path);
    expectProblem(answer, status, code);
    if (status === 405) expect(answer.headers.get('allow')).toMatch(/GET|POST/);
  });

  test.each<[Part, string]>([
    ['inventory', `/products/${sku}/stock`],
    ['loyalty', `/customers/${customerId}/points`],
  ])('%s-svc gets a faulty Idempotency-Key at %s', async (part, path) => {
    for (const key of ['', '"', 'two words', 'k'.repeat(256)]) {
      const answer = await shop[part]('POST', path, { body: { change: 1, reason: 'gift' }, headers: { 'idempotency-key': key } });
      expect(expectProblem(answer, 400, 'idempotency_key_invalid').errors).toMatchObject([{ parameter: 'Idempotency-Key' }]);
    }
  });
});
