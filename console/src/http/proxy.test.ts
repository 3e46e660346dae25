import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHttpServer, type HttpServer } from '@microshop/chassis/http/server';
import { createLogger } from '@microshop/chassis/logger';
import { afterEach, describe, expect, test } from 'vitest';
import { proxyServices } from './proxy.ts';
import { keepSession, useSessions } from './session.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const away = 'http://127.0.0.1:9';
let app: HttpServer;
const upstreams: Server[] = [];
afterEach(async () => {
  for (const server of upstreams.splice(0)) server.closeAllConnections();
  await app.close();
});

async function upstream(answer: Answer): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  upstreams.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Says who was asked for what, with which headers and body. */
const echo =
  (name: string): Answer =>
  async (request, response) => {
    const body = (await Array.fromAsync(request)).join('');
    const { method, url, headers } = request;
    response.writeHead(201, { 'content-type': 'application/json', location: '/orders/1', etag: '"7"', ratelimit: '"customer";r=1;t=2' });
    response.end(JSON.stringify({ name, method, url, headers, body }));
  };

type Urls = Partial<Record<'order' | 'inventory' | 'loyalty', string | string[]>>;

async function startProxy({ order = away, inventory = away, loyalty = away }: Urls = {}, trustedProxies?: string): Promise<void> {
  const logger = createLogger({ name: 'test', level: 'silent' });
  app = await createHttpServer({
    service: { name: 'test', version: '1', description: '' },
    logger,
    trustedProxies,
    checks: async () => ({}),
  });
  await app.register(async (scope) => {
    const inner = scope as HttpServer;
    useSessions(inner);
    inner.get('/console/sign-in', async (request, reply) => {
      keepSession(request, reply, { token: 'op' });
      return {};
    });
    await proxyServices(inner, {
      urls: { 'order-svc': [order].flat(), 'inventory-svc': [inventory].flat(), 'loyalty-svc': [loyalty].flat() },
      isBehindProxies: trustedProxies !== undefined,
    });
  });
}

type Options = { headers?: Record<string, string>; payload?: string; remoteAddress?: string };
const ask = (method: 'GET' | 'POST', url: string, options: Options = {}) => app.inject({ method, url, ...options });

describe('a path', () => {
  test.each([
    ['/api/checkout', 'order', '/checkout'],
    ['/api/orders/1/cancel?x=1', 'order', '/orders/1/cancel?x=1'],
    ['/api/discounts', 'order', '/discounts'],
    ['/api/products/validate-stock', 'inventory', '/products/validate-stock'],
    ['/api/products/A%2FB/stock', 'inventory', '/products/A%2FB/stock'],
    ['/api/customers/ada/points', 'loyalty', '/customers/ada/points'],
    ['/console/api/products/A/stock', 'inventory', '/products/A/stock'],
  ])('%s is the service’s that has it', async (path, name, url) => {
    const [order, inventory, loyalty] = await Promise.all(['order', 'inventory', 'loyalty'].map((each) => upstream(echo(each))));
    await startProxy({ order, inventory, loyalty } as Record<string, string>);
    const { statusCode, body } = await ask('POST', path, { payload: '{"a": 1}', headers: { 'content-type': 'application/json' } });
    expect([statusCode, JSON.parse(body)]).toMatchObject([201, { name, url, method: 'POST', body: '{"a": 1}' }]);
  });

  test('that no service has is 404', async () => {
    await startProxy();
    for (const path of ['/api/readyz', '/api/', '/api/metrics']) expect((await ask('GET', path)).statusCode).toBe(404);
  });
});

describe('what a service and its caller say to one another', () => {
  test('is handed on, and a location is one of this origin', async () => {
    await startProxy({ order: await upstream(echo('order')) });
    const headers = { 'idempotency-key': 'k-1', prefer: 'wait=5', authorization: 'Bearer ada', 'if-match': '"3"', cookie: 'a=b' };
    const answer = await ask('POST', '/api/checkout', { headers });
    const { cookie, ...sent } = headers;
    expect(answer.json().headers).toMatchObject(sent);
    expect(answer.json().headers).not.toHaveProperty('cookie');
    expect(answer.headers).toMatchObject({ location: '/api/orders/1', etag: '"7"', ratelimit: '"customer";r=1;t=2' });
  });

  test('an event stream comes as it is sent', async () => {
    let end = (): unknown => undefined;
    const order = await upstream((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('id: 1\ndata: {}\n\n');
      end = () => response.end('id: 2\ndata: {}\n\n');
    });
    await startProxy({ order });
    await app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = app.server.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}/api/orders/1/events`, { headers: { accept: 'text/event-stream' } });
    const reader = response.body?.getReader();
    const text = async () => new TextDecoder().decode((await reader?.read())?.value);
    expect(await text()).toBe('id: 1\ndata: {}\n\n');
    end();
    expect(await text()).toBe('id: 2\ndata: {}\n\n');
  });

  test.each([204, 406, 503])('a %i is not tried again', async (status) => {
    let asked = 0;
    const order = await upstream((_, response) => {
      asked++;
      response.writeHead(status, { 'retry-after': '1' }).end();
    });
    await startProxy({ order });
    expect((await ask('GET', '/api/orders/1/events')).statusCode).toBe(status);
    expect(asked).toBe(1);
  });
});

describe('who asks', () => {
  const seen = async (options: Options, trusted?: string): Promise<Record<string, string>> => {
    await startProxy({ order: await upstream(echo('order')) }, trusted);
    return (await ask('GET', '/api/orders/1', options)).json().headers;
  };
  const names = ['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'forwarded', 'x-real-ip'];
  const saidOf = (headers: Record<string, string>) => Object.fromEntries(Object.entries(headers).filter(([name]) => names.includes(name)));

  test('on this machine is not said, so that the service sees somebody on this machine', async () => {
    expect(saidOf(await seen({}))).toEqual({});
  });

  test('from a page whose name was made to mean this machine is not on it', async () => {
    expect(saidOf(await seen({ headers: { host: 'evil.example:4000' } }))).toMatchObject({ 'x-forwarded-for': '127.0.0.1' });
  });

  test('from elsewhere is told, and what they say of themselves is not', async () => {
    const headers = { 'x-forwarded-for': '1.1.1.1', forwarded: 'for=1.1.1.1', 'x-real-ip': '1.1.1.1', host: 'shop.example' };
    expect(saidOf(await seen({ remoteAddress: '10.0.0.7', headers }))).toEqual({
      'x-forwarded-for': '10.0.0.7',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': 'shop.example',
    });
  });

  test('claims to be forwarded from elsewhere, and is then not on this machine', async () => {
    expect(saidOf(await seen({ headers: { 'x-forwarded-for': '1.1.1.1' } }))).toMatchObject({ 'x-forwarded-for': '127.0.0.1' });
  });

  test('behind a trusted gateway is told as the chain that is believed', async () => {
    const headers = { 'x-forwarded-for': '6.6.6.6, 1.1.1.1', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'shop.example' };
    expect(saidOf(await seen({ remoteAddress: '10.0.0.7', headers }, '10.0.0.0/8'))).toEqual({
      'x-forwarded-for': '1.1.1.1, 10.0.0.7',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'shop.example',
    });
  });

  test('with a session is an operator under /console/api only', async () => {
    await startProxy({ order: await upstream(echo('order')) });
    const cookie = String((await ask('GET', '/console/sign-in')).headers['set-cookie']).split(';')[0] ?? '';
    const authorization = async (path: string) => (await ask('GET', path, { headers: { cookie } })).json().headers.authorization;
    expect(await authorization('/console/api/orders/1')).toBe('Bearer op');
    expect(await authorization('/api/orders/1')).toBeUndefined();
  });
});

describe('a service that is away', () => {
  test('is a problem that says when to come again, and that nothing was done', async () => {
    await startProxy();
    const { statusCode, headers, body } = await ask('POST', '/api/checkout');
    expect([statusCode, headers['retry-after'], headers['content-type']]).toEqual([503, '1', 'application/problem+json']);
    expect(JSON.parse(body)).toMatchObject({
      code: 'service_away',
      detail: 'order-svc does not answer. Nothing was done: try again shortly.',
    });
  });

  test('in the middle of a request may have done it', async () => {
    await startProxy({ order: await upstream((request) => request.socket.destroy()) });
    expect((await ask('POST', '/api/checkout')).json()).toMatchObject({
      code: 'service_away',
      detail: expect.stringContaining('is not known'),
    });
  });
});

describe('several instances of a service', () => {
  const checkout = () => ask('POST', '/api/checkout', { payload: '{"a": 1}', headers: { 'content-type': 'application/json' } });
  const names = async (times: number) => {
    const answers: string[] = [];
    for (let turn = 0; turn < times; turn++) answers.push((await checkout()).json().name);
    return answers;
  };

  test('take turns', async () => {
    await startProxy({ order: await Promise.all(['first', 'second', 'third'].map((name) => upstream(echo(name)))) });
    expect(await names(6)).toEqual(['first', 'second', 'third', 'first', 'second', 'third']);
  });

  test('stand in for one that is away, and no request is lost, nor its body', async () => {
    await startProxy({ order: [away, await upstream(echo('second'))] });
    expect(await names(4)).toEqual(['second', 'second', 'second', 'second']);
    expect((await checkout()).json()).toMatchObject({ body: '{"a": 1}' });
  });

  test('are not asked again when one of them had the request already', async () => {
    let asked = 0;
    const second = await upstream(() => asked++);
    await startProxy({ order: [await upstream((request) => request.socket.destroy()), second] });
    expect((await checkout()).json()).toMatchObject({ code: 'service_away', detail: expect.stringContaining('is not known') });
    expect(asked).toBe(0);
  });

  test('are away when all of them are', async () => {
    await startProxy({ order: [away, 'http://127.0.0.1:10'] });
    await app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = app.server.address() as AddressInfo;
    const answer = await fetch(`http://127.0.0.1:${port}/api/checkout`, { method: 'POST', body: '{"a": 1}' });
    expect(await answer.json()).toMatchObject({ code: 'service_away', detail: expect.stringContaining('Nothing was done') });
  });
});
