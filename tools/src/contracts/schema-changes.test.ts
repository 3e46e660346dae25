import { ordersByCustomer, topics } from '@microshop/contracts';
import { generate_value } from 'jsoncompat';
import Type, { type TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { describe, expect, test } from 'vitest';
import { breakingChanges, type Role, type Schema } from './schema-changes.ts';

const schemaOf = (schema: TSchema): Schema => JSON.parse(JSON.stringify(schema)) as Schema;
const before = {
  id: Type.String({ pattern: '^[a-z]+$' }),
  points: Type.Integer({ minimum: 0 }),
  reason: Type.Enum(['late', 'short']),
  note: Type.Optional(Type.String()),
  guest: Type.Optional(Type.Object({ email: Type.String({ format: 'email' }) })),
  lines: Type.Array(Type.Object({ sku: Type.String() })),
};
const { points: _, ...withoutPoints } = before;
const { note: __, ...withoutNote } = before;

type Row = [change: string, after: Parameters<typeof Type.Object>[0], asReader: string[], asWriter: string[]];
/** What the later schema breaks: as one who reads what was written by the earlier, and as one who writes for readers of the earlier. */
const rows: Row[] = [
  ['nothing', before, [], []],
  ['another description', { ...before, id: Type.String({ pattern: '^[a-z]+$', description: 'An id', examples: ['a'] }) }, [], []],
  ['an optional field more', { ...before, more: Type.Optional(Type.String()) }, [], []],
  ['a required field more', { ...before, more: Type.String() }, ['required field `more` added'], []],
  ['a required field less', withoutPoints, ['field `points` removed'], ['field `points` removed']],
  ['an optional field less', withoutNote, ['field `note` removed'], ['field `note` removed']],
  ['a field that becomes required', { ...before, note: Type.String() }, ['field `note` is required now'], []],
  ['a field that becomes optional', { ...before, points: Type.Optional(before.points) }, [], ['field `points` may be missing now']],
  [
    'another type',
    { ...before, points: Type.String() },
    ['field `points` is string instead of integer'],
    ['field `points` is string instead of integer'],
  ],
  [
    'a value more',
    { ...before, reason: Type.Enum(['late', 'short', 'lost']) },
    [],
    ['field `reason` may be `lost` now, which readers do not know'],
  ],
  ['a value less', { ...before, reason: Type.Enum(['late']) }, ['field `reason` may not be `short` any more'], []],
  ['a higher minimum', { ...before, points: Type.Integer({ minimum: 1 }) }, ['field `points` changed its `minimum` from 0 to 1'], []],
  ['a lower minimum', { ...before, points: Type.Integer({ minimum: -1 }) }, [], ['field `points` changed its `minimum` from 0 to -1']],
  [
    'a field less, inside',
    { ...before, guest: Type.Optional(Type.Object({})) },
    ['field `guest.email` removed'],
    ['field `guest.email` removed'],
  ],
  [
    'another format, inside',
    { ...before, guest: Type.Optional(Type.Object({ email: Type.String({ format: 'uri' }) })) },
    ['field `guest.email` has the format uri instead of email'],
    ['field `guest.email` has the format uri instead of email'],
  ],
  [
    'no format, inside',
    { ...before, guest: Type.Optional(Type.Object({ email: Type.String() })) },
    [],
    ['field `guest.email` has the format none instead of email'],
  ],
  [
    'a required field more, in a list',
    { ...before, lines: Type.Array(Type.Object({ sku: Type.String(), quantity: Type.Integer() })) },
    ['required field `lines[].quantity` added'],
    [],
  ],
  [
    'a shorter list',
    { ...before, lines: Type.Array(before.lines.items, { maxItems: 3 }) },
    ['field `lines` changed its `maxItems` from none to 3'],
    [],
  ],
  ['null allowed', { ...before, points: Type.Union([before.points, Type.Null()]) }, [], [expect.stringMatching(/^field `points` /)]],
];

describe.each(rows)('%s', (_change, after, asReader, asWriter) => {
  const changes = (role: Role) => breakingChanges(schemaOf(Type.Object(before)), schemaOf(Type.Object(after)), role);

  test('for who reads what was written before', () => expect(changes('deserializer')).toEqual(asReader));
  test('for who read it before', () => expect(changes('serializer')).toEqual(asWriter));
  test.each([
    ['what was written before', before, after, asReader],
    ['what is written after', after, before, asWriter],
  ] as const)('%s is valid for the other where nothing breaks', (_, written, read, breaks) => {
    const values = Array.from({ length: 30 }, () => JSON.parse(generate_value(JSON.stringify(Type.Object(written)), 4)));
    if (breaks.length === 0) expect(values.filter((value) => !Value.Check(Type.Object(read), value))).toEqual([]);
  });
  test('both ways', () => expect(changes('both').sort()).toEqual([...new Set([...asReader, ...asWriter])].sort()));
});

test('an alternative is compared with the one in its place', () => {
  const guest = Type.Object({ email: Type.String({ format: 'email' }), name: Type.String() });
  const { name: _, ...nameless } = guest.properties;
  const customer = (guest: TSchema) => Type.Object({ customer: Type.Union([Type.Object({ customerId: Type.String() }), guest]) });
  const changes = (now: TSchema) => breakingChanges(schemaOf(customer(guest)), schemaOf(customer(now)), 'deserializer');
  expect(changes(Type.Object(nameless))).toEqual(['field `customer.name` removed']);
  expect(changes(Type.Object({ ...guest.properties, name: Type.String({ format: 'email' }) }))).toEqual([
    'field `customer.name` has the format email instead of none',
  ]);
  expect(changes(Type.Null())).toEqual([expect.stringMatching(/^field `customer` /)]);
});

test('a closed object that takes a field more is no break for who sends it', () => {
  const closed = { additionalProperties: false };
  const [earlier, later] = [
    Type.Object({ a: Type.String() }, closed),
    Type.Object({ a: Type.String(), b: Type.Optional(Type.String()) }, closed),
  ];
  expect(breakingChanges(schemaOf(earlier), schemaOf(later), 'deserializer')).toEqual([]);
  expect(breakingChanges(schemaOf(later), schemaOf(earlier), 'deserializer')).toEqual(['field `b` removed']);
});

test('a field may be called like a keyword that only explains', () => {
  const [earlier, later] = [Type.Object({ title: Type.String() }), Type.Object({ title: Type.Integer() })];
  expect(breakingChanges(schemaOf(earlier), schemaOf(later), 'both')).toEqual(['field `title` is integer instead of string']);
});

test('points that can not be redeemed any more are said by name', () => {
  const { redeemPoints: _, ...rest } = ordersByCustomer.events.OrderRequested.properties;
  expect(breakingChanges(schemaOf(ordersByCustomer.events.OrderRequested), schemaOf(Type.Object(rest)), 'both')).toEqual([
    'field `redeemPoints` removed',
  ]);
});

/** jsoncompat is young: what it makes of our schemas is what our validator takes. */
test.each(topics.flatMap(({ name, events }) => Object.entries(events).map(([type, schema]) => [`${type} on ${name}`, schema] as const)))(
  'values that jsoncompat makes of %s are valid',
  (_, schema) => {
    for (let i = 0; i < 20; i++) expect(Value.Errors(schema, JSON.parse(generate_value(JSON.stringify(schema), 4)))).toEqual([]);
  },
);
