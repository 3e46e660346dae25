import { describe, expect, test } from 'vitest';
import { aRecord, T0, tallies } from '../testing/events.ts';
import { parseRecord } from './parse-record.ts';

const codeOf = (record: Parameters<typeof parseRecord>[1]) => {
  const parsed = parseRecord(tallies, record);
  return 'unreadable' in parsed ? parsed.unreadable.code : parsed;
};

describe('parseRecord', () => {
  test('reads an event with its headers', () => {
    const parsed = parseRecord(tallies, aRecord({ id: 'one', data: { tallyId: 'a', by: 2 } }));
    expect(parsed).toEqual({
      event: {
        id: 'one',
        type: 'CountedUp',
        time: T0.toISOString(),
        correlationId: 'order-1',
        traceparent: '00-11111111111111111111111111111111-2222222222222222-01',
        appendedAt: T0,
        data: { tallyId: 'a', by: 2 },
      },
    });
  });

  test('takes what may be missing from the record itself: time, correlation, trace', () => {
    const headers = { ce_time: undefined, ce_correlationid: undefined, traceparent: undefined };
    expect(parseRecord(tallies, aRecord({ key: 'a', headers }))).toMatchObject({
      event: { time: T0.toISOString(), correlationId: 'a', traceparent: '' },
    });
  });

  test('accepts optional fields of a newer version of the schema', () => {
    expect(parseRecord(tallies, aRecord({ data: { tallyId: 'a', by: 1, since: 'version 2' } }))).toMatchObject({
      event: { type: 'CountedUp' },
    });
  });

  test('skips a type that the contract does not know, whatever its value is', () => {
    expect(codeOf(aRecord({ type: 'FromTheFuture', value: 'no json' }))).toEqual({ skip: 'FromTheFuture' });
    expect(codeOf(aRecord({ type: '__proto__' }))).toEqual({ skip: '__proto__' });
  });

  test('names what is wrong, never the value', () => {
    const parsed = parseRecord(tallies, aRecord({ data: { tallyId: 'a', by: 'a secret' } }));
    expect(parsed).toMatchObject({ unreadable: { code: 'schema_violation', detail: expect.stringContaining('/by') } });
    expect(JSON.stringify(parsed)).not.toContain('secret');
  });

  test.each([
    ['missing_key', aRecord({ key: null })],
    ['tombstone', aRecord({ value: null })],
    ['missing_headers', aRecord({ headers: { ce_type: undefined } })],
    ['invalid_timestamp', aRecord({ appendedAt: new Date(Number.NaN) })],
    ['malformed_json', aRecord({ value: '[' })],
    ['malformed_json', aRecord({ value: Buffer.from([0xff, 0xfe]) })],
    ['schema_violation', aRecord({ value: '[]' })],
    ['schema_violation', aRecord({ value: `${'['.repeat(100_000)}${']'.repeat(100_000)}` })],
  ])('answers %s instead of throwing', (code, record) => {
    expect(codeOf(record)).toBe(code);
  });
});
