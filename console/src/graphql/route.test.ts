import { transient } from '@microshop/chassis/errors';
import { createHttpServer, type HttpServer } from '@microshop/chassis/http/server';
import { createLogger } from '@microshop/chassis/logger';
import { buildSchema, type GraphQLNamedType, isEnumType, isInputObjectType, isObjectType } from 'graphql/index.js';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createAccess, useSessions } from '../http/session.ts';
import type { EntryDocument, OrderDocument } from '../projection/collections.ts';
import { firstSeen } from '../projection/fold-order.ts';
import type { GraphqlQueries } from './resolvers.ts';
import { graphqlRoute, MAX_QUERY, schemaText } from './route.ts';

const at = (n: number) => new Date(Date.UTC(2026, 0, 1, 12, 0, n));
const orderOf = (n: number, more: Partial<OrderDocument> = {}): OrderDocument => ({ ...firstSeen(`o-${n}`, at(n)), ...more });

const entryOf = (orderId: string, n: number, more: Partial<EntryDocument> = {}): EntryDocument => ({
  _id: `points/0@${n}`,
  orderId,
  lane: 'loyalty-svc',
  type: 'PointsDeducted',
  eventId: `e-${n}`,
  appendedAt: at(n),
  topic: 'points',
  partition: 0,
  offset: String(n),
  headers: {},
  payload: `{"n":${n}}`,
  ...more,
});

/** Three orders, of two customers, with three records each; the last record repeats the first. */
function fakeQueries() {
  const all = [
    orderOf(3, { customerId: 'ada' }),
    orderOf(2, { customerId: 'bob', totalPrice: 2 ** 40, currency: 'EUR' }),
    orderOf(1, { customerId: 'ada' }),
  ];
  const entries = (orderId: string) => [entryOf(orderId, 1), entryOf(orderId, 2), entryOf(orderId, 3, { eventId: 'e-1' })];
  return {
    orders: {
      list: vi.fn<GraphqlQueries['orders']['list']>(async () => ({ data: all, nextCursor: 'more' })),
      find: vi.fn<GraphqlQueries['orders']['find']>(async (orderId) => all.find(({ _id }) => _id === orderId) ?? null),
      ofCustomers: vi.fn<GraphqlQueries['orders']['ofCustomers']>(
        async (ids) => new Map(ids.map((id) => [id, { data: all.filter(({ customerId }) => customerId === id), nextCursor: null }])),
      ),
      timelines: vi.fn<GraphqlQueries['orders']['timelines']>(
        async (ids) => new Map(ids.map((id) => [id, { entries: entries(id), isWhole: true }])),
      ),
    },
    stock: {
      list: vi.fn<GraphqlQueries['stock']['list']>(async () => ({ data: [], nextCursor: null })),
      find: vi.fn<GraphqlQueries['stock']['find']>(async () => null),
      histories: vi.fn<GraphqlQueries['stock']['histories']>(async () => new Map()),
    },
    customers: {
      find: vi.fn<GraphqlQueries['customers']['find']>(async () => null),
      findAll: vi.fn<GraphqlQueries['customers']['findAll']>(async (ids) =>
        ids.map((_id) => ({ _id, balance: 7, version: 1, toldAt: at(1), toldBy: 'e-1' })),
      ),
      movements: vi.fn<GraphqlQueries['customers']['movements']>(async () => new Map()),
    },
    lowStock: 5,
  };
}

let app: HttpServer;
let queries: ReturnType<typeof fakeQueries>;
afterEach(() => app.close());

async function startServer({ isOpen = true } = {}): Promise<void> {
  queries = fakeQueries();
  const logger = createLogger({ name: 'test', level: 'silent' });
  const service = { name: 'test', version: '1', description: '' };
  app = await createHttpServer({ service, logger, operatorToken: 'operators', checks: async () => ({}) });
  await app.register(async (scope) => {
    const inner = scope as HttpServer;
    useSessions(inner);
    await graphqlRoute(inner, { ...queries, access: createAccess(inner, { isOpen }) });
  });
}

async function ask(payload: object | string, headers: Record<string, string> = {}) {
  const body = typeof payload === 'string' ? { query: payload } : payload;
  const answer = await app.inject({ method: 'POST', url: '/console/graphql', payload: body, headers: { host: '127.0.0.1', ...headers } });
  return { status: answer.statusCode, body: answer.json() };
}

describe('a query', () => {
  test('of a list and what belongs to it is one reading for each level, however long the list is', async () => {
    await startServer();
    const { status, body } = await ask(
      '{ orders { nodes { orderId timeline { nodes { type } } customer { balance orders { nodes { orderId } } } } } }',
    );
    expect([status, body.errors]).toEqual([200, undefined]);
    expect(
      body.data.orders.nodes.map((order: { customer: { orders: { nodes: { orderId: string }[] } } }) =>
        order.customer.orders.nodes.map(({ orderId }) => orderId),
      ),
    ).toEqual([['o-3', 'o-1'], ['o-2'], ['o-3', 'o-1']]);
    const { list, timelines, ofCustomers } = queries.orders;
    expect([list, timelines, ofCustomers, queries.customers.findAll].map(({ mock }) => mock.calls.length)).toEqual([1, 1, 1, 1]);
  });

  test('goes on after a cursor, and a record that repeats another is still told as one', async () => {
    await startServer();
    const query =
      'query ($after: String) { order(orderId: "o-1") { timeline(first: 2, after: $after) { isWhole nodes { kind payload } pageInfo { hasNextPage hasPreviousPage endCursor } } } }';
    const first = (await ask(query)).body.data.order.timeline;
    expect(first).toMatchObject({
      isWhole: true,
      nodes: [{ kind: 'event', payload: { n: 1 } }, { kind: 'event' }],
      pageInfo: { hasNextPage: true, hasPreviousPage: false },
    });
    const next = (await ask({ query, variables: { after: first.pageInfo.endCursor } })).body.data.order.timeline;
    expect(next).toMatchObject({ nodes: [{ kind: 'repeat', payload: { n: 3 } }], pageInfo: { hasNextPage: false, hasPreviousPage: true } });
  });

  test('has its filter, its cursors and amounts above 32 bits', async () => {
    await startServer();
    const query =
      '{ orders(first: 2, after: "c", filter: { status: rejected, from: "2026-01-01T00:00:00+01:00", sku: "MUG", hasDeadLetters: true, idPrefix: "AB" }) { edges { cursor } nodes { total { amount } } } }';
    const { orders } = (await ask(query)).body.data;
    expect(orders.nodes[1]).toEqual({ total: { amount: 2 ** 40 } });
    expect(new Set(orders.edges.map(({ cursor }: { cursor: string }) => cursor)).size).toBe(3);
    const filter = { status: 'rejected', from: new Date('2025-12-31T23:00:00Z'), sku: 'MUG', dead: true, idPrefix: 'ab' };
    expect(queries.orders.list).toHaveBeenCalledExactlyOnceWith(filter, { limit: 2, cursor: 'c' });
  });
});

describe('what is wrong with a query is said in one sentence that names the field', () => {
  test.each<[what: string, payload: object | string, status: number, says: string | RegExp]>([
    ['no GraphQL', '{ orders', 400, /^Syntax Error: Expected Name/],
    ['a syntax tree as JSON', '{"kind":"Document","definitions":[{}]}', 400, /^Syntax Error/],
    ['an unknown field', '{ orders { nodes { email } } }', 400, 'Cannot query field "email" on type "Order".'],
    ['a mutation', 'mutation { cancel }', 400, /mutation/i],
    ['a missing operation', { query: 'query a { __typename } query b { __typename }' }, 400, /operation/],
    ['a page that is too long', '{ orders(first: 101) { nodes { orderId } } }', 400, 'orders(first:) is 101; it must be from 1 to 100.'],
    [
      'a variable of another type',
      { query: 'query ($n: Int!) { orders(first: $n) { nodes { orderId } } }', variables: { n: 'ten' } },
      400,
      /^Variable "\$n"/,
    ],
    [
      'a time that is none',
      '{ orders(filter: { from: "soon" }) { nodes { orderId } } }',
      400,
      /^Expected value of type "DateTime", found "soon"/,
    ],
    [
      'a search that is too long',
      `{ products(search: "${'x'.repeat(65)}") { nodes { sku } } }`,
      200,
      'products: search may have 64 characters, and no NUL.',
    ],
    ['a search for NUL', '{ products(search: "a\\u0000") { nodes { sku } } }', 200, /^products: search may/],
    [
      'a cursor of elsewhere',
      '{ order(orderId: "o-1") { timeline(after: "nonsense") { isWhole } } }',
      200,
      /^order.timeline: The cursor is not one/,
    ],
    ['too many words', `{ ${'a: order(orderId: "o-1") { orderId } '.repeat(200)} }`, 400, /more that 1000 tokens/],
  ])('%s', async (_, payload, status, says) => {
    await startServer();
    const answer = await ask(payload);
    expect(answer.status).toBe(status);
    expect(answer.body.errors[0].message).toMatch(says);
  });

  test.each<[what: string, payload: object, pointer: string]>([
    ['no query', {}, '/query'],
    ['too long a query', { query: `{ orders { nodes { orderId } } }${' '.repeat(MAX_QUERY)}` }, '/query'],
    ['variables that are a list', { query: '{ __typename }', variables: [] }, '/variables'],
  ])('%s is no request', async (_, payload, pointer) => {
    await startServer();
    const { status, body } = await ask(payload);
    expect([status, body.code, body.errors[0].pointer]).toEqual([400, 'invalid_request', pointer]);
  });
});

test('a database that is away, and what breaks, is answered as everywhere', async () => {
  await startServer();
  queries.orders.timelines.mockRejectedValueOnce(transient('database_unavailable', 'The database is away. Try again shortly.'));
  const query = '{ order(orderId: "o-1") { timeline { isWhole } } }';
  expect(await ask(query)).toMatchObject({ status: 503, body: { code: 'database_unavailable' } });
  queries.orders.timelines.mockRejectedValueOnce(new Error('secret'));
  const { status, body } = await ask(query);
  expect([status, body.code, JSON.stringify(body).includes('secret')]).toEqual([500, 'internal_error', false]);
});

describe('who may ask', () => {
  const schemaQuery = '{ __schema { queryType { name } } }';

  test('is who may read the pages: in production operators alone, also for the schema', async () => {
    await startServer({ isOpen: false });
    expect(await ask(schemaQuery)).toMatchObject({ status: 401, body: { code: 'operator_token_required' } });
    expect(await ask(schemaQuery, { authorization: 'Bearer operators' })).toMatchObject({ status: 200, body: { data: { __schema: {} } } });
  });

  test('is not a page of another origin, nor a form', async () => {
    await startServer({ isOpen: false });
    const cookie = `microshop-console=${Buffer.from('operators').toString('base64url')}.`;
    expect((await ask(schemaQuery, { cookie, origin: 'http://127.0.0.1:3000' })).status).toBe(401);
    expect((await ask(schemaQuery, { cookie, origin: 'http://127.0.0.1' })).status).toBe(200);
    const form = await app.inject({
      method: 'POST',
      url: '/console/graphql',
      payload: 'query={__typename}',
      headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: 'Bearer operators' },
    });
    expect(form.statusCode).toBe(415);
    expect((await app.inject({ method: 'GET', url: '/console/graphql?query={__typename}' })).statusCode).toBe(405);
  });
});

test('every type, field and argument of the schema is described', () => {
  const own = Object.values(buildSchema(schemaText).getTypeMap()).filter(
    ({ name }) => !name.startsWith('__') && !['String', 'Int', 'Boolean', 'ID'].includes(name),
  );
  const described = (type: GraphQLNamedType): [string, string | null | undefined][] => {
    if (isEnumType(type)) return type.getValues().map(({ name, description }) => [`${type.name}.${name}`, description]);
    if (isInputObjectType(type))
      return Object.values(type.getFields()).map(({ name, description }) => [`${type.name}.${name}`, description]);
    if (!isObjectType(type)) return [];
    return Object.values(type.getFields()).flatMap(({ name, description, args }) => [
      [`${type.name}.${name}`, description],
      ...args.map((arg): [string, string | null | undefined] => [`${type.name}.${name}(${arg.name}:)`, arg.description]),
    ]);
  };
  const all = own.flatMap((type) => [[type.name, type.description] as const, ...described(type)]);
  expect(all.filter(([, description]) => !description).map(([name]) => name)).toEqual([]);
});
