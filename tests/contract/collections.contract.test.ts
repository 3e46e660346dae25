import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { collectionBreaks, presentShapes, type Shape, type Shapes } from './collections.ts';

const snapshots = new URL('../../contracts/snapshots/', import.meta.url);
const fileOf = (release: string) => new URL(`${release}/collections.json`, snapshots);
const releases = readdirSync(snapshots).filter((release) => existsSync(fileOf(release)));

test('there is a release to compare with', () => expect(releases).toContain('v0.1.0'));

test.each(releases)('this version and %s can work on the documents of each other', (release) => {
  expect(collectionBreaks(JSON.parse(readFileSync(fileOf(release), 'utf8')) as Shapes, presentShapes)).toEqual([]);
});

const orders: Shape = {
  validator: { required: ['status'], properties: { status: { enum: ['pending', 'confirmed'] } } },
  indexes: [{ keys: { customerId: 1 } }, { keys: { key: 1 }, unique: true }],
};
const breaksOf = (change: Partial<Shape> | undefined) =>
  collectionBreaks({ 'order-svc': { orders } }, { 'order-svc': change ? { orders: { ...orders, ...change } } : {} });

test.each<[what: string, change: Partial<Shape>]>([
  [
    'a rule for a further field',
    { validator: { ...orders.validator, properties: { ...orders.validator?.properties, note: { bsonType: 'string' } } } },
  ],
  ['a further index', { indexes: [...orders.indexes, { keys: { createdAt: 1 } }] }],
  ['an index less', { indexes: orders.indexes.slice(1) }],
])('%s may come', (_, change) => expect(breaksOf(change)).toEqual([]));

test.each<[fault: string, change: Partial<Shape> | undefined]>([
  ['is gone', undefined],
  ['requires note, which the release may not write', { validator: { ...orders.validator, required: ['status', 'note'] } }],
  ['does not require status any more, and the release refuses a document without it', { validator: { ...orders.validator, required: [] } }],
  [
    'has another rule for status',
    { validator: { ...orders.validator, properties: { status: { enum: ['pending', 'confirmed', 'lost'] } } } },
  ],
  [
    'has other options for the index {"customerId":1}',
    { indexes: [{ keys: { customerId: 1 }, partial: { status: 'pending' } }, ...orders.indexes.slice(1)] },
  ],
  ['has lost the index {"key":1}', { indexes: orders.indexes.slice(0, 1) }],
  [
    'has a new unique index {"at":1}, which what the release writes may break',
    { indexes: [...orders.indexes, { keys: { at: 1 }, unique: true }] },
  ],
])('refused: %s', (fault, change) => expect(breaksOf(change)).toEqual([`order-svc.orders ${fault}`]));
