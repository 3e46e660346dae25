import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type TraceContext, traceContextOf, traceIdOf } from './trace-context.ts';
import type { Span, Tracing } from './tracing.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** What the request's events inherit: its own span, or the caller's. */
    trace: TraceContext;
  }
}

const UNTRACED = new Set(['/livez', '/readyz', '/metrics']);

/** Gives each request its place in a trace, the caller's where there is one, and puts the trace's id into its log lines. */
export function traceRequests(app: FastifyInstance, tracing: Tracing | undefined): void {
  const spans = new WeakMap<FastifyRequest, Span>();
  app.decorateRequest('trace');
  app.addHook('onRequest', (request, reply, done) => {
    const given = traceContextOf(request.headers.traceparent, request.headers.tracestate);
    const span = tracing && startSpan(tracing, request, given);
    if (span) spans.set(request, span);
    request.trace = span?.context ?? given;
    request.log = request.log.child({ traceId: traceIdOf(request.trace.traceparent) });
    reply.log = request.log;
    done();
  });
  if (!tracing) return;
  app.addHook('onResponse', (request, reply, done) => {
    const { statusCode } = reply;
    spans.get(request)?.end({
      attributes: { 'http.response.status_code': statusCode },
      ...(statusCode >= 500 && { error: statusCode }),
    });
    done();
  });
}

function startSpan(tracing: Tracing, request: FastifyRequest, given: TraceContext): Span | undefined {
  const { method, routeOptions, headers, id } = request;
  const route = routeOptions.url;
  if (UNTRACED.has(route ?? '')) return undefined;
  return tracing.start(route === undefined ? method : `${method} ${route}`, {
    kind: 'server',
    ...(given.traceparent === headers.traceparent && { parent: given }),
    attributes: { 'http.request.method': method, 'http.route': route, 'microshop.request_id': id },
  });
}
