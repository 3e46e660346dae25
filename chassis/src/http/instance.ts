import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyBaseLogger, FastifyInstance, RawReplyDefaultExpression, RawRequestDefaultExpression, RawServerDefault } from 'fastify';
import type { Caller, Guards } from './caller.ts';

declare module 'fastify' {
  interface FastifyInstance extends Guards {
    /** Aborted when the server begins to close: handlers that wait answer now. */
    drain: AbortSignal;
    /** The `security` of routes behind `requireCaller`, for their schemas: empty where no token is needed. */
    callerSecurity: { security?: Record<string, string[]>[] };
  }
  interface FastifyRequest {
    /** Who the route's guard let pass; read it with `callerOf`. */
    caller: Caller | undefined;
  }
  interface FastifyContextConfig {
    /** Whether the answer is a stream that stays open. */
    isStream?: boolean;
  }
}

/** A fastify instance whose routes are typed by their TypeBox schemas. */
export type HttpServer = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;
