import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isLoopback } from '../config.ts';
import { findAppError, refused } from '../errors.ts';
import type { VerifyToken } from './token.ts';

/** Who sent a request: an operator, the subject of a token, or, where no tokens are configured, somebody on this machine. */
export type Caller = { kind: 'operator' } | { kind: 'subject'; subject: string; email?: string } | { kind: 'local' };

/** An onRequest hook that lets some callers pass, and then `request.caller` tells which. */
export type CallerGuard = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

export type Guards = {
  /** Operators: by OPERATOR_TOKEN or the role `operator` of a JWT. Anyone else gets 401 `operator_token_required`, the holder of another JWT 403 `operators_only`. */
  requireOperator: CallerGuard;
  /** Whoever has a valid JWT, and operators; without tokens configured everybody on loopback (403 `loopback_only` for others). Else 401 `token_required` or `token_invalid`. */
  requireCaller: CallerGuard;
  /** As `requireOperator`, and subjects for what is theirs. */
  requireOperatorOr(isTheirs: (subject: string, request: FastifyRequest) => boolean): CallerGuard;
};

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Compares tokens with the one that is expected, in a time that tells nothing about it; without one no token is right. */
export function createTokenCheck(token: string | undefined): (given: string) => boolean {
  const expected = token === undefined ? undefined : digest(token);
  // Digests have one length, which timingSafeEqual needs and which tells nothing about the token's.
  return (given) => expected !== undefined && timingSafeEqual(digest(given), expected);
}

/** The guards of a server. `verify` is absent where no JWTs are taken. */
export function createGuards({ operatorToken, verify }: { operatorToken?: string | undefined; verify?: VerifyToken | undefined }): Guards {
  const isOperatorToken = createTokenCheck(operatorToken);

  async function callerOf(token: string): Promise<Caller | undefined> {
    if (isOperatorToken(token)) return { kind: 'operator' };
    if (!verify) return undefined;
    const { isOperator, ...holder } = await verify(token);
    return isOperator ? { kind: 'operator' } : { kind: 'subject', ...holder };
  }

  const requireOperatorOr: Guards['requireOperatorOr'] = (isTheirs) => async (request, reply) => {
    const token = bearerOf(request);
    const caller = token === undefined ? undefined : await callerOf(token).catch(transientOnly);
    if (caller?.kind === 'operator' || (caller?.kind === 'subject' && isTheirs(caller.subject, request))) {
      request.caller = caller;
      return;
    }
    if (caller) throw refused(403, 'operators_only', 'This is for operators, or about somebody else than the holder of this token.');
    reply.header('www-authenticate', 'Bearer');
    throw refused(401, 'operator_token_required', operatorToken !== undefined || verify ? WITHOUT_TOKEN : UNCONFIGURED);
  };

  return {
    requireOperatorOr,
    requireOperator: requireOperatorOr(() => false),
    async requireCaller(request, reply) {
      const token = bearerOf(request);
      if (!verify) {
        if (token !== undefined && isOperatorToken(token)) request.caller = { kind: 'operator' };
        else if (isFromHere(request)) request.caller = { kind: 'local' };
        else throw refused(403, 'loopback_only', FROM_ELSEWHERE);
        return;
      }
      if (token === undefined) {
        reply.header('www-authenticate', 'Bearer');
        throw refused(401, 'token_required', 'Send a token of this shop as Authorization: Bearer <token>.');
      }
      try {
        request.caller = await callerOf(token);
      } catch (error) {
        if (isRefusal(error)) reply.header('www-authenticate', 'Bearer error="invalid_token"');
        throw error;
      }
    },
  };
}

/** Who the guard of the route let pass; a route without one has no business to ask. */
export function callerOf(request: FastifyRequest): Caller {
  if (!request.caller) throw new Error(`${request.routeOptions.url} has no guard.`);
  return request.caller;
}

export const bearerOf = ({ headers }: FastifyRequest): string | undefined => /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];

/** A token that is no good is no token to operators' routes; that the keys are away is another matter. */
function transientOnly(error: unknown): undefined {
  if (isRefusal(error)) return undefined;
  throw error;
}

const isRefusal = (error: unknown): boolean => findAppError(error)?.kind === 'refused';

const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'];

/** From this machine itself: what a proxy on this machine hands on is not. */
export const isFromHere = ({ socket, headers }: FastifyRequest): boolean =>
  isLoopback(socket.remoteAddress ?? '') && FORWARDED.every((name) => headers[name] === undefined);

const WITHOUT_TOKEN = "Operators only: send the operators' token as Authorization: Bearer <token>.";
const UNCONFIGURED = 'Operators only, and no token is accepted: OPERATOR_TOKEN is not set in this service.';
const FROM_ELSEWHERE =
  'Only callers on the machine itself are served, because this service can not tell customers apart: AUTH_JWKS_URL and AUTH_JWT_SECRET are not set.';
