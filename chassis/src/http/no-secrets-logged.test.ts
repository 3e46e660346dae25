import { Type } from 'typebox';
import { expect, it, onTestFinished } from 'vitest';
import { createTestServer } from './test-server.ts';
import { TEST_SECRET, testToken } from './test-tokens.ts';
import { createTokenVerifier } from './token.ts';

it('no token, no body, no query, no header and no address of a person is in any log line, however the request ends', async () => {
  const { app, log } = await createTestServer({
    operatorToken: 'OPERATOR-SECRET',
    verifyToken: createTokenVerifier({ AUTH_JWT_SECRET: TEST_SECRET }),
    maxInFlight: 50,
  });
  onTestFinished(() => app.close());
  const schema = {
    body: Type.Object({ email: Type.String({ maxLength: 30 }), note: Type.Optional(Type.String()) }, { additionalProperties: false }),
  };
  app.post('/mine/:id', { onRequest: app.requireCaller, schema }, async () => ({ ok: true }));
  app.post('/operators', { onRequest: app.requireOperator, schema }, async () => ({ ok: true }));
  app.post('/fails', { schema }, async ({ body }) => Promise.reject(Object.assign(new Error(`no ${body.email}`), { body, payload: body })));
  const good = await testToken({ sub: 'ada', email: 'person-secret@example.com', email_verified: true });
  const expired = await testToken({ sub: 'ada', exp: 1 });
  const tokens = [good, expired, 'OPERATOR-SECRET', 'WRONG-SECRET', `${good}x`];
  const payloads = [
    { email: 'person-secret@example.com' },
    { email: 1, note: 'NOTE-SECRET' },
    { email: 'x', 'FIELD-SECRET': 1 },
    '{"a": BROKEN-SECRET',
  ];
  const headers = { cookie: 'session=COOKIE-SECRET', 'idempotency-key': 'KEY-SECRET', 'content-type': 'application/json' };
  for (const url of ['/mine/1?q=QUERY-SECRET', '/operators?q=QUERY-SECRET', '/fails?q=QUERY-SECRET', '/nowhere?q=QUERY-SECRET'])
    for (const token of tokens)
      for (const payload of payloads)
        await app.inject({ method: 'POST', url, payload, headers: { ...headers, authorization: `Bearer ${token}` } });
  const written = JSON.stringify(log.lines);
  expect(log.lines.length).toBeGreaterThan(50);
  expect(written).not.toMatch(/SECRET|person-secret/);
  for (const token of tokens) expect(written).not.toContain(token);
  expect(written).not.toContain(TEST_SECRET);
});
