import rateLimit from '@fastify/rate-limit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { callerOf, isFromHere } from './caller.ts';
import { sendProblem } from './error-handler.ts';
import type { HttpServer } from './instance.ts';
import { problem, problemResponse } from './problem.ts';

export type Quota = {
  /** How callers see it in `RateLimit`: lower_snake_case. */
  name: string;
  /** Requests in a window of a minute; 0 is no limit. Absent: `standard`, and none on this machine itself. */
  perMinute: number | undefined;
  standard: number;
  /** Whose requests are counted together; absent: those of one address, of one /64 with IPv6. */
  keyOf?: (request: FastifyRequest) => string;
};

export type LimitRate = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

const WINDOW_S = 60;

export const rateAnswer = {
  429: problemResponse('Too many requests of one caller or address: `rate_limited`; Retry-After says when to come again'),
};

/**
 * A preHandler hook that counts the requests of a route against each quota, in this instance, operators' apart. Tells callers how they stand in `RateLimit` and
 * `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-10), and answers 429 `rate_limited` with Retry-After beyond a quota.
 */
export async function createRateLimit(app: HttpServer, quotas: readonly Quota[]): Promise<LimitRate> {
  if (!app.hasDecorator('createRateLimit')) await app.register(rateLimit, { global: false });
  const counters = quotas.map((quota) => {
    const max = quota.perMinute ?? quota.standard;
    const { keyOf } = quota;
    return { ...quota, max, count: app.createRateLimit({ max, timeWindow: WINDOW_S * 1000, ...(keyOf && { keyGenerator: keyOf }) }) };
  });
  return async (request, reply) => {
    if (callerOf(request).kind === 'operator') return;
    const fromHere = isFromHere(request);
    const inForce = counters.filter(({ perMinute }) => (perMinute === undefined ? !fromHere : perMinute > 0));
    if (inForce.length === 0) return;
    const stands = await Promise.all(inForce.map(async ({ name, max, count }) => ({ name, max, ...standOf(await count(request)) })));
    reply.header('ratelimit-policy', stands.map(({ name, max }) => `"${name}";q=${max};w=${WINDOW_S}`).join(', '));
    reply.header('ratelimit', stands.map(({ name, remaining, resetS }) => `"${name}";r=${remaining};t=${resetS}`).join(', '));
    const violated = stands.filter(({ isExceeded }) => isExceeded);
    if (violated.length === 0) return;
    const waitS = Math.max(...violated.map(({ resetS }) => resetS));
    reply.header('retry-after', String(waitS));
    const detail = `Too many requests: nothing was done. Try again in ${waitS} s.`;
    sendProblem(reply, problem(429, 'rate_limited', detail, { 'violated-policies': violated.map(({ name }) => name) }));
    return reply;
  };
}

type Count = Awaited<ReturnType<ReturnType<HttpServer['createRateLimit']>>>;

const standOf = (count: Count) =>
  count.isAllowed
    ? { remaining: 0, resetS: 0, isExceeded: false }
    : { remaining: count.remaining, resetS: Math.max(1, count.ttlInSeconds), isExceeded: count.isExceeded };
