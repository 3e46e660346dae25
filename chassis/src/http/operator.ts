import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifySchema } from 'fastify';
import { refused } from '../errors.ts';
import type { OperatorGuard } from './instance.ts';
import { problemResponse } from './problem.ts';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/**
 * An onRequest hook that lets operators pass: `Authorization: Bearer <token>`, compared in constant time. Anyone else gets 401 `operator_token_required`,
 * and everyone does when no token is configured.
 */
export function createOperatorGuard(token: string | undefined): OperatorGuard {
  const expected = token === undefined ? undefined : digest(token);
  return async (request, reply) => {
    const [, given] = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '') ?? [];
    // Digests have one length, which timingSafeEqual needs and which tells nothing about the token's.
    if (expected && given && timingSafeEqual(digest(given), expected)) return;
    reply.header('www-authenticate', 'Bearer');
    throw refused(401, 'operator_token_required', expected ? WITHOUT_TOKEN : UNCONFIGURED);
  };
}

const WITHOUT_TOKEN = "Operators only: send the operators' token as Authorization: Bearer <token>.";
const UNCONFIGURED = 'Operators only, and no token is accepted: OPERATOR_TOKEN is not set in this service.';

/** The schema of an operators' route: adds the security requirement and the 401 answer. Put `onRequest: app.requireOperator` beside it. */
export const operatorSchema = <const S extends FastifySchema>(schema: S) =>
  ({
    ...schema,
    security: [{ operator: [] as string[] }],
    response: { ...(schema.response as S['response'] & object), 401: problemResponse('The operator token is missing or wrong') },
  }) as const;
