import { expect, test } from 'vitest';
import { address } from '../address.ts';
import { soughtIn } from './record-search.tsx';

test.each([
  [{}, {}],
  [{ by: 'key' }, undefined],
  [{ by: 'key', key: 'MUG', offset: '3' }, { key: 'MUG' }],
  [{ by: 'offset' }, undefined],
  [{ by: 'offset', offset: 'three' }, undefined],
  [
    { by: 'offset', offset: '3' },
    { partition: '0', offset: '3' },
  ],
  [{ by: 'time' }, undefined],
  [{ by: 'time', from: '2026-01-01T00:00:00Z' }, { from: '2026-01-01T00:00:00Z' }],
])('the address %o asks for the records of %o', (query, expected) => expect(soughtIn(query)).toEqual(expected));

test('one view has one address', () => {
  expect(address('/orders', { status: '', sku: undefined })).toBe('/orders');
  expect(address('/orders', { sku: 'A B&C', status: 'pending' })).toBe('/orders?sku=A+B%26C&status=pending');
});
