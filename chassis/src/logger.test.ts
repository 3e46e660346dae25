import { describe, expect, it } from 'vitest';
import { createLogger, serializeError } from './logger.ts';

function logged(fields: object): Record<string, unknown> {
  const lines: string[] = [];
  createLogger({ name: 'demo-svc', level: 'info' }, { write: (line) => lines.push(line) }).info(fields, 'it happened');
  expect(lines).toHaveLength(1);
  return JSON.parse(lines[0] ?? '');
}

describe('a log line', () => {
  it('is JSON with the service, the level by name and an ISO time', () => {
    expect(logged({ orderId: 'o1', eventId: 'e1', offset: '7' })).toMatchObject({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      service: 'demo-svc',
      orderId: 'o1',
      eventId: 'e1',
      offset: '7',
      msg: 'it happened',
    });
  });

  it.each([
    'authorization',
    'cookie',
    'token',
    'operatorToken',
    'password',
    'OPERATOR_TOKEN',
    'METRICS_TOKEN',
    'AUTH_JWT_SECRET',
    'KAFKA_SASL_PASSWORD',
    'MONGODB_URL',
    'email',
    'name',
    'customer',
    'payload',
    'body',
  ])('does not show %s, also inside other fields', (field) => {
    const line = JSON.stringify(logged({ [field]: 'HUSH', a: { [field]: 'HUSH', b: { [field]: { c: 'HUSH' } } } }));
    expect(line).not.toContain('HUSH');
    expect(line.match(/\[redacted\]/g)).toHaveLength(3);
  });

  it('leaves the logged object as it was', () => {
    const fields = { headers: { authorization: 'Bearer x' } };
    logged(fields);
    expect(fields).toEqual({ headers: { authorization: 'Bearer x' } });
  });

  it('shows no query of a request', () => {
    expect(logged({ req: { method: 'GET', url: '/customers?email=a@b.de', headers: { authorization: 'x' } } }).req).toEqual({
      method: 'GET',
      path: '/customers',
    });
  });
});

describe('a logged error', () => {
  it('keeps type, code, message, stack and causes, and no further properties', () => {
    const cause = Object.assign(new TypeError('inner'), { keyValue: { email: 'a@b.de' } });
    const error = Object.assign(new Error('outer', { cause }), { code: 11000, document: { name: 'Ann' } });
    expect(logged({ err: error }).err).toEqual({
      type: 'Error',
      code: 11000,
      message: 'outer',
      stack: expect.stringContaining('logger.test.ts'),
      cause: { type: 'TypeError', message: 'inner', stack: expect.any(String) },
    });
  });

  it.each([
    ['E11000 duplicate key error dup key: { email: "ann.o\'neil@example.org" }', 'ann'],
    ['connect to mongodb://admin:pa55@host:27017 failed', 'pa55'],
  ])('shows no email and no credentials: %s', (message, secret) => {
    expect(JSON.stringify(serializeError(new Error(message)))).not.toContain(secret);
    expect(JSON.stringify(serializeError(message))).not.toContain(secret);
  });

  it('shows each of several', () => {
    expect(serializeError(new AggregateError([new Error('a'), 'b'], 'both'))).toMatchObject({
      message: 'both',
      errors: [{ message: 'a' }, 'b'],
    });
  });
});
