import { parseRecord } from '@microshop/chassis/kafka/parse-record';
import { topics } from '@microshop/contracts';
import { describe, expect, test } from 'vitest';
import { POISON_HEADER } from '../run-folder.ts';
import { poisonFor } from './topic-faults.ts';

const bytes = (value: string | Uint8Array | null) => (typeof value === 'string' ? Buffer.from(value) : value);

describe.each(topics.filter(({ consumers }) => consumers.length > 0))('poison for $name', (topic) => {
  const all = poisonFor(topic, 'x');

  test('has names of its own, also in its header', () => {
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    expect(all.map(({ record }) => record.headers[POISON_HEADER])).toEqual(all.map(({ name }) => name));
  });

  test.each(all.map((each) => [each.name, each] as const))('%s is what it says that it is', (_, { record, expect: wanted }) => {
    const headers = Object.fromEntries(Object.entries(record.headers).map(([name, content]) => [name, Buffer.from(content)]));
    const parsed = parseRecord(topic, {
      offset: '0',
      key: bytes(record.key),
      value: bytes(record.value),
      headers,
      appendedAt: new Date(0),
    });
    expect(Object.keys(parsed)).toEqual([wanted === 'dead' ? 'unreadable' : 'skip']);
  });
});
