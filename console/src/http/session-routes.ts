import { refused } from '@microshop/chassis/errors';
import { problemResponse } from '@microshop/chassis/http/problem';
import { always, withBody } from '@microshop/chassis/http/responses';
import type { HttpServer } from '@microshop/chassis/http/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { Session, SignIn } from '../api/session.ts';
import type { ConsoleConfig } from '../config.ts';
import { type Access, endSession, isOfOwnPage, keepSession } from './session.ts';

const tags = ['session'];

export function sessionRoutes(app: HttpServer, access: Access, config: ConsoleConfig): void {
  const { NODE_ENV: mode, SHOP_CURRENCY: currency, LOW_STOCK: lowStock } = config;
  async function sessionOf(request: FastifyRequest, reply: FastifyReply, name = request.operatorName): Promise<Session> {
    const isOperator = await access.isOperator(request, reply);
    const mayRead = isOperator || (await access.mayRead(request, reply));
    return { isOperator, mayRead, name: isOperator ? (name ?? null) : null, mode, currency, lowStock, hasDemo: mode !== 'production' };
  }

  app.get(
    '/console/session',
    { schema: { tags, summary: 'What the caller may do', response: { 200: Session, ...always } } },
    (request, reply) => sessionOf(request, reply),
  );

  app.post(
    '/console/session',
    {
      schema: {
        tags,
        summary: 'Sign in: the answer sets a cookie for the console’s pages',
        body: SignIn,
        response: {
          200: Session,
          ...withBody,
          401: problemResponse('`operator_token_required`'),
          403: problemResponse('`operators_only`, `other_origin`'),
        },
      },
    },
    async (request, reply) => {
      const { token, name } = request.body;
      if (request.headers.origin !== undefined && !isOfOwnPage(request))
        throw refused(403, 'other_origin', 'Sign in on the console’s own page.');
      request.headers.authorization = `Bearer ${token}`;
      await app.requireOperator.call(app, request, reply);
      keepSession(request, reply, { token, name });
      return sessionOf(request, reply, name?.trim());
    },
  );

  app.delete(
    '/console/session',
    { schema: { tags, summary: 'Sign out', response: { 204: Type.Null(), ...always } } },
    async (request, reply) => {
      endSession(request, reply);
      return reply.code(204).send(null);
    },
  );
}
