import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import { etagOf, ifMatchHeader, requireIfMatch } from './etag.ts';
import { idempotencyKeyHeader } from './idempotency-key.ts';
import { preferHeader } from './prefer.ts';
import { createTestServer } from './test-server.ts';

const refusal = (status: number, code: string) => expect.objectContaining({ kind: 'refused', status, code });

describe('If-Match', () => {
  it.each([etagOf(17), '*', '"v16", "v17"', ' "v17" '])('%s matches version 17', (header) => {
    expect(() => requireIfMatch(header, 17)).not.toThrow();
  });

  it.each(['"v16"', 'W/"v17"', 'v17', '"v1"', '"v170"'])('%s does not match version 17, and the present ETag is told', (header) => {
    expect(() => requireIfMatch(header, 17)).toThrow(refusal(412, 'precondition_failed'));
    expect(() => requireIfMatch(header, 17)).toThrow(expect.objectContaining({ extensions: { currentETag: '"v17"' } }));
  });

  it.each([undefined, '', ' '])('is required: %j is refused with 428', (header) => {
    expect(() => requireIfMatch(header, 17)).toThrow(refusal(428, 'precondition_required'));
  });
});

it('is documented beside the other headers, which do not stand in the way of their own checks', async () => {
  const { app } = await createTestServer();
  const headers = Type.Object({ ...ifMatchHeader, ...idempotencyKeyHeader, ...preferHeader });
  app.put('/things', { schema: { headers } }, async (request) => ({ received: request.headers['if-match'] ?? null }));
  expect((await app.inject({ method: 'PUT', url: '/things' })).json()).toEqual({ received: null });
  expect((await app.inject({ method: 'PUT', url: '/things', headers: { 'If-Match': '"v1"' } })).json()).toEqual({ received: '"v1"' });
  const { parameters } = (await app.inject('/openapi.json')).json().paths['/things'].put;
  expect(parameters.map((parameter: { name: string; in: string }) => [parameter.in, parameter.name])).toEqual([
    ['header', 'if-match'],
    ['header', 'idempotency-key'],
    ['header', 'prefer'],
  ]);
  await app.close();
});
