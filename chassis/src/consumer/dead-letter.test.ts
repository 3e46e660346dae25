import { describe, expect, test } from 'vitest';
import { T0 } from '../testing/events.ts';
import { type DeadLetter, deadLetterId, deadLetterRecord, originalHeaders, REPLAY_HEADER, replayRecord } from './dead-letter.ts';

const aLetter = (overrides: Partial<DeadLetter> = {}): DeadLetter => ({
  _id: 'group/event-1',
  group: 'group',
  topic: 'topic.v1',
  partition: 2,
  offset: '17',
  key: Buffer.from([0xff, 0x00, 0x41]),
  value: Buffer.from('{"a":1}'),
  headers: { ce_id: Buffer.from('event-1'), ce_type: Buffer.from('Happened'), custom: Buffer.from([0xfe]) },
  eventId: 'event-1',
  eventType: 'Happened',
  status: 'dead',
  code: 'handler_failed',
  error: 'TypeError: no',
  attempts: 3,
  at: T0,
  ...overrides,
});

describe('the record on the dead-letter topic', () => {
  test('keeps key, value, headers and partition of the original, byte by byte', () => {
    const letter = aLetter();
    const record = deadLetterRecord(letter, 'new-id');
    expect(record).toMatchObject({ id: 'new-id', topic: 'topic.v1.group-dlt', partition: 2, key: letter.key, payload: letter.value });
    expect(record.headers).toMatchObject(letter.headers);
  });

  test('carries both families of headers that operators’ tools know', () => {
    expect(deadLetterRecord(aLetter({ headers: {} }), 'new-id').headers).toEqual({
      '__dlq.errors.topic': 'topic.v1',
      '__dlq.errors.partition': '2',
      '__dlq.errors.offset': '17',
      '__dlq.errors.group': 'group',
      '__dlq.errors.delivery.count': '3',
      '__dlq.errors.message': 'TypeError: no',
      'kafka_dlt-original-topic': 'topic.v1',
      'kafka_dlt-original-consumer-group': 'group',
      'kafka_dlt-exception-fqcn': 'handler_failed',
      'kafka_dlt-exception-message': 'TypeError: no',
    });
  });

  test('cuts a long error, so that it still fits', () => {
    const { headers } = deadLetterRecord(aLetter({ error: 'x'.repeat(50_000) }), 'new-id');
    expect(String(headers['__dlq.errors.message'])).toHaveLength(2000);
  });

  test('keeps a missing key and a tombstone as they were', () => {
    expect(deadLetterRecord(aLetter({ key: null, value: null }), 'new-id')).toMatchObject({ key: null, payload: null });
  });
});

test('a replay goes to the original topic and key with the original event id and without the headers of the failure', () => {
  const letter = aLetter();
  const record = replayRecord(letter, 'new-id');
  expect(record).toMatchObject({ topic: 'topic.v1', key: letter.key, partition: 2, payload: letter.value });
  expect(record.headers).toEqual({ ...letter.headers, [REPLAY_HEADER]: 'group/event-1' });
});

describe('a replay near the limit of its topic', () => {
  const dispensable = { custom: Buffer.alloc(100, 'x'), ce_source: Buffer.from('/somewhere') };
  const needed = { ce_id: Buffer.from('event-1'), ce_type: Buffer.from('Happened'), traceparent: Buffer.from('00-1-2-01') };

  test('leaves out the headers that no consumer needs, to make room for its mark', () => {
    const letter = aLetter({ value: Buffer.alloc(1_048_000), headers: { ...needed, ...dispensable } });
    expect(Object.keys(replayRecord(letter, 'new-id').headers)).toEqual([...Object.keys(needed), REPLAY_HEADER]);
  });

  test('keeps them as long as there is room', () => {
    const letter = aLetter({ value: Buffer.alloc(1_000_000), headers: { ...needed, ...dispensable } });
    expect(Object.keys(replayRecord(letter, 'new-id').headers)).toEqual([
      ...Object.keys(needed),
      ...Object.keys(dispensable),
      REPLAY_HEADER,
    ]);
  });

  test('counts the headers themselves, too', () => {
    const letter = aLetter({ headers: { ...needed, custom: Buffer.alloc(1_048_000) } });
    expect(Object.keys(replayRecord(letter, 'new-id').headers)).toEqual([...Object.keys(needed), REPLAY_HEADER]);
  });
});

describe('the headers that are kept', () => {
  const record = (headers: Record<string, Uint8Array | undefined>) => ({ offset: '1', key: null, value: null, appendedAt: T0, headers });

  test('are all of the original but the mark of a replay', () => {
    expect(originalHeaders(record({ ce_id: Buffer.from('1'), [REPLAY_HEADER]: Buffer.from('x'), empty: undefined }))).toEqual({
      ce_id: Buffer.from('1'),
    });
  });

  test('have names that the database can hold', () => {
    expect(Object.keys(originalHeaders(record({ 'a\0b': Buffer.from('1') })))).toEqual(['a\ufffdb']);
  });
});

test('a letter is named by group and event id, else by group, topic, partition and offset', () => {
  expect(deadLetterId('g', 't', 1, '2', 'e')).toBe('g/e');
  expect(deadLetterId('g', 't', 1, '2')).toBe('g/t/1/2');
});
