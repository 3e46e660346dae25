import { describe, expect, it, onTestFinished } from 'vitest';
import { transient } from '../errors.ts';
import { callerOf } from './caller.ts';
import type { HttpServerOptions } from './server.ts';
import { createTestServer } from './test-server.ts';
import { TEST_SECRET, testToken } from './test-tokens.ts';
import { createTokenVerifier } from './token.ts';

async function guarded(options: Partial<HttpServerOptions> = {}) {
  const { app } = await createTestServer({ operatorToken: 's3cret', ...options });
  onTestFinished(() => app.close());
  app.get('/mine', { onRequest: app.requireCaller, schema: { ...app.callerSecurity } }, async (request) => callerOf(request));
  app.get('/operators', { onRequest: app.requireOperator }, async (request) => callerOf(request));
  const isTheirs = (subject: string, { params }: { params: unknown }) => (params as { id: string }).id === subject;
  app.get('/people/:id', { onRequest: app.requireOperatorOr(isTheirs) }, async (request) => callerOf(request));
  app.get('/unguarded', async (request) => callerOf(request));
  const call = async (url: string, token?: string, { remoteAddress = '127.0.0.1', headers = {} } = {}) => {
    const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const answer = await app.inject({ url, remoteAddress, headers: { ...headers, ...authorization } });
    return { status: answer.statusCode, challenge: answer.headers['www-authenticate'], ...answer.json() };
  };
  return { app, call };
}

const verifyToken = createTokenVerifier({ AUTH_JWT_SECRET: TEST_SECRET });
const ada = await testToken({ sub: 'ada', email: 'ada@example.com', email_verified: true });
const boss = await testToken({ sub: 'boss', roles: ['operator'] });

describe('without tokens configured', () => {
  it.each(['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'])('%s is served, whatever token it sends', async (remoteAddress) => {
    const { call } = await guarded();
    for (const token of [undefined, 'wrong', ada]) expect(await call('/mine', token, { remoteAddress })).toMatchObject({ kind: 'local' });
    expect(await call('/mine', 's3cret', { remoteAddress })).toMatchObject({ kind: 'operator' });
  });

  it.each(['10.0.0.7', '192.168.1.2', '::ffff:10.0.0.7', 'fe80::1', '2001:db8::1', '128.0.0.1'])(
    '%s is not, but for operators',
    async (remoteAddress) => {
      const { call } = await guarded();
      for (const token of [undefined, 'wrong', ada])
        expect(await call('/mine', token, { remoteAddress })).toMatchObject({ status: 403, code: 'loopback_only' });
      expect(await call('/mine', 's3cret', { remoteAddress })).toMatchObject({ status: 200, kind: 'operator' });
    },
  );

  it.each(['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'])(
    'what a proxy on this machine hands on with %s is not',
    async (name) => {
      const { call } = await guarded({ trustedProxies: '127.0.0.1' });
      expect(await call('/mine', undefined, { headers: { [name]: '127.0.0.1' } })).toMatchObject({ status: 403, code: 'loopback_only' });
    },
  );

  it('nobody is an operator by a JWT', async () => {
    const { call } = await guarded();
    expect(await call('/operators', boss)).toMatchObject({ status: 401, code: 'operator_token_required' });
    expect(await call('/people/ada', ada)).toMatchObject({ status: 401, code: 'operator_token_required' });
  });
});

describe('with tokens configured', () => {
  it('a caller is the holder of a token, on this machine, too', async () => {
    const { call } = await guarded({ verifyToken });
    for (const remoteAddress of ['127.0.0.1', '10.0.0.7']) {
      expect(await call('/mine', ada, { remoteAddress })).toMatchObject({ kind: 'subject', subject: 'ada', email: 'ada@example.com' });
      expect(await call('/mine', boss, { remoteAddress })).toMatchObject({ kind: 'operator' });
      expect(await call('/mine', 's3cret', { remoteAddress })).toMatchObject({ kind: 'operator' });
      expect(await call('/mine', undefined, { remoteAddress })).toMatchObject({ status: 401, code: 'token_required', challenge: 'Bearer' });
    }
  });

  it('a token that is no good is told so', async () => {
    const { call } = await guarded({ verifyToken });
    expect(await call('/mine', 'wrong')).toMatchObject({ status: 401, code: 'token_invalid', challenge: 'Bearer error="invalid_token"' });
  });

  it('operators are those of the role or the token, and others are refused by what they lack', async () => {
    const { call } = await guarded({ verifyToken });
    for (const token of ['s3cret', boss]) expect(await call('/operators', token)).toMatchObject({ status: 200, kind: 'operator' });
    for (const token of [undefined, 'wrong'])
      expect(await call('/operators', token)).toMatchObject({ status: 401, code: 'operator_token_required', challenge: 'Bearer' });
    expect(await call('/operators', ada)).toMatchObject({ status: 403, code: 'operators_only' });
  });

  it('subjects have what is theirs of what is for operators, and nothing else', async () => {
    const { call } = await guarded({ verifyToken });
    expect(await call('/people/ada', ada)).toMatchObject({ status: 200, kind: 'subject', subject: 'ada' });
    expect(await call('/people/bob', ada)).toMatchObject({ status: 403, code: 'operators_only' });
    expect(await call('/people/bob', boss)).toMatchObject({ status: 200, kind: 'operator' });
  });

  it('needs no token for operators to be told from each other: the JWT alone does', async () => {
    const { call } = await guarded({ verifyToken, operatorToken: undefined });
    expect(await call('/operators', boss)).toMatchObject({ kind: 'operator' });
    expect(await call('/operators', 'undefined')).toMatchObject({ status: 401 });
  });

  it('answers 503 while the keys can not be had, but not to the operator token', async () => {
    const { call } = await guarded({ verifyToken: () => Promise.reject(transient('token_keys_unavailable', 'Away.')) });
    for (const url of ['/mine', '/operators'])
      expect(await call(url, ada)).toMatchObject({ status: 503, code: 'token_keys_unavailable', challenge: undefined });
    expect(await call('/operators', 's3cret')).toMatchObject({ kind: 'operator' });
  });

  it('says in the document which routes need one', async () => {
    const securityOf = async (options: Partial<HttpServerOptions>) => {
      const { app } = await guarded(options);
      return (await app.inject('/openapi.json')).json().paths['/mine'].get.security;
    };
    expect(await securityOf({ verifyToken })).toEqual([{ customer: [] }, { operator: [] }]);
    expect(await securityOf({})).toBeUndefined();
  });
});

it('a route without a guard knows nobody', async () => {
  const { call } = await guarded();
  expect(await call('/unguarded', 's3cret')).toMatchObject({ status: 500 });
});
