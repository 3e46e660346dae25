import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { type FastifyBaseLogger, type FastifyHttpOptions, fastify } from 'fastify';
import type { AppError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { traceRequests } from '../tracing/traced-http.ts';
import type { Tracing } from '../tracing/tracing.ts';
import { parseJsonBodies } from './body.ts';
import { createGuards } from './caller.ts';
import { answerClientError } from './client-error.ts';
import { drainOnClose } from './drain.ts';
import { createErrorHandler } from './error-handler.ts';
import { type Checks, serveHealth } from './health.ts';
import { boundInFlight } from './in-flight.ts';
import type { HttpServer } from './instance.ts';
import { answerUnknownRoutes } from './not-found.ts';
import { type ServiceInfo, serveOpenApi } from './openapi.ts';
import { createRequestLog } from './request-log.ts';
import { SECURITY_HEADERS, sendSecurityHeaders } from './security-headers.ts';
import type { VerifyToken } from './token.ts';
import { createValidatorCompiler } from './validation.ts';

export type { HttpServer };

export type HttpServerOptions = {
  service: ServiceInfo;
  logger: Logger;
  /** Absent: operators are those whose JWT says so, and nobody where there are none. */
  operatorToken?: string | undefined;
  /** Absent: no JWTs are taken, and only loopback is served. */
  verifyToken?: VerifyToken | undefined;
  /** Requests that are worked on at once, and as many event streams. */
  maxInFlight?: number | undefined;
  /** Addresses or networks, separated by commas, whose X-Forwarded-For and -Proto are believed. */
  trustedProxies?: string | undefined;
  checks: Checks;
  /** Absent: the callers' traces are handed on, and nothing is added to them. */
  tracing?: Tracing | undefined;
  /** Recognises errors that are not AppErrors, such as a driver's; without it only AppErrors on the chain of causes are. */
  asAppError?: (error: unknown) => AppError | undefined;
};

const SECONDS = 1_000;
const BODY_LIMIT_BYTES = 64 * 1024;
const HEADERS_LIMIT_BYTES = 16 * 1024;

const limits = {
  bodyLimit: BODY_LIMIT_BYTES,
  // A request must be here within 10 s; Node looks at that every `connectionsCheckingInterval`.
  requestTimeout: 10 * SECONDS,
  http: {
    requestTimeout: 10 * SECONDS,
    headersTimeout: 10 * SECONDS,
    connectionsCheckingInterval: SECONDS,
    maxHeaderSize: HEADERS_LIMIT_BYTES,
  },
  keepAliveTimeout: 5 * SECONDS,
  // A socket without any traffic; above the longest wait for an order and the silence between two SSE comments.
  connectionTimeout: 60 * SECONDS,
  // 255 characters, each percent-encoded.
  routerOptions: { maxParamLength: 3 * 255 },
} satisfies FastifyHttpOptions<Server>;

/**
 * A server with everything but the service's routes: validation, problem documents, limits, security headers, health, OpenAPI, the guards and a graceful close.
 * Bodies are never coerced and never over 64 KiB. `close()` ends within 10 seconds and breaks no request that is answered within 8.
 */
export async function createHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { service, logger, operatorToken, verifyToken, maxInFlight = 2000, trustedProxies, checks, tracing, asAppError } = options;
  const onError = createErrorHandler(asAppError);
  const app: HttpServer = fastify({
    ...limits,
    loggerInstance: logger as FastifyBaseLogger,
    logController: createRequestLog(),
    genReqId: () => randomUUID(),
    // What is refused before there is a route passes no hook.
    frameworkErrors: (error, request, reply) => onError(error, request, reply.headers(SECURITY_HEADERS)),
    trustProxy: trustedProxies ?? false,
    clientErrorHandler: answerClientError,
    // Requests on connections from before the close are answered like any other.
    return503OnClosing: false,
  }).withTypeProvider<TypeBoxTypeProvider>();
  parseJsonBodies(app);
  app.setValidatorCompiler(createValidatorCompiler());
  app.setErrorHandler(onError);
  traceRequests(app, tracing);
  sendSecurityHeaders(app);
  boundInFlight(app, maxInFlight);
  const guards = createGuards({ operatorToken, verify: verifyToken });
  app.decorate('requireOperator', guards.requireOperator);
  app.decorate('requireCaller', guards.requireCaller);
  app.decorate('requireOperatorOr', guards.requireOperatorOr);
  app.decorate('callerSecurity', verifyToken ? { security: [{ customer: [] }, { operator: [] }] } : {});
  app.decorateRequest('caller', undefined);
  drainOnClose(app);
  answerUnknownRoutes(app);
  serveOpenApi(app, service);
  await app.after();
  serveHealth(app, checks);
  return app;
}
