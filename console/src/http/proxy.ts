import httpProxy, { type FastifyHttpProxyOptions } from '@fastify/http-proxy';
import { refused } from '@microshop/chassis/errors';
import { sendProblem } from '@microshop/chassis/http/error-handler';
import { problem } from '@microshop/chassis/http/problem';
import type { HttpServer } from '@microshop/chassis/http/server';
import type { ServiceName } from '@microshop/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ServiceUrls } from '../config.ts';
import { connectToAny, inTurn } from './instances.ts';
import { isOnThisMachine } from './session.ts';

export type ProxyOptions = { urls: ServiceUrls; isBehindProxies: boolean };

/** Whose each path is: the first part of it. */
const OWNERS: Readonly<Record<string, ServiceName>> = {
  checkout: 'order-svc',
  orders: 'order-svc',
  discounts: 'order-svc',
  products: 'inventory-svc',
  customers: 'loyalty-svc',
};

/** Above the longest wait for a checkout, and the silence between two comments of an event stream. */
const TIMEOUT_MS = 60_000;
/** After so long a connection that another instance took over goes back to where it belongs. */
const CONNECTION_MS = 30_000;
const STREAM = '/orders/:orderId/events';

/** The three services on this one origin: `/api` for the shop, as whoever its token says, and `/console/api` for operators, as whoever has signed in. */
export async function proxyServices(app: HttpServer, options: ProxyOptions): Promise<void> {
  await app.register(async (scope) => {
    // Bodies are handed on as they are.
    scope.removeAllContentTypeParsers();
    for (const prefix of ['/api', '/console/api']) {
      const common = proxied(prefix, options);
      await scope.register(httpProxy, { ...common, routes: [STREAM], httpMethods: ['GET'], config: { isStream: true } });
      await scope.register(httpProxy, common);
    }
  });
}

function proxied(prefix: string, { urls, isBehindProxies }: ProxyOptions): FastifyHttpProxyOptions {
  const next = inTurn(urls);
  const ownerOf = ({ url }: FastifyRequest) => OWNERS[url.slice(prefix.length + 1).split(/[/?]/, 1)[0] ?? ''];
  return {
    prefix,
    upstream: '',
    disableRequestLogging: true,
    undici: {
      connections: 128,
      clientTtl: CONNECTION_MS,
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
      connect: connectToAny(urls),
    },
    async preHandler(request) {
      if (!ownerOf(request)) throw refused(404, 'not_found', `No service has this path: ${Object.keys(OWNERS).join(', ')} have.`);
    },
    replyOptions: {
      getUpstream: (request) => next[ownerOf(request as FastifyRequest) ?? 'order-svc'](),
      // Whether to ask again is for the caller to say.
      retryDelay: () => null,
      rewriteRequestHeaders: (request, headers) => forwarded(request as FastifyRequest, headers, isBehindProxies),
      onError: (reply, { error }) => answerAway(reply as FastifyReply, error, ownerOf(reply.request as FastifyRequest) ?? 'order-svc'),
    },
  };
}

type Headers = Record<string, string | string[] | undefined>;

/**
 * Who sent it, for a service that believes this proxy (TRUSTED_PROXIES). Of somebody on this machine nothing is said: the service then sees just
 * that. What a caller says of itself is not handed on.
 */
function forwarded(request: FastifyRequest, headers: Headers, isBehindProxies: boolean): Headers {
  const {
    cookie,
    forwarded: _,
    'x-forwarded-for': __,
    'x-forwarded-proto': ___,
    'x-forwarded-host': ____,
    'x-real-ip': _____,
    ...rest
  } = headers;
  if (isOnThisMachine(request)) return rest;
  const chain = isBehindProxies ? [...(request.ips ?? [request.ip])].reverse() : [request.ip];
  return { ...rest, 'x-forwarded-for': chain.join(', '), 'x-forwarded-proto': request.protocol, 'x-forwarded-host': request.host };
}

function answerAway(reply: FastifyReply, error: Error, service: ServiceName): void {
  const isRefused = codesOf(error).some((code) => code === 'ECONNREFUSED' || code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ENOTFOUND');
  const what = isRefused
    ? 'Nothing was done: try again shortly.'
    : 'Whether it was done is not known: read the state, or repeat with the same Idempotency-Key.';
  reply.header('retry-after', '1');
  sendProblem(reply, problem(503, 'service_away', `${service} does not answer. ${what}`, { service }));
}

function codesOf(error: unknown): unknown[] {
  const codes: unknown[] = [];
  for (let e = error; e instanceof Error; e = e.cause) codes.push((e as { code?: unknown }).code);
  return codes;
}
