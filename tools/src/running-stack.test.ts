import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ToolFailure } from './failure.ts';
import { runningStack } from './running-stack.ts';

let directory: string;
const file = (name: string) => join(directory, name);
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'running-stack-'));
  writeFileSync(file('ca.pem'), 'authorities');
  writeFileSync(file('url'), 'mongodb://ada:secret@db:27017/?replicaSet=rs0\n');
  writeFileSync(file('password'), 'secret\n');
});
afterAll(() => rmSync(directory, { recursive: true }));

describe('where the stack runs', () => {
  it('is on the local ports when nothing is said', () => {
    const local = {
      brokers: ['127.0.0.1:9092'],
      security: {},
      mongodbUrl: 'mongodb://127.0.0.1:27017/?replicaSet=rs0&directConnection=true',
    };
    expect(runningStack({})).toEqual(local);
    expect(runningStack({ KAFKA_BROKERS: ' ', MONGODB_URL: '' })).toEqual(local);
    expect(runningStack({ KAFKA_PORT: '9999', MONGODB_PORT: '27999' })).toEqual({
      brokers: ['127.0.0.1:9999'],
      security: {},
      mongodbUrl: 'mongodb://127.0.0.1:27999/?replicaSet=rs0&directConnection=true',
    });
  });

  it('is where the services are told, with TLS, a login and secrets in files', () => {
    expect(
      runningStack({
        KAFKA_BROKERS: 'one:9093,two:9093',
        KAFKA_TLS: 'true',
        KAFKA_TLS_CA_FILE: file('ca.pem'),
        KAFKA_SASL_MECHANISM: 'scram-sha-512',
        KAFKA_SASL_USERNAME: 'audit',
        KAFKA_SASL_PASSWORD_FILE: file('password'),
        MONGODB_URL_FILE: file('url'),
        MONGODB_TLS_CA_FILE: file('ca.pem'),
      }),
    ).toEqual({
      brokers: ['one:9093', 'two:9093'],
      security: { ssl: { ca: 'authorities' }, sasl: { mechanism: 'scram-sha-512', username: 'audit', password: 'secret' } },
      mongodbUrl: 'mongodb://ada:secret@db:27017/?replicaSet=rs0',
      mongodbTlsCaFile: file('ca.pem'),
    });
  });

  it.each([
    [{ KAFKA_BROKERS: 'nowhere' }, /KAFKA_BROKERS must match/],
    [{ MONGODB_URL: 'http://x' }, /MONGODB_URL must match/],
    [{ KAFKA_PORT: 'x' }, /^KAFKA_PORT is "x", which is no port/],
    [{ KAFKA_SASL_MECHANISM: 'plain' }, /go together\.$/],
    [{ KAFKA_TLS: 'true', KAFKA_TLS_CA_FILE: '/nothing' }, /^The file that KAFKA_TLS_CA_FILE names can not be read\.$/],
  ])('says of %j in one sentence what is wrong, without a value that may be secret', (env, sentence) => {
    expect(() => runningStack(env)).toThrow(ToolFailure);
    expect(() => runningStack(env)).toThrow(sentence);
  });
});
