import { Type } from 'typebox';
import { describe, expect, it, onTestFinished } from 'vitest';
import { operatorSchema } from './operator.ts';
import { createTestServer } from './test-server.ts';

async function createGuardedServer(operatorToken?: string) {
  const { app } = await createTestServer({ operatorToken });
  onTestFinished(() => app.close());
  const schema = operatorSchema({ body: Type.Object({ a: Type.Integer() }), response: { 200: Type.Object({ ok: Type.Boolean() }) } });
  app.post('/secret', { onRequest: app.requireOperator, schema }, async () => ({ ok: true }));
  const call = (authorization?: string, payload: object = { a: 1 }) =>
    app.inject({ method: 'POST', url: '/secret', payload, headers: authorization === undefined ? {} : { authorization } });
  return { app, call };
}

describe("an operators' route", () => {
  it('lets the token pass, whatever the case of the scheme', async () => {
    const { call } = await createGuardedServer('s3cret');
    expect((await call('Bearer s3cret')).json()).toEqual({ ok: true });
    expect((await call('bearer s3cret')).statusCode).toBe(200);
  });

  it.each([
    undefined,
    '',
    'Bearer',
    'Bearer ',
    'Bearer wrong',
    'Bearer s3cret2',
    'Bearer s3cre',
    'Basic s3cret',
    's3cret',
    'Bearer s3cret x',
  ])('answers 401 to %j', async (header) => {
    const { call } = await createGuardedServer('s3cret');
    const answer = await call(header);
    expect(answer.statusCode).toBe(401);
    expect(answer.headers).toMatchObject({ 'www-authenticate': 'Bearer', 'content-type': 'application/problem+json' });
    expect(answer.json()).toMatchObject({ status: 401, code: 'operator_token_required' });
  });

  it('tells a stranger nothing about the body', async () => {
    const { call } = await createGuardedServer('s3cret');
    expect((await call('Bearer wrong', { a: 'x' })).statusCode).toBe(401);
  });

  it.each([undefined, 'Bearer ', 'Bearer undefined'])('without a configured token answers 401 to %j and says why', async (header) => {
    const { call } = await createGuardedServer();
    const answer = await call(header);
    expect(answer.statusCode).toBe(401);
    expect(answer.json().detail).toContain('OPERATOR_TOKEN is not set');
  });

  it('is documented as one', async () => {
    const { app } = await createGuardedServer('s3cret');
    const { post } = (await app.inject('/openapi.json')).json().paths['/secret'];
    expect(post.security).toEqual([{ operator: [] }]);
    expect(Object.keys(post.responses)).toEqual(['200', '401', '403']);
    expect(post.responses[401].content).toHaveProperty(['application/problem+json']);
  });
});
