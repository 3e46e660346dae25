import { Type } from 'typebox';
import { afterAll, describe, expect, it } from 'vitest';
import { decodeCursor, encodeCursor, PageQuery, page } from './pagination.ts';
import { createTestServer } from './test-server.ts';

const Key = Type.Tuple([Type.String(), Type.Integer()]);

describe('a page', () => {
  const toCursor = (n: number) => [String(n), n];

  it('has a next cursor when one more was found than asked for, and null on the last page', () => {
    const { data, nextCursor } = page([1, 2, 3], 2, toCursor);
    expect(data).toEqual([1, 2]);
    expect(decodeCursor(String(nextCursor), Key)).toEqual(['2', 2]);
    expect(page([3], 2, toCursor)).toEqual({ data: [3], nextCursor: null });
    expect(page([3, 4], 2, toCursor)).toEqual({ data: [3, 4], nextCursor: null });
    expect(page([], 2, toCursor)).toEqual({ data: [], nextCursor: null });
  });
});

describe('a cursor', () => {
  it('is URL-safe whatever it holds', () => {
    expect(encodeCursor(['ÿ>>???~ü', 1])).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(decodeCursor(encodeCursor(['ÿ>>???~ü', 1]), Key)).toEqual(['ÿ>>???~ü', 1]);
  });

  it.each(['garbage', '', '%%%', encodeCursor(['a']), encodeCursor({ a: 1 }), encodeCursor(['a', 1]).slice(2)])(
    '%j is refused',
    (cursor) => {
      expect(() => decodeCursor(cursor, Key)).toThrow(expect.objectContaining({ kind: 'invalid', code: 'invalid_cursor' }));
    },
  );
});

describe('PageQuery', async () => {
  const { app } = await createTestServer();
  app.get('/things', { schema: { querystring: PageQuery } }, async ({ query }) => query);
  afterAll(() => app.close());

  it('takes 20 entries by default and reads numbers from text', async () => {
    expect((await app.inject('/things')).json()).toEqual({ limit: 20 });
    expect((await app.inject('/things?limit=100&cursor=x')).json()).toEqual({ limit: 100, cursor: 'x' });
  });

  it.each(['0', '101', '-1', 'x', '', '1.5', 'NaN', '1e309', '9007199254740993'])('refuses limit=%s and says so', async (limit) => {
    const answer = await app.inject(`/things?limit=${limit}`);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'invalid_request', errors: [{ parameter: 'limit', in: 'query' }] });
  });

  it('names an unknown parameter', async () => {
    expect((await app.inject('/things?limt=1')).json().errors).toEqual([
      { parameter: 'limt', in: 'query', detail: 'is not a known field' },
    ]);
  });
});
