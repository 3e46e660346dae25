import { Problem } from '@microshop/chassis/http/problem';
import { Order } from '@microshop/contracts/http';
import type { OpenAPI3 } from 'openapi-typescript';
import Type from 'typebox';
import { expect, it } from 'vitest';
import { typesOf } from './types.ts';

const answer = (schema: object) => ({ description: 'An answer', content: { 'application/json': { schema } } });
/** As a service writes it: every schema where it is used. */
const document = {
  openapi: '3.1.0',
  info: { title: 'demo-svc', version: '1' },
  paths: {
    '/livez': { get: { responses: { 200: answer(Type.Object({ status: Type.String() })) } } },
    '/orders': {
      get: {
        parameters: [{ in: 'query', name: 'limit', required: false, schema: Type.Integer({ default: 20 }) }],
        responses: {
          200: answer(Type.Object({ data: Type.Array({ ...Order, description: 'Described here' }) })),
          400: answer(Problem),
        },
      },
    },
  },
} as unknown as OpenAPI3;

it('schemas of the contracts keep their names, inside of others, too', async () => {
  const types = await typesOf('order-svc', document);
  expect(types).toContain('data: components["schemas"]["Order"][];');
  expect(types).toContain('"application/json": components["schemas"]["Problem"];');
  expect(types).toMatch(/Order: \{[^}]*items: components\["schemas"\]\["OrderLine"\]\[\];/);
});

it('a parameter with a default may be left out, and health is not for clients', async () => {
  const types = await typesOf('order-svc', document);
  expect(types).toContain('limit?: number;');
  expect(types).not.toContain('livez');
});
