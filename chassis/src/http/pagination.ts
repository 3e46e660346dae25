import { type Static, type TSchema, Type } from 'typebox';
import { Value } from 'typebox/value';
import { AppError } from '../errors.ts';

/** Query parameters of a list; spread `PageQuery.properties` to add filters. */
export const PageQuery = Type.Object(
  {
    limit: Type.Integer({ minimum: 1, maximum: 100, default: 20, description: 'Most entries of a page' }),
    cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 1024, description: '`nextCursor` of the page before' })),
  },
  { additionalProperties: false },
);

/** The answer schema of a list: `nextCursor` is null on the last page. */
export const Page = <S extends TSchema>(item: S) =>
  Type.Object({ data: Type.Array(item), nextCursor: Type.Union([Type.String(), Type.Null()]) });

export type PageOf<T> = { data: T[]; nextCursor: string | null };

/** An opaque, URL-safe cursor that holds the sort key of the last entry; dates must be passed as ISO strings or numbers. */
export const encodeCursor = (values: unknown): string => Buffer.from(JSON.stringify(values)).toString('base64url');

/** The values of a cursor made by `encodeCursor`; a cursor that does not match the schema is AppError `invalid_cursor` (400). */
export function decodeCursor<S extends TSchema>(cursor: string, schema: S): Static<S> {
  const values = parseCursor(cursor);
  if (Value.Check(schema, values)) return values;
  throw invalidCursor();
}

function parseCursor(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    throw invalidCursor();
  }
}

const invalidCursor = (): AppError =>
  new AppError({
    kind: 'invalid',
    code: 'invalid_cursor',
    message: 'The cursor is not one that this list gave. Start again without a cursor.',
    extensions: { errors: [{ parameter: 'cursor', in: 'query', detail: 'is not a cursor of this list' }] },
  });

/** A page of at most `limit` entries out of up to `limit + 1` found ones: the one too many tells that there is a next page. */
export function page<T>(found: readonly T[], limit: number, toCursor: (last: T) => unknown): PageOf<T> {
  const data = found.slice(0, limit);
  const last = data.at(-1);
  return { data, nextCursor: found.length > limit && last !== undefined ? encodeCursor(toCursor(last)) : null };
}
