import { isLoopback } from '@microshop/chassis/config';
import { findAppError } from '@microshop/chassis/errors';
import type { CallerGuard } from '@microshop/chassis/http/caller';
import { isFromHere } from '@microshop/chassis/http/caller';
import type { HttpServer } from '@microshop/chassis/http/server';
import type { FastifyReply, FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** What the operator of the session signs with. */
    operatorName: string | undefined;
  }
}

export const COOKIE = 'microshop-console';
/** The cookie never goes to /api: what the shop asks there it asks as the customer. */
const COOKIE_PATH = '/console';

type Kept = { token: string; name?: string | undefined };

/**
 * Lets the console's own pages speak as the operator who signed in: the session cookie becomes the request's bearer token, so that every guard, here and
 * in the services behind the proxy, sees one. A page of another origin gets nothing of it, whatever the browser sends along.
 */
export function useSessions(app: HttpServer): void {
  app.decorateRequest('operatorName', undefined);
  app.addHook('onRequest', async (request) => {
    if (request.headers.authorization !== undefined || !request.url.startsWith(`${COOKIE_PATH}/`)) return;
    const kept = keptIn(request.headers.cookie);
    if (!kept || !isOfOwnPage(request)) return;
    request.headers.authorization = `Bearer ${kept.token}`;
    request.operatorName = kept.name;
  });
}

function keptIn(cookies: string | undefined): Kept | undefined {
  const value = cookies
    ?.split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${COOKIE}=`))
    ?.slice(COOKIE.length + 1);
  if (!value) return undefined;
  const [token = '', name = ''] = value.split('.').map((part) => Buffer.from(part, 'base64url').toString());
  return token === '' ? undefined : { token, ...(name !== '' && { name }) };
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** SameSite=Strict lets other ports of this host pass; what the browser says of the origin does not. */
export function isOfOwnPage({ method, host, headers }: FastifyRequest): boolean {
  if (SAFE.has(method))
    return headers['sec-fetch-site'] === undefined || ['same-origin', 'none'].includes(String(headers['sec-fetch-site']));
  const { origin } = headers;
  return origin !== undefined && URL.canParse(origin) && new URL(origin).host === host;
}

export function keepSession(request: FastifyRequest, reply: FastifyReply, { token, name = '' }: Kept): void {
  const value = [token, name.trim()].map((part) => Buffer.from(part).toString('base64url')).join('.');
  setCookie(request, reply, value);
}

export const endSession = (request: FastifyRequest, reply: FastifyReply): void => setCookie(request, reply, '', '; Max-Age=0');

function setCookie({ protocol }: FastifyRequest, reply: FastifyReply, value: string, more = ''): void {
  const secure = protocol === 'https' ? '; Secure' : '';
  reply.header('set-cookie', `${COOKIE}=${value}; Path=${COOKIE_PATH}; HttpOnly; SameSite=Strict${secure}${more}`);
}

export type Access = {
  /** Operators; in development whoever is on this machine, too. */
  read: CallerGuard;
  mayRead(request: FastifyRequest, reply: FastifyReply): Promise<boolean>;
  isOperator(request: FastifyRequest, reply: FastifyReply): Promise<boolean>;
};

/** Orders, letters and topics hold persons: outside of development they are for operators only. */
export function createAccess(app: HttpServer, { isOpen }: { isOpen: boolean }): Access {
  const guard = (request: FastifyRequest, reply: FastifyReply) => app.requireOperator.call(app, request, reply);
  const isOperator = (request: FastifyRequest, reply: FastifyReply) =>
    guard(request, reply).then(
      () => true,
      (error: unknown) => {
        if (findAppError(error)?.kind !== 'refused') throw error;
        reply.removeHeader('www-authenticate');
        return false;
      },
    );
  const isHere = (request: FastifyRequest) => isOpen && isOnThisMachine(request);
  return {
    isOperator,
    async read(request, reply) {
      if (!isHere(request)) await guard(request, reply);
    },
    mayRead: async (request, reply) => isHere(request) || (await isOperator(request, reply)),
  };
}

/** The connection comes from this machine, and for this machine: a name that an attacker's page has made to mean 127.0.0.1 is not its name. */
export const isOnThisMachine = (request: FastifyRequest): boolean =>
  isFromHere(request) && isLoopback(request.hostname.replace(/^\[|\]$/g, ''));

/** Who signs what is done: the name given at the sign-in. Everybody who has the token can give any. */
export const signatureOf = ({ operatorName }: FastifyRequest): string => operatorName ?? 'operator';
