import type { FastifyRequest } from 'fastify';
import type { Cause } from '../events/event.ts';

/** What a request's events say about where they come from: the request, and the caller's trace. */
export function causeOf({ id, headers: { traceparent } }: FastifyRequest): Cause {
  return { causationId: id, ...(typeof traceparent === 'string' && { traceparent }) };
}
