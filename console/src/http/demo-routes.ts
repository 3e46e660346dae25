import { refused } from '@microshop/chassis/errors';
import { problemResponse } from '@microshop/chassis/http/problem';
import { withBody } from '@microshop/chassis/http/responses';
import type { HttpServer } from '@microshop/chassis/http/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SignJWT } from 'jose';
import { DemoCustomers, DemoToken, DemoTokenRequest } from '../api/session.ts';
import type { ConsoleConfig } from '../config.ts';
import type { Customers } from '../shop/customers.ts';
import { type Access, isOnThisMachine } from './session.ts';

const HOUR_S = 3600;
const tags = ['demo'];
const notHere = { 403: problemResponse('`loopback_only`: not from this machine, and no operator') };

/** Lets the demo shop be any customer. In production these routes are not there. */
export function demoRoutes(
  app: HttpServer,
  { customers, config, access }: { customers: Customers; config: ConsoleConfig; access: Access },
): void {
  if (config.NODE_ENV === 'production') return;

  /** Whoever may be any customer anyway. */
  async function onRequest(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (isOnThisMachine(request) || (await access.isOperator(request, reply))) return;
    throw refused(403, 'loopback_only', 'Demo customers are for this machine, and for operators.');
  }

  app.get(
    '/console/demo/customers',
    { onRequest, schema: { tags, summary: 'Whom the demo shop can be', response: { 200: DemoCustomers, ...withBody, ...notHere } } },
    async () => ({ data: await customers.some() }),
  );

  app.post(
    '/console/demo-token',
    {
      onRequest,
      schema: {
        tags,
        summary: 'A token of a demo customer, for an hour',
        body: DemoTokenRequest,
        response: { 200: DemoToken, ...withBody, ...notHere },
      },
    },
    async ({ body: { customerId } }) => tokenOf(customerId, config),
  );
}

async function tokenOf(customerId: string, config: ConsoleConfig): Promise<DemoToken> {
  const { AUTH_JWT_SECRET: secret, AUTH_JWKS_URL, AUTH_ISSUER, AUTH_AUDIENCE, AUTH_SUBJECT_CLAIM } = config;
  if (AUTH_JWKS_URL !== undefined) throw refused(409, 'other_issuer', 'The tokens of this shop are made at AUTH_JWKS_URL: get one there.');
  if (secret === undefined) return { customerId, token: null, expiresAt: null };
  const expiresS = Math.floor(Date.now() / 1000) + HOUR_S;
  const token = new SignJWT({ [AUTH_SUBJECT_CLAIM]: customerId }).setProtectedHeader({ alg: 'HS256' }).setExpirationTime(expiresS);
  if (AUTH_ISSUER !== undefined) token.setIssuer(AUTH_ISSUER);
  if (AUTH_AUDIENCE !== undefined) token.setAudience(AUTH_AUDIENCE);
  return { customerId, token: await token.sign(new TextEncoder().encode(secret)), expiresAt: new Date(expiresS * 1000).toISOString() };
}
