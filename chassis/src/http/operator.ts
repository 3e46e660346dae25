import type { FastifySchema } from 'fastify';
import { problemResponse } from './problem.ts';

/** The schema of an operators' route: adds the security requirement and the answers to others. Put `onRequest: app.requireOperator` beside it. */
export const operatorSchema = <const S extends FastifySchema>(schema: S) =>
  ({
    ...schema,
    security: [{ operator: [] as string[] }],
    response: {
      ...(schema.response as S['response'] & object),
      401: problemResponse('The operator token is missing or wrong: `operator_token_required`'),
      403: problemResponse("The token is not an operator's: `operators_only`"),
    },
  }) as const;

/** What a route behind `app.requireCaller` may answer to whom it does not let pass. */
export const callerAnswers = {
  401: problemResponse('Where tokens are needed, it is missing or wrong: `token_required`, `token_invalid`'),
  403: problemResponse('Without tokens configured, the caller is not on this machine: `loopback_only`'),
};
