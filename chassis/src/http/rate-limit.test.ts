import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createRateLimit, type Quota } from './rate-limit.ts';
import { createTestServer } from './test-server.ts';

async function limited(...quotas: Quota[]) {
  const { app } = await createTestServer({
    operatorToken: 's3cret',
    trustedProxies: '10.0.0.0/8',
    verifyToken: async (subject) => ({ subject, isOperator: false }),
  });
  onTestFinished(() => app.close());
  const preHandler = await createRateLimit(app, quotas);
  app.get('/work', { onRequest: app.requireCaller, preHandler }, async () => 'done');
  return (token: string, remoteAddress = '192.0.2.1', headers = {}) =>
    app.inject({ url: '/work', remoteAddress, headers: { authorization: `Bearer ${token}`, ...headers } });
}

const bySubject = (perMinute?: number): Quota => ({
  name: 'customer',
  perMinute,
  standard: 2,
  keyOf: ({ caller }) => (caller?.kind === 'subject' ? caller.subject : ''),
});
const byAddress = (perMinute?: number): Quota => ({ name: 'address', perMinute, standard: 3 });

beforeEach(() => vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => vi.useRealTimers());

describe('a limited route', () => {
  it('tells how callers stand, and refuses beyond the quota until the window is over', async () => {
    const call = await limited(bySubject(), byAddress());
    const first = await call('ada');
    expect(first.statusCode).toBe(200);
    expect(first.headers).toMatchObject({
      'ratelimit-policy': '"customer";q=2;w=60, "address";q=3;w=60',
      ratelimit: '"customer";r=1;t=60, "address";r=2;t=60',
    });
    vi.advanceTimersByTime(20_000);
    expect((await call('ada')).headers.ratelimit).toBe('"customer";r=0;t=40, "address";r=1;t=40');
    const third = await call('ada');
    expect(third.statusCode).toBe(429);
    expect(third.headers).toMatchObject({ 'retry-after': '40', 'content-type': 'application/problem+json' });
    expect(third.json()).toMatchObject({ status: 429, code: 'rate_limited', 'violated-policies': ['customer'] });
    vi.advanceTimersByTime(40_001);
    expect((await call('ada')).statusCode).toBe(200);
  });

  it('counts each customer apart, and each address over all of its customers', async () => {
    const call = await limited(bySubject(), byAddress());
    for (const who of ['ada', 'bob', 'cid']) expect((await call(who)).statusCode).toBe(200);
    expect((await call('dan')).json()).toMatchObject({ 'violated-policies': ['address'] });
    expect((await call('dan', '192.0.2.2')).statusCode).toBe(200);
  });

  it('takes a /64 of IPv6 for one address, and the caller behind a trusted proxy for itself', async () => {
    const call = await limited(byAddress(1));
    expect((await call('ada', '2001:db8::1')).statusCode).toBe(200);
    expect((await call('ada', '2001:db8::2')).statusCode).toBe(429);
    expect((await call('ada', '2001:db8:0:1::1')).statusCode).toBe(200);
    expect((await call('ada', '10.0.0.1', { 'x-forwarded-for': '198.51.100.1' })).statusCode).toBe(200);
    expect((await call('ada', '10.0.0.1', { 'x-forwarded-for': '198.51.100.2' })).statusCode).toBe(200);
    expect((await call('ada', '10.0.0.1', { 'x-forwarded-for': '198.51.100.2' })).statusCode).toBe(429);
  });

  it('believes no proxy that is not trusted', async () => {
    const call = await limited(byAddress(1));
    expect((await call('ada', '192.0.2.9', { 'x-forwarded-for': '198.51.100.1' })).statusCode).toBe(200);
    expect((await call('ada', '192.0.2.9', { 'x-forwarded-for': '198.51.100.2' })).statusCode).toBe(429);
  });

  it('has no limit on the machine itself, unless one is set', async () => {
    const standard = await limited(bySubject(), byAddress());
    for (let n = 0; n < 10; n++) {
      const { statusCode, headers } = await standard('ada', '127.0.0.1');
      expect([statusCode, headers.ratelimit]).toEqual([200, undefined]);
    }
    const set = await limited(bySubject(1));
    expect((await set('ada', '127.0.0.1')).statusCode).toBe(200);
    expect((await set('ada', '127.0.0.1')).statusCode).toBe(429);
  });

  it('has none where it is 0, and none for operators', async () => {
    const off = await limited(bySubject(0), byAddress(0));
    for (let n = 0; n < 10; n++) expect((await off('ada')).statusCode).toBe(200);
    const on = await limited(bySubject(1), byAddress(1));
    for (let n = 0; n < 10; n++) expect((await on('s3cret')).headers).not.toHaveProperty('ratelimit');
  });
});
