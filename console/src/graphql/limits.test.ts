import { buildSchema, getIntrospectionQuery, parse, validate } from 'graphql/index.js';
import { expect, test } from 'vitest';
import { checkLimits, MAX_COST, MAX_DEPTH, MAX_FIRST, PLAIN_LIST } from './limits.ts';
import { schemaText } from './route.ts';

const schema = buildSchema(schemaText);

function costOf(query: string, variables: Record<string, unknown> = {}): number {
  const document = parse(query);
  expect(validate(schema, document)).toEqual([]);
  return checkLimits(schema, document, { variables });
}

test.each<[query: string, cost: number]>([
  ['{ order(orderId: "a") { orderId status } }', 3],
  ['{ order(orderId: "a") { lines { sku quantity } } }', 2 + 2 * PLAIN_LIST],
  ['{ orders(first: 7) { nodes { orderId } pageInfo { endCursor } } }', 2 + 7 + 2],
  ['{ orders { nodes { orderId } } }', 2 + 20],
  ['{ orders(first: 7) { edges { cursor node { timeline(first: 5) { nodes { type } } } } } }', 2 + 7 + 7 + 7 + 7 + 7 * 5],
  ['{ a: order(orderId: "a") { ...id } b: order(orderId: "b") { ...id ... { status } } } fragment id on Order { orderId }', 5],
  [getIntrospectionQuery(), 1],
])('%s costs %i', (query, cost) => {
  expect(costOf(query)).toBe(cost);
});

test('a variable is counted with its value, or with its default', () => {
  const query = 'query ($n: Int! = 3) { orders(first: $n) { nodes { orderId } } }';
  expect([costOf(query), costOf(query, { n: 9 })]).toEqual([2 + 3, 2 + 9]);
});

/** Customers of orders of customers, so many times. */
const nested = (times: number, leaf = 'customerId'): string =>
  `{ orders(first: 1) { nodes { ${'customer { orders(first: 1) { nodes { '.repeat(times)}${leaf}${' } } }'.repeat(times)} } } }`;
const many = (depth: number) =>
  Array.from(
    { length: depth },
    (_, n) =>
      `fragment f${n} on Order { ${n === 0 ? 'a: timeline { nodes { type } }' : `customer { orders(first: 1) { nodes { ...f${n - 1} } } }`} }`,
  );

test.each<[what: string, query: string, code: string, message: string]>([
  [
    'too deep',
    nested(4),
    'query_too_deep',
    `orders.nodes.customer.orders.nodes.customer.orders.nodes.customer.orders.nodes.customer.orders is 13 levels deep; a query may have ${MAX_DEPTH}.`,
  ],
  ['too deep through fragments', `{ orders(first: 1) { nodes { ...f4 } } } ${many(5).join(' ')}`, 'query_too_deep', '13 levels deep'],
  [
    'too costly',
    '{ orders(first: 100) { nodes { timeline(first: 100) { nodes { type topic kind } } } } }',
    'query_too_costly',
    `With orders.nodes.timeline.nodes.topic the query costs more than ${MAX_COST}`,
  ],
  ['a page of none', '{ orders(first: 0) { nodes { orderId } } }', 'first_out_of_range', 'orders(first:) is 0'],
  ['a page of less', '{ products(first: -3) { nodes { sku } } }', 'first_out_of_range', 'products(first:) is -3'],
  [
    'too long a page, inside',
    '{ order(orderId: "a") { timeline(first: 101) { nodes { type } } } }',
    'first_out_of_range',
    `order.timeline(first:) is 101; it must be from 1 to ${MAX_FIRST}.`,
  ],
])('%s is refused with a sentence that names the field and the limit', (_, query, code, message) => {
  expect(() => costOf(query)).toThrow(expect.objectContaining({ kind: 'invalid', code, message: expect.stringContaining(message) }));
});

test.each(['orderId', '__typename'])('fragments that double each other are not counted to the end: %s', (leaf) => {
  const doubling = Array.from({ length: 60 }, (_, n) => `fragment d${n} on Order { ${n === 0 ? leaf : `...d${n - 1} ...d${n - 1}`} }`);
  const document = parse(`{ orders { nodes { ...d59 } } } ${doubling.join(' ')}`);
  expect(() => checkLimits(schema, document, {})).toThrow(expect.objectContaining({ code: 'query_too_costly' }));
});

test('what is no query is refused', () => {
  const code = (text: string, operationName?: string) => () => checkLimits(schema, parse(text), { operationName });
  expect(code('mutation { orders { nodes { orderId } } }')).toThrow(expect.objectContaining({ code: 'queries_only' }));
  expect(code('fragment f on Order { orderId }')).toThrow(expect.objectContaining({ code: 'queries_only' }));
  expect(code('query a { orders { nodes { orderId } } }', 'b')).toThrow(expect.objectContaining({ code: 'queries_only' }));
});
