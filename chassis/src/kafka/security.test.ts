import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { kafkaSecurityOf } from './security.ts';

it('is plain text without a login unless told otherwise', () => {
  expect(kafkaSecurityOf({})).toEqual({});
  expect(kafkaSecurityOf({ KAFKA_TLS: false })).toEqual({});
});

it('encrypts, trusting the public authorities or those of a file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'microshop-tls-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const [ca, cert, key] = [join(folder, 'ca'), join(folder, 'cert'), join(folder, 'key')];
  await Promise.all([ca, cert, key].map((file) => writeFile(file, `PEM of ${file}`)));
  expect(kafkaSecurityOf({ KAFKA_TLS: true })).toEqual({ ssl: {} });
  expect(kafkaSecurityOf({ KAFKA_TLS: true, KAFKA_TLS_CA_FILE: ca, KAFKA_TLS_CERT_FILE: cert, KAFKA_TLS_KEY_FILE: key })).toEqual({
    ssl: { ca: `PEM of ${ca}`, cert: `PEM of ${cert}`, key: `PEM of ${key}` },
  });
});

it('names the setting whose file is not there', () => {
  expect(() => kafkaSecurityOf({ KAFKA_TLS: true, KAFKA_TLS_CA_FILE: '/nowhere/ca.pem' })).toThrow(
    'The file that KAFKA_TLS_CA_FILE names can not be read.',
  );
});

it.each(['plain', 'scram-sha-256', 'scram-sha-512'] as const)('logs in with %s', (mechanism) => {
  expect(
    kafkaSecurityOf({ KAFKA_TLS: true, KAFKA_SASL_MECHANISM: mechanism, KAFKA_SASL_USERNAME: 'order-svc', KAFKA_SASL_PASSWORD: 'pass' }),
  ).toEqual({ ssl: {}, sasl: { mechanism, username: 'order-svc', password: 'pass' } });
});
