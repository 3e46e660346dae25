import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { Type } from 'typebox';
import { expect, it, onTestFinished } from 'vitest';
import { SECURITY_HEADERS } from './security-headers.ts';
import { createTestServer } from './test-server.ts';

const server = async () => {
  const { app } = await createTestServer({ operatorToken: 's3cret', trustedProxies: '127.0.0.1' });
  onTestFinished(() => app.close());
  app.post('/things/:thingId', { schema: { body: Type.Object({ a: Type.Integer() }) } }, async () => ({}));
  app.get('/operators', { onRequest: app.requireOperator }, async () => ({}));
  app.get('/fails', async () => Promise.reject(new Error('no')));
  return app;
};

it('every answer has them, a refusal, too', async () => {
  const app = await server();
  const requests = [
    { method: 'POST', url: '/things/1', payload: { a: 1 }, status: 200 },
    { method: 'POST', url: '/things/1', payload: { a: 'x' }, status: 400 },
    { method: 'POST', url: '/things/1', payload: 'x'.repeat(70_000), headers: { 'content-type': 'application/json' }, status: 413 },
    { method: 'POST', url: '/things/1', payload: 'x', headers: { 'content-type': 'text/plain' }, status: 415 },
    { method: 'GET', url: '/operators', status: 401 },
    { method: 'GET', url: '/nowhere', status: 404 },
    { method: 'GET', url: '/things/1', status: 405 },
    { method: 'GET', url: '/things/%zz', status: 400 },
    { method: 'GET', url: '/fails', status: 500 },
    { method: 'GET', url: '/livez', status: 200 },
  ] as const;
  for (const { status, ...request } of requests) {
    const { statusCode, headers } = await app.inject(request);
    expect([request.url, statusCode, headers]).toEqual([request.url, status, expect.objectContaining(SECURITY_HEADERS)]);
    expect(headers).not.toHaveProperty('server');
    expect(headers).not.toHaveProperty('x-powered-by');
  }
});

it('what is no HTTP is answered with them', async () => {
  const app = await server();
  const { hostname, port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
  const socket = connect({ host: hostname, port: Number(port) });
  await once(socket, 'connect');
  socket.write('hello\r\n\r\n');
  const answer = await text(socket);
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) expect(answer).toContain(`${name}: ${value}\r\n`);
});

it('the page of the documents may load its own parts, and be framed by nobody', async () => {
  const { headers } = await (await server()).inject('/docs');
  expect(headers['content-security-policy']).toContain("script-src 'self'");
  expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
  expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY' });
});

it('HSTS is sent behind TLS only', async () => {
  const app = await server();
  expect((await app.inject('/livez')).headers).not.toHaveProperty('strict-transport-security');
  const overTls = await app.inject({ url: '/livez', headers: { 'x-forwarded-proto': 'https' } });
  expect(overTls.headers['strict-transport-security']).toBe('max-age=31536000');
  const untrusted = await app.inject({ url: '/livez', remoteAddress: '192.0.2.1', headers: { 'x-forwarded-proto': 'https' } });
  expect(untrusted.headers).not.toHaveProperty('strict-transport-security');
});
