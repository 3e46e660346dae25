import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test, vi } from 'vitest';
import { createLogger } from '../logger.ts';
import { createTracing } from './create-tracing.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

/** A collector that answers with this status, and a tracer that sends to it. */
async function setUp({ status = 200, ratio = 1 } = {}) {
  const bodies: string[] = [];
  const logged: Record<string, unknown>[] = [];
  const server = createServer(async (request, response) => {
    bodies.push(`${request.url} ${await text(request)}`);
    response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const settings = {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    OTEL_SERVICE_NAME: 'shop-orders',
    OTEL_TRACES_SAMPLER_ARG: ratio,
  };
  const logger = createLogger({ name: 'a-svc', level: 'warn' }, { write: (line) => logged.push(JSON.parse(line)) });
  const tracing = await createTracing('a-svc', '1.2.3', settings, logger);
  if (!tracing) expect.unreachable();
  return { tracing, bodies, logged };
}

const PARENT = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, tracestate: 'shop=front' };

test('spans arrive under the configured name, as children of what they are told, and an error tells its name alone', async () => {
  const { tracing, bodies } = await setUp();
  const span = tracing.start('work', { kind: 'server', parent: PARENT, attributes: { route: '/things' } });
  expect(span.context).toEqual({
    traceparent: expect.stringMatching(new RegExp(`^00-${'a'.repeat(32)}-(?!b{16})[0-9a-f]{16}-01$`)),
    tracestate: 'shop=front',
  });
  span.end({ error: new RangeError('of HUSH'), attributes: { size: 3 } });
  await tracing.stop();
  expect(bodies).toHaveLength(1);
  for (const expected of ['/v1/traces ', '"shop-orders"', '"1.2.3"', '"work"', 'a'.repeat(32), 'b'.repeat(16), '"RangeError"', '"/things"'])
    expect(bodies[0]).toContain(expected);
  expect(bodies[0]).not.toContain('HUSH');
});

test('what is not sampled is not sent, but hands its context on', async () => {
  const { tracing, bodies } = await setUp({ ratio: 0 });
  const root = tracing.start('root');
  expect(root.context.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
  const child = tracing.start('child', { parent: root.context });
  expect(child.context.traceparent.split('-')[1]).toBe(root.context.traceparent.split('-')[1]);
  child.end();
  root.end();
  await tracing.stop();
  expect(bodies).toEqual([]);
});

test('a collector that refuses is told of once', async () => {
  const { tracing, bodies, logged } = await setUp({ status: 400 });
  for (const sent of [1, 2]) {
    tracing.start('work').end();
    await vi.waitFor(() => expect(bodies.length).toBeGreaterThanOrEqual(sent), { timeout: 10_000 });
  }
  await tracing.stop();
  expect(logged).toMatchObject([{ msg: expect.stringContaining('OTEL_EXPORTER_OTLP_ENDPOINT') }]);
});
