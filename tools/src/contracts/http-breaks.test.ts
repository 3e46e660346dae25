import Type, { type TSchema } from 'typebox';
import { describe, expect, test } from 'vitest';
import { httpBreaks, type OpenApi } from './http-breaks.ts';

type Operation = NonNullable<OpenApi['paths'][string]>[string];
const json = (schema: TSchema, type = 'application/json') => ({ [type]: { schema: JSON.parse(JSON.stringify(schema)) } });
const closed = { additionalProperties: false };

const Request = { sku: Type.String(), quantity: Type.Integer({ maximum: 999 }) };
const Answer = { orderId: Type.String(), status: Type.Enum(['pending', 'confirmed']) };
const operation: Operation = {
  parameters: [{ in: 'query', name: 'limit', required: false, schema: { type: 'integer', maximum: 100 } }],
  requestBody: { required: true, content: json(Type.Object(Request, closed)) },
  responses: { 201: { content: json(Type.Object(Answer)) }, 409: { content: json(Type.Object({ code: Type.String() })) } },
  security: [{ customer: [] }, { operator: [] }],
};
const apiWith = (change: Partial<Operation>): OpenApi => ({ paths: { '/orders': { post: { ...operation, ...change } } } });
const breaks = (change: Partial<Operation>) => httpBreaks('order-svc', apiWith({}), apiWith(change)).map(({ what }) => what);
const body = (fields: Parameters<typeof Type.Object>[0]) => ({
  requestBody: { required: true, content: json(Type.Object(fields, closed)) },
});
const answers = (fields: Parameters<typeof Type.Object>[0]) => ({
  responses: { ...operation.responses, 201: { content: json(Type.Object(fields)) } },
});
const parameters = (...given: NonNullable<Operation['parameters']>) => ({ parameters: given });
const [limit] = operation.parameters ?? [];
const { responses } = operation;

describe('requests may only loosen', () => {
  test.each<[string, Partial<Operation>, string[]]>([
    ['nothing new', {}, []],
    ['an optional field', body({ ...Request, note: Type.Optional(Type.String()) }), []],
    ['a higher maximum', body({ ...Request, quantity: Type.Integer({ maximum: 9999 }) }), []],
    [
      'a lower maximum',
      body({ ...Request, quantity: Type.Integer({ maximum: 9 }) }),
      ['the body: field `quantity` changed its `maximum` from 999 to 9'],
    ],
    ['a required field', body({ ...Request, note: Type.String() }), ['the body: required field `note` added']],
    ['a field less', body({ sku: Type.String() }), ['the body: field `quantity` removed']],
    ['no body', { requestBody: { required: false, content: {} } }, ['the body is not application/json any more']],
    ['a parameter less', parameters(), ['the query parameter `limit` is removed']],
    [
      'a narrower parameter',
      parameters({ in: 'query', name: 'limit', schema: { type: 'integer', maximum: 10 } }),
      ['the query parameter `limit`: the value changed its `maximum` from 100 to 10'],
    ],
    ...(limit
      ? ([
          ['an optional parameter', parameters(limit, { in: 'query', name: 'q', schema: { type: 'string' } }), []],
          [
            'a parameter with a default',
            parameters(limit, { in: 'query', name: 'q', required: true, schema: { type: 'string', default: '' } }),
            [],
          ],
          [
            'a required parameter',
            parameters(limit, { in: 'header', name: 'q', required: true, schema: { type: 'string' } }),
            ['the header parameter `q` is new and required'],
          ],
          ['a parameter that becomes required', parameters({ ...limit, required: true }), ['the query parameter `limit` is required now']],
        ] as [string, Partial<Operation>, string[]][])
      : []),
    ['open to anybody', { security: [{}] }, []],
    ['closed to customers', { security: [{ operator: [] }] }, ['customer may not call it any more']],
  ])('%s', (_, change, found) => expect(breaks(change)).toEqual(found));
});

describe('answers only get more exact', () => {
  test.each<[string, Partial<Operation>, string[]]>([
    ['a field more', answers({ ...Answer, total: Type.Integer() }), []],
    ['a status less', answers({ ...Answer, status: Type.Enum(['confirmed']) }), []],
    [
      'a value more',
      answers({ ...Answer, status: Type.Enum(['pending', 'confirmed', 'lost']) }),
      ['answer 201: field `status` may be `lost` now, which readers do not know'],
    ],
    ['a field less', answers({ orderId: Type.String() }), ['answer 201: field `status` removed']],
    [
      'an optional field',
      answers({ ...Answer, orderId: Type.Optional(Type.String()) }),
      ['answer 201: field `orderId` may be missing now'],
    ],
    ['another refusal', { responses: { ...responses, 422: {} } }, []],
    ['a refusal less', { responses: { 201: responses[201] ?? {} } }, []],
    ['no success', { responses: { 409: responses[409] ?? {} } }, ['answer 201 is removed']],
  ])('%s', (_, change, found) => expect(breaks(change)).toEqual(found));
});

test('an operation that is gone breaks the clients of its service', () => {
  expect(httpBreaks('order-svc', apiWith({}), { paths: {} })).toEqual([
    { whom: 'clients of order-svc', what: 'the operation is removed', where: 'POST /orders' },
  ]);
});

test('a schema that is named and one that is written out are the same', () => {
  const named = apiWith({
    responses: { ...responses, 201: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Order' } } } } },
  });
  const components = { schemas: { Order: JSON.parse(JSON.stringify(Type.Object(Answer))) } };
  expect(httpBreaks('order-svc', apiWith({}), { ...named, components })).toEqual([]);
});
