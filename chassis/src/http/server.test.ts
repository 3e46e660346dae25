import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { Type } from 'typebox';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { EmptyBody } from './body.ts';
import { createTestServer } from './test-server.ts';

describe('the server', async () => {
  const { app, log } = await createTestServer();
  app.get(
    '/things/:thingId',
    { schema: { tags: ['demo-svc'], querystring: Type.Object({ kind: Type.Optional(Type.Literal('odd')) }) } },
    async ({ params }) => params,
  );
  app.delete('/things/:thingId', async () => ({ gone: true }));
  afterAll(() => app.close());

  it('answers an unknown path with 404 not_found', async () => {
    const answer = await app.inject('/nowhere');
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toMatchObject({ status: 404, code: 'not_found' });
  });

  it('answers so whatever the body is', async () => {
    const answer = await app.inject({ method: 'POST', url: '/nowhere', payload: 'x', headers: { 'content-type': 'text/plain' } });
    expect(answer.json()).toMatchObject({ status: 404, code: 'not_found' });
    expect((await app.inject({ method: 'QUERY', url: '/things/1' })).json()).toMatchObject({ status: 405, code: 'method_not_allowed' });
  });

  it('answers an unknown method with 405 and Allow', async () => {
    const answer = await app.inject({ method: 'POST', url: '/things/1?x=1' });
    expect(answer.statusCode).toBe(405);
    expect(answer.headers.allow).toBe('GET, HEAD, DELETE');
    expect(answer.json()).toMatchObject({ code: 'method_not_allowed' });
  });

  it('takes path parts of 255 encoded characters and refuses endless ones', async () => {
    expect((await app.inject(`/things/${'%2F'.repeat(255)}`)).json()).toEqual({ thingId: '/'.repeat(255) });
    expect((await app.inject(`/things/${'x'.repeat(1000)}`)).json()).toMatchObject({ status: 414, code: 'uri_too_long' });
  });

  it('refuses a path that cannot be decoded', async () => {
    expect((await app.inject('/things/%zz')).json()).toMatchObject({ status: 400, code: 'malformed_url' });
  });

  it('logs one line for a request, without its query', async () => {
    await app.inject('/things/1?email=a@b.de');
    expect(log.lines.at(-1)).toMatchObject({
      service: 'demo-svc',
      method: 'GET',
      route: '/things/:thingId',
      statusCode: 200,
      durationMs: expect.any(Number),
    });
    expect(JSON.stringify(log.lines)).not.toContain('a@b.de');
  });

  it.each([
    ['no HTTP', 'hello\r\n\r\n', 400, 'malformed_request'],
    ['endless headers', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431, 'headers_too_large'],
  ])('answers %s with a problem, too', async (_what, bytes, status, code) => {
    const { app: listening } = await createTestServer();
    onTestFinished(() => listening.close());
    const { hostname, port } = new URL(await listening.listen({ host: '127.0.0.1', port: 0 }));
    const socket = connect({ host: hostname, port: Number(port) });
    await once(socket, 'connect');
    socket.write(bytes);
    const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
    expect(head).toContain(`HTTP/1.1 ${status} `);
    expect(head).toContain('Content-Type: application/problem+json');
    expect(JSON.parse(body)).toMatchObject({ status, code });
  });
});

describe('health', () => {
  async function ask(url: string, mongodb: { ok: boolean; detail?: string }) {
    const { app } = await createTestServer({ checks: async () => ({ kafka: { ok: true }, mongodb }) });
    onTestFinished(() => app.close());
    const answer = await app.inject(url);
    return [answer.statusCode, answer.json()];
  }
  const away = { ok: false, detail: 'connect ECONNREFUSED' };

  it('is alive whatever its dependencies do', async () => {
    expect(await ask('/livez', away)).toEqual([200, { status: 'ok' }]);
  });

  it('is ready when all dependencies are there, and else says which is away', async () => {
    expect(await ask('/readyz', { ok: true })).toEqual([200, { status: 'ready', checks: { kafka: { ok: true }, mongodb: { ok: true } } }]);
    expect(await ask('/readyz', away)).toEqual([503, { status: 'degraded', checks: { kafka: { ok: true }, mongodb: away } }]);
  });
});

describe('the documentation', async () => {
  const { app } = await createTestServer();
  app.get(
    '/things/:thingId',
    {
      schema: {
        tags: ['demo-svc'],
        params: Type.Object({ thingId: Type.String() }),
        response: { 200: Type.Object({ kind: Type.Literal('odd') }) },
      },
    },
    async () => ({ kind: 'odd' as const }),
  );
  afterAll(() => app.close());

  it('is an OpenAPI 3.1 document with the routes, const kept and the operator scheme', async () => {
    const document = (await app.inject('/openapi.json')).json();
    expect(document).toMatchObject({
      openapi: '3.1.0',
      info: { title: 'demo-svc', version: '1.2.3', description: 'A demonstration' },
      components: { securitySchemes: { operator: { type: 'http', scheme: 'bearer' } } },
    });
    expect(Object.keys(document.paths)).toEqual(['/livez', '/readyz', '/things/{thingId}']);
    expect(document.paths['/things/{thingId}'].get.responses[200].content['application/json'].schema.properties.kind).toMatchObject({
      const: 'odd',
    });
  });

  it('says of a body that may be null that it may be missing', async () => {
    const { app: other } = await createTestServer();
    onTestFinished(() => other.close());
    other.post('/with', { schema: { body: Type.Object({}) } }, async () => ({}));
    other.post('/without', { schema: { body: EmptyBody } }, async () => ({}));
    const { paths } = (await other.inject('/openapi.json')).json();
    expect([paths['/with'].post.requestBody.required, paths['/without'].post.requestBody.required]).toEqual([true, false]);
  });

  it('says of a parameter with a default that it may be missing', async () => {
    const { app: other } = await createTestServer();
    onTestFinished(() => other.close());
    const querystring = Type.Object({ limit: Type.Integer({ default: 20 }), from: Type.Integer() });
    other.get('/list', { schema: { querystring } }, async () => ({}));
    const { paths } = (await other.inject('/openapi.json')).json();
    const required = paths['/list'].get.parameters.map((parameter: { name: string; required: boolean }) => [
      parameter.name,
      parameter.required,
    ]);
    expect(required).toEqual([
      ['limit', false],
      ['from', true],
    ]);
  });

  it('is a page that loads nothing from elsewhere', async () => {
    const page = await app.inject('/docs');
    expect(page.statusCode).toBe(200);
    expect(page.headers['content-security-policy']).toContain("default-src 'self'");
    const urls = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url ?? '');
    expect(urls.length).toBeGreaterThan(3);
    for (const url of urls) {
      expect(url).toMatch(/^\/docs\//);
      expect((await app.inject(url)).statusCode).toBe(200);
    }
  });
});
