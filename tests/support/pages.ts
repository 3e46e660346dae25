import { expect } from 'vitest';
import type { Send } from './rest.ts';

/** Every entry of a list, read by pages of `limit` until `nextCursor` is null; checks the form of each page on the way. */
export async function readAllPages<T>(send: Send, path: string, limit: number): Promise<T[]> {
  const separator = path.includes('?') ? '&' : '?';
  const seen: T[] = [];
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const { status, body } = await send('GET', `${path}${separator}limit=${limit}${cursor === undefined ? '' : `&cursor=${cursor}`}`);
    expect({ status, fields: Object.keys(body).sort() }).toEqual({ status: 200, fields: ['data', 'nextCursor'] });
    const { data, nextCursor } = body as { data: T[]; nextCursor: string | null };
    expect(data.length).toBeLessThanOrEqual(limit);
    if (nextCursor !== null)
      expect({ length: data.length, nextCursor }).toEqual({ length: limit, nextCursor: expect.stringMatching(/^[\w-]+$/) });
    seen.push(...data);
    cursor = nextCursor;
  }
  return seen;
}
