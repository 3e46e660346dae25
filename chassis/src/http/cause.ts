import type { FastifyRequest } from 'fastify';
import type { Cause } from '../events/event.ts';

/** What a request's events say about where they come from: the request, and its place in the caller's trace. */
export const causeOf = ({ id, trace }: FastifyRequest): Cause => ({ causationId: id, ...trace });
