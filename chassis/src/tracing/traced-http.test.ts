import { expect, test } from 'vitest';
import { causeOf } from '../http/cause.ts';
import { createHttpServer } from '../http/server.ts';
import { createLogger } from '../logger.ts';
import { createFakeTracing } from '../testing/fake-tracing.ts';
import type { Tracing } from './tracing.ts';

const TRACEPARENT = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;

async function serverWith(tracing?: Tracing) {
  const lines: Record<string, unknown>[] = [];
  const app = await createHttpServer({
    service: { name: 'demo-svc', version: '1.0.0', description: 'Demo' },
    logger: createLogger({ name: 'demo-svc', level: 'info' }, { write: (line) => lines.push(JSON.parse(line)) }),
    checks: async () => ({}),
    tracing,
  });
  app.get('/things/:id', async (request) => causeOf(request));
  app.get('/broken', async () => {
    throw new Error('broken');
  });
  return { app, lines };
}

test('without traces a request hands on its caller’s, and its log lines have the id', async () => {
  const { app, lines } = await serverWith();
  const { body } = await app.inject({ url: '/things/1', headers: { traceparent: TRACEPARENT, tracestate: 'shop=front' } });
  expect(JSON.parse(body)).toMatchObject({ causationId: expect.any(String), traceparent: TRACEPARENT, tracestate: 'shop=front' });
  expect(lines).toMatchObject([{ msg: 'request', traceId: 'a'.repeat(32) }]);
});

test('a request that brings no trace begins one', async () => {
  const { app, lines } = await serverWith();
  const cause = JSON.parse((await app.inject({ url: '/things/1', headers: { traceparent: 'nonsense' } })).body);
  expect(cause.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  expect(lines[0]?.traceId).toBe(cause.traceparent.split('-')[1]);
});

test('with traces a request is a span of its caller’s trace, named by its route, and the parent of what it causes', async () => {
  const tracing = createFakeTracing();
  const { app, lines } = await serverWith(tracing);
  const cause = JSON.parse((await app.inject({ url: '/things/secret?q=hush', headers: { traceparent: TRACEPARENT } })).body);
  expect(tracing.ended()).toMatchObject([{ name: 'GET /things/:id', kind: 'server', parent: { traceparent: TRACEPARENT } }]);
  expect(tracing.spans[0]?.outcome).toMatchObject({ attributes: { 'http.response.status_code': 200 } });
  expect(cause.traceparent).toBe(tracing.spans[0]?.traceparent);
  expect(JSON.stringify(tracing.spans)).not.toMatch(/secret|hush/);
  expect(lines[0]?.traceId).toBe('a'.repeat(32));
});

test('a trace that begins here has no parent, a 500 is a failure, health is no span', async () => {
  const tracing = createFakeTracing();
  const { app } = await serverWith(tracing);
  for (const url of ['/broken', '/livez', '/readyz', '/nowhere']) await app.inject({ url });
  expect(tracing.ended()).toMatchObject([{ name: 'GET /broken', outcome: { error: 500 } }, { name: 'GET' }]);
  expect(tracing.spans[0]?.parent).toBeUndefined();
});
