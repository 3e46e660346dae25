import { Type } from 'typebox';
import { afterAll, describe, expect, it } from 'vitest';
import { EmptyBody } from './body.ts';
import { problemResponse } from './problem.ts';
import { createTestServer } from './test-server.ts';

const closed = { additionalProperties: false };
const Order = Type.Object(
  {
    customer: Type.Union([
      Type.Object({ customerId: Type.String() }, closed),
      Type.Object({ email: Type.String({ format: 'email' }), name: Type.String({ minLength: 1 }) }, closed),
    ]),
    items: Type.Array(
      Type.Object({ sku: Type.String({ pattern: '^[A-Z]+$' }), quantity: Type.Integer({ minimum: 1, maximum: 999 }) }, closed),
      { minItems: 1, maxItems: 50 },
    ),
    total: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
    channel: Type.Optional(Type.Union([Type.Literal('web'), Type.Literal('shop')])),
    'a/b~c': Type.Optional(Type.Integer()),
    note: Type.Optional(Type.String({ default: 'none' })),
  },
  closed,
);

const valid = { customer: { customerId: 'c1' }, items: [{ sku: 'A', quantity: 1 }] };
const json = { 'content-type': 'application/json' };

describe('a bad request', async () => {
  const { app, log } = await createTestServer();
  const handled: unknown[] = [];
  app.post(
    '/orders',
    { schema: { body: Order, response: { 200: Type.Object({ body: Type.Unknown() }), '4xx': problemResponse('Refused') } } },
    async ({ body }) => {
      handled.push(body);
      return { body };
    },
  );
  app.post('/cancel', { schema: { body: EmptyBody } }, async () => ({ cancelled: true }));
  app.get(
    '/orders/:orderId',
    {
      schema: {
        params: Type.Object({ orderId: Type.String({ format: 'uuid' }) }),
        headers: Type.Object({ 'x-count': Type.Optional(Type.Integer()) }),
      },
    },
    async ({ params, headers }) => ({ ...params, count: headers['x-count'] }),
  );
  afterAll(() => app.close());

  const post = (payload: string | object, headers: Record<string, string> = json, url = '/orders') =>
    app.inject({ method: 'POST', url, payload, headers });

  async function faultsFor(payload: string | object): Promise<Record<string, string>> {
    const before = handled.length;
    const answer = await post(payload);
    expect(answer.statusCode).toBe(400);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.json()).toMatchObject({ type: 'about:blank', title: 'Bad Request', status: 400, code: 'invalid_request' });
    expect(handled).toHaveLength(before);
    return Object.fromEntries(answer.json().errors.map(({ pointer, detail }: Record<string, string>) => [pointer, detail]));
  }

  const withQuantity = (quantity: string) => `{"customer":{"customerId":"c1"},"items":[{"sku":"A","quantity":${quantity}}]}`;

  it('is not one when it is valid: it is handled with its defaults', async () => {
    expect((await post(valid)).json()).toEqual({ body: { ...valid, note: 'none' } });
  });

  it.each(['"3"', 'true', 'null', '[3]', '{}', '1.5', '1e309', '-1e309'])('names a quantity of %s as no integer', async (quantity) => {
    expect(await faultsFor(withQuantity(quantity))).toHaveProperty(['/items/0/quantity'], expect.stringContaining('must be integer'));
  });

  it.each(['0', '-1', '-0.0', '1000', '9007199254740992', '9007199254740993', '1e300'])(
    'names a quantity of %s as out of range',
    async (quantity) => {
      expect(await faultsFor(withQuantity(quantity))).toHaveProperty(['/items/0/quantity'], expect.stringMatching(/must be [<>]= \d+/));
    },
  );

  it('takes the greatest safe integer and refuses the next', async () => {
    expect((await post(`{"total":9007199254740991,${withQuantity('1').slice(1)}`)).statusCode).toBe(200);
    expect(await faultsFor(`{"total":9007199254740992,${withQuantity('1').slice(1)}`)).toEqual({ '/total': 'must be <= 9007199254740991' });
  });

  it('names all faults at once, each once', async () => {
    const items = [{ sku: 'a', quantity: 0 }, { sku: 'A' }];
    expect(await faultsFor({ customer: valid.customer, items, extra: 1, 'a/b~c': 'x', channel: 'fax' })).toEqual({
      '/extra': 'is not a known field',
      '/items/0/sku': 'must match pattern "^[A-Z]+$"',
      '/items/0/quantity': 'must be >= 1',
      '/items/1/quantity': 'is required',
      '/a~1b~0c': 'must be integer',
      '/channel': 'must be one of web, shop',
    });
  });

  it('names too many and too few items', async () => {
    expect(await faultsFor({ ...valid, items: Array(51).fill(valid.items[0]) })).toEqual({ '/items': 'must NOT have more than 50 items' });
    expect(await faultsFor({ ...valid, items: [] })).toEqual({ '/items': 'must NOT have fewer than 1 items' });
  });

  it('is told about the form of a union that it came closest to', async () => {
    expect(await faultsFor({ ...valid, customer: { email: 'a@b.de' } })).toEqual({ '/customer/name': 'is required' });
    expect(await faultsFor({ ...valid, customer: { email: 'x', name: 'n' } })).toEqual({ '/customer/email': 'must match format "email"' });
    expect(await faultsFor({ ...valid, customer: 7 })).toEqual({ '/customer': 'must be object' });
  });

  it.each(['[]', 'null', '3', '"x"'])('whose body is %s is told that it must be an object', async (body) => {
    expect(await faultsFor(body)).toEqual({ '': 'must be object' });
  });

  it('with tens of thousands of faults is answered at once and briefly', async () => {
    const body = `{"items":[${Array(20_000).fill('{}').join()}]}`;
    const started = performance.now();
    const faults = await faultsFor(body);
    expect(Object.keys(faults).length).toBeLessThanOrEqual(200);
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it.each(['{"a":1', '{a:1}', 'NaN', '{"quantity":NaN}', '{"quantity":Infinity}', '{"quantity":01}', '{"x":"\u0000"}', '\u0000', '{}{}'])(
    'of broken JSON %j is malformed_json',
    async (body) => {
      const answer = await post(body);
      expect(answer.statusCode).toBe(400);
      expect(answer.json()).toMatchObject({ code: 'malformed_json' });
    },
  );

  it.each(['{"__proto__":{"admin":true}}', '{"items":[{"__proto__":1}]}', '{"\\u005f_proto__":1}', '{"constructor":{"prototype":{}}}'])(
    'with %s is refused by name',
    async (body) => {
      const answer = await post(body);
      expect(answer.statusCode).toBe(400);
      expect(answer.json().detail).toContain('__proto__');
      expect(({} as { admin?: boolean }).admin).toBeUndefined();
    },
  );

  it.each([
    ['', json],
    ['', {}],
  ])('with an empty body where JSON is needed is malformed_json', async (body, headers) => {
    const answer = await post(body, headers);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'malformed_json', detail: expect.stringContaining('empty') });
  });

  it('is not one when the body may be empty', async () => {
    for (const headers of [json, {}]) expect((await post('', headers, '/cancel')).json()).toEqual({ cancelled: true });
    expect((await post('{}', json, '/cancel')).json()).toEqual({ cancelled: true });
    expect((await post('{"x":1}', json, '/cancel')).json().errors).toEqual([{ pointer: '/x', detail: 'is not a known field' }]);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'application/xml', 'nonsense', 'application/jsonx'])(
    'of type %s is unsupported_media_type',
    async (type) => {
      const answer = await post(JSON.stringify(valid), { 'content-type': type });
      expect(answer.statusCode).toBe(415);
      expect(answer.json()).toMatchObject({ code: 'unsupported_media_type' });
    },
  );

  it('takes JSON with a charset', async () => {
    expect((await post(JSON.stringify(valid), { 'content-type': 'application/json; charset=utf-8' })).statusCode).toBe(200);
  });

  it('of 1 MB is body_too_large, also over a real connection', async () => {
    const body = JSON.stringify({ note: 'x'.repeat(1_000_000) });
    expect((await post(body)).json()).toMatchObject({ status: 413, code: 'body_too_large' });
    const origin = await app.listen({ host: '127.0.0.1', port: 0 });
    const answer = await fetch(`${origin}/orders`, { method: 'POST', headers: json, body });
    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({ code: 'body_too_large' });
  });

  it('names a faulty path part and a faulty header', async () => {
    expect((await app.inject('/orders/17')).json().errors).toEqual([
      { parameter: 'orderId', in: 'path', detail: 'must match format "uuid"' },
    ]);
    const url = '/orders/0199f0a4-5b1c-7000-8000-000000000000';
    expect((await app.inject({ url, headers: { 'x-count': '7' } })).json()).toMatchObject({ count: 7 });
    const answer = await app.inject({ url, headers: { 'x-count': 'x' } });
    expect(answer.json().errors).toEqual([{ parameter: 'x-count', in: 'header', detail: 'must be integer' }]);
  });

  it('leaves nothing of its body in the log', async () => {
    await post({ ...valid, note: 'TOP-SECRET', extra: 'TOP-SECRET' });
    await post('{"note":"TOP-SECRET"');
    expect(JSON.stringify(log.lines)).not.toContain('TOP-SECRET');
  });
});
