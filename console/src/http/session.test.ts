import { loadConfig } from '@microshop/chassis/config';
import { createHttpServer, type HttpServer } from '@microshop/chassis/http/server';
import { createLogger } from '@microshop/chassis/logger';
import { afterEach, describe, expect, test } from 'vitest';
import { ConsoleConfig } from '../config.ts';
import { createAccess, signatureOf, useSessions } from './session.ts';
import { sessionRoutes } from './session-routes.ts';

const HOST = '127.0.0.1:4000';
const ORIGIN = `http://${HOST}`;
const TOKEN = 'operators;of=the test,"';

let app: HttpServer;
afterEach(() => app.close());

async function startServer(mode: 'development' | 'production' = 'development'): Promise<void> {
  const token = encodeURIComponent(TOKEN);
  const logger = createLogger({ name: 'test', level: 'silent' });
  app = await createHttpServer({
    service: { name: 'test', version: '1', description: '' },
    logger,
    operatorToken: token,
    checks: async () => ({}),
  });
  const config = loadConfig(ConsoleConfig, { NODE_ENV: mode, OPERATOR_TOKEN: token });
  await app.register(async (scope) => {
    const inner = scope as HttpServer;
    useSessions(inner);
    const access = createAccess(inner, { isOpen: mode !== 'production' });
    sessionRoutes(inner, access, config);
    inner.get('/console/read', { onRequest: access.read }, async () => ({ read: true }));
    inner.post('/console/write', { onRequest: inner.requireOperator }, async (request) => ({ by: signatureOf(request) }));
    inner.get('/api/write', { onRequest: inner.requireOperator }, async () => ({}));
  });
}

type Asked = { headers?: Record<string, string>; payload?: object; remoteAddress?: string };
const ask = (method: 'GET' | 'POST' | 'DELETE', url: string, { headers = {}, ...more }: Asked = {}) =>
  app.inject({ method, url, headers: { host: HOST, ...headers }, ...more });

async function signIn(name?: string): Promise<string> {
  const payload = { token: encodeURIComponent(TOKEN), ...(name && { name }) };
  const answer = await ask('POST', '/console/session', { payload, headers: { origin: ORIGIN } });
  expect(answer.statusCode).toBe(200);
  return String(answer.headers['set-cookie']).split(';')[0] ?? '';
}

describe('a session', () => {
  test('is a cookie that scripts can not read, that other sites do not send, and that never goes to the shop', async () => {
    await startServer();
    const payload = { token: encodeURIComponent(TOKEN) };
    const { headers } = await ask('POST', '/console/session', { payload });
    expect(headers['set-cookie']).toMatch(/^microshop-console=[\w.-]+; Path=\/console; HttpOnly; SameSite=Strict$/);
  });

  test('lets the console’s own page write, signed with the name', async () => {
    await startServer();
    const cookie = await signIn(' Olga ');
    const answer = await ask('POST', '/console/write', { headers: { cookie, origin: ORIGIN } });
    expect(answer.json()).toEqual({ by: 'Olga' });
    expect((await ask('GET', '/console/session', { headers: { cookie } })).json()).toMatchObject({ isOperator: true, name: 'Olga' });
  });

  test.each([{}, { origin: 'http://127.0.0.1:3000' }, { origin: 'http://evil.example' }, { origin: 'null' }])(
    'does not let a page of another origin write: %j',
    async (headers) => {
      await startServer();
      const cookie = await signIn();
      expect((await ask('POST', '/console/write', { headers: { cookie, ...headers } })).statusCode).toBe(401);
    },
  );

  test('does not let a page of another origin read', async () => {
    await startServer('production');
    const cookie = await signIn();
    for (const site of ['cross-site', 'same-site'])
      expect((await ask('GET', '/console/read', { headers: { cookie, 'sec-fetch-site': site } })).statusCode).toBe(401);
    expect((await ask('GET', '/console/read', { headers: { cookie, 'sec-fetch-site': 'same-origin' } })).statusCode).toBe(200);
  });

  test('is nothing to paths outside of the console', async () => {
    await startServer();
    const cookie = await signIn();
    expect((await ask('GET', '/api/write', { headers: { cookie } })).statusCode).toBe(401);
  });

  test('is not begun with a wrong token, or from another page', async () => {
    await startServer();
    const wrong = await ask('POST', '/console/session', { payload: { token: 'nope' } });
    expect([wrong.statusCode, wrong.json().code, wrong.headers['set-cookie']]).toEqual([401, 'operator_token_required', undefined]);
    const payload = { token: encodeURIComponent(TOKEN) };
    const elsewhere = await ask('POST', '/console/session', { payload, headers: { origin: 'http://127.0.0.1:3000' } });
    expect([elsewhere.statusCode, elsewhere.json().code]).toEqual([403, 'other_origin']);
  });

  test('ends', async () => {
    await startServer();
    const { headers, statusCode } = await ask('DELETE', '/console/session');
    expect([statusCode, headers['set-cookie']]).toEqual([204, 'microshop-console=; Path=/console; HttpOnly; SameSite=Strict; Max-Age=0']);
  });
});

describe('without a token', () => {
  const read = async (asked: Asked = {}) => (await ask('GET', '/console/read', asked)).statusCode;

  test('whoever is on this machine may read in development, and not write', async () => {
    await startServer();
    expect(await read()).toBe(200);
    expect((await ask('GET', '/console/session')).json()).toMatchObject({ isOperator: false, mayRead: true, hasDemo: true });
    expect((await ask('POST', '/console/write', { headers: { origin: ORIGIN } })).statusCode).toBe(401);
  });

  test.each<[string, Asked]>([
    ['from another machine', { remoteAddress: '10.0.0.7' }],
    ['through a proxy', { headers: { 'x-forwarded-for': '10.0.0.7' } }],
    ['from a page whose name was made to mean this machine', { headers: { host: 'evil.example:4000' } }],
  ])('nobody reads %s', async (_, asked) => {
    await startServer();
    expect(await read(asked)).toBe(401);
  });

  test('nobody reads in production', async () => {
    await startServer('production');
    expect(await read()).toBe(401);
    expect((await ask('GET', '/console/session')).json()).toMatchObject({ isOperator: false, mayRead: false, hasDemo: false });
  });
});
