import { loadConfig } from '@microshop/chassis/config';
import { createHttpServer, type HttpServer } from '@microshop/chassis/http/server';
import { createTokenVerifier } from '@microshop/chassis/http/token';
import { createLogger } from '@microshop/chassis/logger';
import { afterEach, expect, test } from 'vitest';
import { ConsoleConfig } from '../config.ts';
import { demoRoutes } from './demo-routes.ts';
import { createAccess } from './session.ts';

const AUTH_JWT_SECRET = 'a secret of thirty-two characters';
const customers = { idsOf: async () => [], some: async () => [{ customerId: 'ada', name: 'Ada', points: 3 }] };

let app: HttpServer;
afterEach(() => app.close());

async function startServer(env: NodeJS.ProcessEnv): Promise<ConsoleConfig> {
  const config = loadConfig(ConsoleConfig, { OPERATOR_TOKEN: 'op', ...env });
  const logger = createLogger({ name: 'test', level: 'silent' });
  app = await createHttpServer({
    service: { name: 'test', version: '1', description: '' },
    logger,
    operatorToken: 'op',
    checks: async () => ({}),
  });
  await app.register(async (scope) => {
    const inner = scope as HttpServer;
    demoRoutes(inner, { customers, config, access: createAccess(inner, { isOpen: true }) });
  });
  return config;
}

const ask = (more: { remoteAddress?: string; headers?: Record<string, string> } = {}) =>
  app.inject({ method: 'POST', url: '/console/demo-token', payload: { customerId: 'ada' }, ...more });

test('a demo customer gets a token that the services take', async () => {
  const config = await startServer({ AUTH_JWT_SECRET, AUTH_ISSUER: 'us', AUTH_AUDIENCE: 'shop', AUTH_SUBJECT_CLAIM: 'cid' });
  const { token, customerId } = (await ask()).json();
  expect(customerId).toBe('ada');
  expect(await createTokenVerifier(config)?.(token)).toEqual({ subject: 'ada', isOperator: false });
});

test('where the shop takes no tokens there is none', async () => {
  await startServer({});
  expect((await ask()).json()).toEqual({ customerId: 'ada', token: null, expiresAt: null });
});

test('where somebody else makes the tokens, that is said', async () => {
  await startServer({ AUTH_JWKS_URL: 'https://issuer.example/keys' });
  expect((await ask()).json()).toMatchObject({ status: 409, code: 'other_issuer' });
});

test('strangers can not be any customer, operators can', async () => {
  await startServer({ AUTH_JWT_SECRET });
  expect((await ask({ remoteAddress: '10.0.0.7' })).json()).toMatchObject({ status: 403, code: 'loopback_only' });
  expect((await ask({ remoteAddress: '10.0.0.7', headers: { authorization: 'Bearer op' } })).statusCode).toBe(200);
});

test('in production there is no such thing', async () => {
  await startServer({ NODE_ENV: 'production', AUTH_JWT_SECRET });
  expect((await ask({ headers: { authorization: 'Bearer op' } })).statusCode).toBe(404);
});
