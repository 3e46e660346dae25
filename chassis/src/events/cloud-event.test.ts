import { defineTopic, topics } from '@microshop/contracts';
import fc from 'fast-check';
import Type from 'typebox';
import { describe, expect, test } from 'vitest';
import { parseRecord } from '../kafka/parse-record.ts';
import { asRecord } from '../testing/consumer-harness.ts';
import { T0, tallies } from '../testing/events.ts';
import { encodeEvent } from './cloud-event.ts';
import { traceparentOf } from './event.ts';

const encode = (overrides: Partial<Parameters<typeof encodeEvent<typeof tallies, 'CountedUp'>>[0]> = {}) =>
  encodeEvent({
    topic: tallies,
    type: 'CountedUp',
    data: { tallyId: 'a', orderId: 'order-1', by: 1 },
    aggregate: { type: 'tally', id: 'a', version: 7 },
    cause: { causationId: 'event-0', correlationId: 'order-1', traceparent: traceparentOf() },
    id: 'event-1',
    time: T0,
    source: '/microshop/order-svc',
    ...overrides,
  });

describe('an event in the CloudEvents Kafka binding, binary mode', () => {
  const { headers } = encode();
  const attributes = Object.entries(headers).filter(([name]) => name.startsWith('ce_'));

  test('has the required attributes, each of them not empty', () => {
    for (const required of ['ce_id', 'ce_source', 'ce_specversion', 'ce_type']) expect(headers[required]).toBeTruthy();
    expect(headers.ce_specversion).toBe('1.0');
  });

  test('names attributes with lower-case letters and digits only, at most 20', () => {
    for (const [name] of attributes) expect(name).toMatch(/^ce_[a-z0-9]{1,20}$/);
  });

  test('has a URI reference as source, an absolute URI as schema and an RFC 3339 time', () => {
    expect(URL.canParse(String(headers.ce_source), 'http://example.com')).toBe(true);
    expect(headers.ce_dataschema).toBe('urn:microshop:test.tallies.v1:CountedUp:v1');
    expect(headers.ce_time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  test('carries the data as JSON in the value and says so with content-type; attributes are not in the value', () => {
    const { payload } = encode();
    expect(headers['content-type']).toBe('application/json');
    expect(JSON.parse(String(payload))).toEqual({ tallyId: 'a', orderId: 'order-1', by: 1 });
  });

  test('leaves out an attribute that has no value, for one may not be empty', () => {
    const { headers } = encode({ cause: {} });
    expect(headers).not.toHaveProperty('ce_causationid');
    expect(headers.ce_correlationid).toBe('a');
  });

  test('carries the names of Debezium’s outbox event router', () => {
    expect(encode()).toMatchObject({ aggregatetype: 'tally', aggregateid: 'a', version: 7, type: 'CountedUp', key: 'a' });
  });
});

test('what is encoded is read again as the same event', () => {
  const data = fc.record({ tallyId: fc.string({ minLength: 1 }), by: fc.maxSafeInteger() });
  fc.assert(
    fc.property(data, fc.uuid(), (data, id) => {
      const event = encode({ data, id });
      expect(parseRecord(tallies, asRecord(event, '1'))).toEqual({
        event: {
          id,
          type: 'CountedUp',
          time: T0.toISOString(),
          correlationId: 'order-1',
          traceparent: event.headers.traceparent,
          appendedAt: T0,
          data,
        },
      });
    }),
  );
});

describe('what can not be an event is a bug of its writer', () => {
  test('data that breaks the schema, told by place and not by value', () => {
    const data = { tallyId: 'a', by: 'a secret' } as never;
    expect(() => encode({ data })).toThrow(/^CountedUp for test.tallies.v1 breaks its schema: \/by /);
    expect(() => encode({ data })).not.toThrow(/secret/);
  });

  test('a type that the topic does not have', () => {
    expect(() => encode({ type: 'toString' as never })).toThrow('unknown type');
  });

  test('an empty or missing key, which no consumer could read', () => {
    expect(() => encode({ data: { tallyId: '', by: 1 } })).toThrow('key');
    const loose = defineTopic({ ...tallies, name: 'loose', events: { Happened: Type.Object({ tallyId: Type.Optional(Type.String()) }) } });
    const happened = { ...encodeOptions, topic: loose, type: 'Happened' as const, data: {} };
    expect(() => encodeEvent(happened)).toThrow('key');
  });
});

const encodeOptions = { aggregate: { type: 't', id: 'a', version: 1 }, cause: {}, id: '1', time: T0, source: '/s' };

test.each(topics.map((topic) => [topic.name, topic] as const))('the key of %s is a required field of each of its events', (_, topic) => {
  for (const schema of Object.values(topic.events)) expect(schema.required).toContain(topic.key);
});
