import type { FastifyRequest } from 'fastify';
import { bearerOf, type CallerGuard, createTokenCheck, isFromHere } from '../http/caller.ts';
import type { HttpServer } from '../http/server.ts';
import { chassisMetrics } from './catalogue.ts';
import type { MetricsRegistry } from './registry.ts';

/**
 * Measures the requests and serves `/metrics`: to who has the token, or where there is none to callers on the machine itself; and to operators.
 * What it tells is the shop's business: how many orders there are, and how many are refused.
 */
export function serveMetrics(app: HttpServer, metrics: MetricsRegistry, token: string | undefined): void {
  const duration = metrics.histogram(chassisMetrics.httpDuration);
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown';
    duration.observe({ method: request.method, route, status_code: String(reply.statusCode) }, reply.elapsedTime / 1000);
    done();
  });

  const hasToken = createTokenCheck(token);
  const mayRead = (request: FastifyRequest) => (token === undefined ? isFromHere(request) : hasToken(bearerOf(request) ?? ''));
  const onRequest: CallerGuard = async (request, reply) => {
    if (!mayRead(request)) await app.requireOperator(request, reply);
  };
  app.get('/metrics', { logLevel: 'warn', schema: { hide: true }, onRequest }, async (_request, reply) =>
    reply.type(metrics.contentType).send(await metrics.text()),
  );
}
