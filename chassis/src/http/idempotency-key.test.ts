import { describe, expect, it } from 'vitest';
import { optionalIdempotencyKey, requireIdempotencyKey } from './idempotency-key.ts';

const code = (expected: string) => expect.objectContaining({ kind: 'invalid', code: expected });

describe('Idempotency-Key', () => {
  it.each([
    ['as it is', 'abc-123', 'abc-123'],
    ['quoted', '"abc-123"', 'abc-123'],
    ['quoted with escapes', '"a\\"b\\\\c"', 'a"b\\c'],
    ['with a quote inside', 'a"b', 'a"b'],
    ['with space around it', '  abc ', 'abc'],
    ['of 255 characters', 'k'.repeat(255), 'k'.repeat(255)],
    ['of 255 characters and quotes', `"${'k'.repeat(255)}"`, 'k'.repeat(255)],
  ])('is taken %s', (_how, header, key) => {
    expect(requireIdempotencyKey(header)).toBe(key);
  });

  it.each(['', '  ', '""', '"abc', 'abc"', '"', 'a b', '"a b"', 'a, b', 'schlüssel', 'k'.repeat(256), `"${'k'.repeat(256)}"`, 'a\tb'])(
    '%j is refused as malformed',
    (header) => {
      expect(() => requireIdempotencyKey(header)).toThrow(code('idempotency_key_invalid'));
      expect(() => optionalIdempotencyKey(header)).toThrow(code('idempotency_key_invalid'));
    },
  );

  it('is required, or may be missing, as the route says', () => {
    expect(() => requireIdempotencyKey(undefined)).toThrow(code('idempotency_key_required'));
    expect(optionalIdempotencyKey(undefined)).toBeUndefined();
  });
});
