import { Type } from 'typebox';
import { refused } from '../errors.ts';

/** Documents the header in a route's `schema.headers`; `requireIfMatch` is what checks it. */
export const ifMatchHeader = {
  'if-match': Type.Optional(Type.String({ description: 'The ETag of the version that is to be changed', examples: ['"v17"'] })),
};

/** The strong ETag of a document's version. */
export const etagOf = (version: number): string => `"v${version}"`;

/**
 * Checks an If-Match header against the present version: missing is refused with 428 `precondition_required`, stale with 412 `precondition_failed`.
 * `*` matches any version, a list matches when one of it does; a weak tag never matches (RFC 9110, section 13.1.1).
 */
export function requireIfMatch(header: string | undefined, version: number): void {
  if (header === undefined || header.trim() === '') {
    throw refused(428, 'precondition_required', 'Send If-Match with the ETag of the version that you read.');
  }
  const tags = header.split(',').map((tag) => tag.trim());
  if (tags.includes('*') || tags.includes(etagOf(version))) return;
  throw refused(412, 'precondition_failed', 'It was changed since you read it. Read it again and repeat the change with its new ETag.', {
    currentETag: etagOf(version),
  });
}
