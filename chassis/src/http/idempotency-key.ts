import { Type } from 'typebox';
import { AppError } from '../errors.ts';

/** Documents the header in a route's `schema.headers`; `requireIdempotencyKey` is what checks it. */
export const idempotencyKeyHeader = {
  'idempotency-key': Type.Optional(Type.String({ description: 'The same for each try of one request: 1 to 255 visible ASCII characters' })),
};

const QUOTED = /^"([\x21\x23-\x5b\x5d-\x7e]|\\["\\])*"$/;
const VISIBLE = /^[\x21-\x7e]{1,255}$/;

/**
 * The key in an Idempotency-Key header: 1 to 255 visible ASCII characters, as they are or as a structured-field string, whose quotes are no part of the key.
 * Missing is AppError `idempotency_key_required`, malformed `idempotency_key_invalid`; both 400.
 */
export function requireIdempotencyKey(header: string | string[] | undefined): string {
  const key = optionalIdempotencyKey(header);
  if (key !== undefined) return key;
  throw invalid(
    'idempotency_key_required',
    'Send an Idempotency-Key header, a new one for each order and the same one when you try again.',
  );
}

/** `requireIdempotencyKey` where the header may be missing. */
export function optionalIdempotencyKey(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  const value = String(header).trim();
  const key = QUOTED.test(value) ? value.slice(1, -1).replace(/\\(["\\])/g, '$1') : value;
  const isHalfQuoted = key === value && /^"|"$/.test(value);
  if (isHalfQuoted || !VISIBLE.test(key)) {
    throw invalid(
      'idempotency_key_invalid',
      'An Idempotency-Key has 1 to 255 visible ASCII characters, with or without quotes around them.',
    );
  }
  return key;
}

const invalid = (code: string, message: string): AppError =>
  new AppError({
    kind: 'invalid',
    code,
    message,
    extensions: { errors: [{ parameter: 'Idempotency-Key', in: 'header', detail: message }] },
  });
