import { STATUS_CODES } from 'node:http';
import { type Static, Type } from 'typebox';

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** One faulty field of a body (`pointer`, RFC 6901) or one faulty parameter (`parameter` and `in`). */
export const Fault = Type.Object(
  {
    pointer: Type.Optional(Type.String({ description: 'JSON Pointer of the faulty field in the body', examples: ['/items/0/quantity'] })),
    parameter: Type.Optional(Type.String({ description: 'Name of the faulty parameter' })),
    in: Type.Optional(Type.Enum(['query', 'path', 'header'])),
    detail: Type.Optional(Type.String()),
  },
  { additionalProperties: true },
);
export type Fault = Static<typeof Fault>;

/** An RFC 9457 problem document. Clients match on `code`, which is stable; further members depend on it. */
export const Problem = Type.Object(
  {
    type: Type.String({ description: 'about:blank: `code` tells what happened' }),
    title: Type.String({ description: 'The phrase of the HTTP status' }),
    status: Type.Integer({ minimum: 400, maximum: 599 }),
    code: Type.String({ description: 'Stable, lower_snake_case', examples: ['invalid_request'] }),
    detail: Type.String({ description: 'What happened and what to do, for people' }),
    instance: Type.Optional(Type.String()),
    errorId: Type.Optional(Type.String({ description: 'Finds the log line of an internal error' })),
    errors: Type.Optional(Type.Array(Fault)),
  },
  { additionalProperties: true, title: 'Problem' },
);
export type Problem = Static<typeof Problem>;

/** A problem document; `extensions` are further members and never replace the standard ones. */
export function problem(status: number, code: string, detail: string, extensions: Record<string, unknown> = {}): Problem {
  const standard = { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, code, detail };
  return { ...standard, ...extensions, ...standard };
}

/** The entry of a route's `schema.response` for a status that is answered with a problem document. */
export const problemResponse = (description: string) => ({ description, content: { [PROBLEM_MEDIA_TYPE]: { schema: Problem } } }) as const;
