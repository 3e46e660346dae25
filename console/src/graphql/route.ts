import { readFileSync } from 'node:fs';
import { AppError, findAppError } from '@microshop/chassis/errors';
import { always, withBody } from '@microshop/chassis/http/responses';
import type { HttpServer } from '@microshop/chassis/http/server';
import { type ExecutionResult, GraphQLError, type GraphQLFormattedError, parse } from 'graphql/index.js';
import mercurius from 'mercurius';
import Type from 'typebox';
import { readAnswers } from '../http/answers.ts';
import type { Access } from '../http/session.ts';
import { checkLimits } from './limits.ts';
import { type GraphqlQueries, loadersOf, resolversOf } from './resolvers.ts';

declare module 'mercurius' {
  interface MercuriusContext {
    operationName?: string | null | undefined;
  }
}

export const MAX_QUERY = 8192;
const parseOptions = { maxTokens: 1000 };

export const schemaText = readFileSync(new URL('./schema.graphql', import.meta.url), 'utf8');

const Request = Type.Object(
  {
    query: Type.String({
      minLength: 1,
      maxLength: MAX_QUERY,
      description: 'A GraphQL document',
      examples: ['{ orders { nodes { orderId } } }'],
    }),
    variables: Type.Optional(Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()])),
    operationName: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    extensions: Type.Optional(Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()])),
  },
  { additionalProperties: false },
);
const Answer = Type.Object({ data: Type.Optional(Type.Unknown()), errors: Type.Optional(Type.Array(Type.Unknown())) });
const Refusal = Type.Object({ errors: Type.Array(Type.Unknown()) });
const refused = {
  description: 'The query is refused, or the request is malformed',
  content: { 'application/json': { schema: Refusal }, ...always[400].content },
};

/** `POST /console/graphql`: queries of the console's own documents, for whoever may read its pages. */
export async function graphqlRoute(app: HttpServer, { access, ...queries }: GraphqlQueries & { access: Access }): Promise<void> {
  await app.register(mercurius, {
    schema: schemaText,
    resolvers: resolversOf(queries),
    loaders: loadersOf(queries),
    graphql: { parseOptions },
    routes: false,
    cache: false,
    errorFormatter: ({ data, errors = [] }) => ({ statusCode: 200, response: { data: data ?? null, errors: errors.map(fieldError) } }),
  });
  app.graphql.addHook('preExecution', async (schema, document, { operationName }, variables) => {
    checkLimits(schema, document, { operationName, variables });
  });
  app.post(
    '/console/graphql',
    {
      onRequest: access.read,
      schema: {
        tags: ['graphql'],
        summary: 'Orders, products and customers, by a GraphQL query',
        body: Request,
        response: { 200: Answer, ...withBody, ...readAnswers, 400: refused },
      },
    },
    async (request, reply) => {
      const { query, variables, operationName } = request.body;
      try {
        // Mercurius would take what is no GraphQL for a syntax tree in JSON, and not check it.
        parse(query, parseOptions);
        const { data, errors } = await reply.graphql(query, { operationName }, variables ?? {}, operationName ?? undefined);
        return { data, ...(errors && { errors: [...errors] }) };
      } catch (error) {
        const errors = queryErrors(error);
        if (!errors) throw error;
        return reply.code(400).type('application/json').send({ errors });
      }
    },
  );
}

/** What is wrong with the query itself; undefined: it is something else that went wrong. */
function queryErrors(error: unknown): GraphQLFormattedError[] | undefined {
  if (error instanceof GraphQLError) return [error.toJSON()];
  if (error instanceof AppError && error.kind === 'invalid') return [{ message: error.message, extensions: { code: error.code } }];
  const { code, errors } = error as { code?: unknown; errors?: readonly GraphQLError[] };
  return code === 'MER_ERR_GQL_VALIDATION' ? errors?.map((one) => one.toJSON()) : undefined;
}

/** A field's arguments are wrong; anything else is the whole request's failure, answered as everywhere. */
function fieldError(error: NonNullable<ExecutionResult['errors']>[number]): GraphQLFormattedError {
  const { originalError, path = [] } = error;
  const known = findAppError(originalError);
  if (known?.kind !== 'invalid') throw originalError ?? error;
  const field = path.filter((step) => typeof step === 'string').join('.');
  return { message: `${field}: ${known.message}`, path, extensions: { code: known.code } };
}
