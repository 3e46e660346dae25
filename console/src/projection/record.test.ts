import type { IncomingRecord } from '@microshop/chassis/kafka/broker';
import { deadLetterTopic, ordersByCustomer, pointsByCustomer, stock } from '@microshop/contracts';
import { expect, test } from 'vitest';
import { payloadWithoutPersons } from './persons.ts';
import { entryOf, orderIdOf } from './record.ts';

const ORDER = '01980000-0000-7000-8000-000000000001';
const bytes = (text: string) => Buffer.from(text);

const record = (headers: Record<string, string>, value: string | null = '{}', key: string | null = ORDER): IncomingRecord => ({
  offset: '7',
  key: key === null ? null : bytes(key),
  value: value === null ? null : bytes(value),
  headers: Object.fromEntries(Object.entries(headers).map(([name, content]) => [name, bytes(content)])),
  appendedAt: new Date('2026-01-01T12:00:00Z'),
});
const on = (topic: string, ...of: Parameters<typeof record>) => ({ topic, partition: 3, record: record(...of) });

test('a record is of the order that its correlation id names, else of its key where orders are keys', () => {
  expect(orderIdOf(on(ordersByCustomer.name, { ce_correlationid: ORDER.toUpperCase() }, '{}', 'ada'))).toBe(ORDER);
  expect(orderIdOf(on(stock.name, {}))).toBe(ORDER);
  expect(orderIdOf(on(deadLetterTopic(stock.name, 'order-svc'), {}))).toBe(ORDER);
  expect(orderIdOf(on(ordersByCustomer.name, {}))).toBeUndefined();
  expect(orderIdOf(on(ordersByCustomer.name, { ce_correlationid: 'MUG-BLUE' }))).toBeUndefined();
  const customer = '01980000-0000-7000-8000-0000000000c1';
  expect(orderIdOf(on(pointsByCustomer.name, { ce_correlationid: customer }, '{}', customer))).toBeUndefined();
});

test('an event of an unknown type is kept as it is', () => {
  const headers = {
    ce_id: 'e-1',
    ce_type: 'OrderFrozen',
    ce_source: '/microshop/order-svc',
    ce_causationid: 'e-0',
    ce_correlationid: ORDER,
  };
  expect(entryOf(on(ordersByCustomer.name, headers, '{"a":1}', 'ada'), ORDER)).toMatchObject({
    _id: `${ordersByCustomer.name}/3@7`,
    lane: 'order-svc',
    type: 'OrderFrozen',
    eventId: 'e-1',
    causationId: 'e-0',
    key: 'ada',
    payload: '{"a":1}',
  });
});

test('what nobody could read is kept without its content, in the lane of who buried it', () => {
  const headers = { '__dlq.errors.message': 'The value is not JSON.' };
  expect(entryOf(on(deadLetterTopic(stock.name, 'order-svc'), headers, '{eve@example.com'), ORDER)).toMatchObject({
    lane: 'order-svc',
    type: 'unreadable',
    error: 'The value is not JSON.',
    payload: '"(not JSON, 16 bytes: see Topics)"',
  });
});

test.each([
  [
    '{"guest":{"email":"eve@example.com","name":"Eve","phone":"1"},"totalPrice":1}',
    { guest: { email: '(left out)', name: '(left out)', phone: '(left out)' }, totalPrice: 1 },
  ],
  ['{"more":[{"email":"eve@example.com"}],"name":"Mug"}', { more: [{ email: '(left out)' }], name: 'Mug' }],
  [null, '(no value: a tombstone)'],
  ['x'.repeat(70_000), '(70000 bytes: see Topics)'],
])('persons are left out of %j', (value, kept) => {
  expect(JSON.parse(payloadWithoutPersons(value === null ? null : bytes(value)))).toEqual(kept);
});
