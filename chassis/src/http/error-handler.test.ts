import { Type } from 'typebox';
import { afterAll, describe, expect, it } from 'vitest';
import { AppError, refused, transient } from '../errors.ts';
import { problemResponse } from './problem.ts';
import { createTestServer } from './test-server.ts';

class DriverError extends Error {
  override name = 'DriverError';
}

describe('an error in a handler', async () => {
  const { app, log } = await createTestServer({
    asAppError: (error) =>
      error instanceof DriverError
        ? transient('database_unavailable', 'The database is away.', error)
        : error instanceof AppError
          ? error
          : undefined,
  });
  let next: unknown;
  const schema = { response: { 200: Type.Object({ ok: Type.Boolean() }), 409: problemResponse('Refused') } };
  app.get('/fail', { schema }, async () => {
    throw next;
  });
  app.get('/wrong-answer', { schema: { response: { 200: Type.Object({ count: Type.Integer() }) } } }, async () => ({ count: Number.NaN }));
  afterAll(() => app.close());

  const failWith = (error: unknown) => {
    next = error;
    return app.inject('/fail');
  };

  it('that is a refusal is its status, code and further members, past the response schema', async () => {
    const answer = await failWith(
      refused(409, 'out_of_stock', 'Not enough.', { errors: [{ sku: 'A', requested: 2, available: 1 }], status: 200 }),
    );
    expect(answer.statusCode).toBe(409);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.json()).toEqual({
      type: 'about:blank',
      title: 'Conflict',
      status: 409,
      code: 'out_of_stock',
      detail: 'Not enough.',
      errors: [{ sku: 'A', requested: 2, available: 1 }],
    });
  });

  it('that is invalid is 400 unless it says otherwise', async () => {
    expect((await failWith(new AppError({ kind: 'invalid', code: 'odd', message: 'Odd.' }))).json()).toMatchObject({
      status: 400,
      code: 'odd',
    });
    expect((await failWith(new AppError({ kind: 'invalid', code: 'odd', message: 'Odd.', status: 422 }))).json()).toMatchObject({
      status: 422,
    });
  });

  it('that is transient is 503 with Retry-After', async () => {
    const answer = await failWith(transient('broker_unavailable', 'Kafka is away.'));
    expect(answer.statusCode).toBe(503);
    expect(answer.headers['retry-after']).toBe('1');
    expect(answer.json()).toMatchObject({ code: 'broker_unavailable' });
    expect((await failWith(new DriverError('mongodb://user:pw@host'))).json()).toMatchObject({ status: 503, code: 'database_unavailable' });
  });

  it.each([
    ['a bug', new AppError({ kind: 'bug', code: 'invariant', message: 'SECRET' })],
    ['unknown', new TypeError('SECRET')],
    ['with a server status', Object.assign(new Error('SECRET'), { statusCode: 502 })],
  ])('that is %s is 500 with its message hidden and an errorId that is in the log', async (_what, error) => {
    const answer = await failWith(error);
    expect(answer.statusCode).toBe(500);
    expect(answer.json()).toMatchObject({ code: 'internal_error', errorId: expect.any(String) });
    expect(answer.body).not.toMatch(/SECRET|\.ts|at /);
    expect(log.lines.find(({ errorId }) => errorId === answer.json().errorId)).toMatchObject({
      level: 'error',
      err: { message: 'SECRET' },
    });
  });

  it('that a plugin throws with a client status keeps the status, not the message', async () => {
    const answer = await failWith(Object.assign(new Error('SECRET'), { statusCode: 406, code: 'FST_ERR_X' }));
    expect(answer.json()).toMatchObject({ status: 406, code: 'not_acceptable', detail: 'Not Acceptable.' });
  });

  it('that is thrown as something else than an Error is hidden too', async () => {
    expect((await failWith('SECRET')).body).not.toContain('SECRET');
    expect((await failWith(undefined)).statusCode).toBeLessThan(600);
  });

  it('that the serialisation of an answer makes is 500', async () => {
    expect((await app.inject('/wrong-answer')).json()).toMatchObject({ code: 'internal_error' });
  });
});
