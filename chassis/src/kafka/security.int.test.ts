import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startKafkaBroker } from '@microshop/local/kafka-broker';
import { mongodUrl, startMongod } from '@microshop/local/mongod';
import { cacheDirectory } from '@microshop/local/paths';
import { findFreePort } from '@microshop/local/ports';
import { startReaper } from '@microshop/local/processes/reaper-client';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { createLogger } from '../logger.ts';
import { createMongoClient } from '../mongo/connection.ts';
import { selfSignedCertificate } from '../testing/certificate.ts';
import { createKafkaBroker } from './kafkajs-broker.ts';
import { readTopics } from './read-topics.ts';
import { type KafkaSecuritySettings, kafkaSecurityOf } from './security.ts';

const PASSWORD = 'a-password-of-the-test';
let folder: string;
let mongodbUrl: string;
let port: number;
const reaper = startReaper(0);
const file = (name: string) => join(folder, name);

/** A broker and a database that offer TLS, and on the broker's second port nothing else. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'microshop-tls-'));
  const { certificate, key } = selfSignedCertificate();
  await writeFile(file('ca.pem'), certificate);
  await writeFile(file('server.pem'), `${key}${certificate}`);
  await writeFile(file('other-ca.pem'), selfSignedCertificate().certificate);
  port = await findFreePort();
  const [plain, controller] = [await findFreePort(), await findFreePort()];
  reaper.removeAtEnd(folder);
  const { signal } = new AbortController();
  const toolchain = { cacheDir: cacheDirectory(process.env), env: process.env, reaper, signal, report: () => undefined };
  const common = { dataDir: folder };
  const [, mongod] = await Promise.all([
    startKafkaBroker(toolchain, {
      ...common,
      port: plain,
      logFile: file('kafka.log'),
      heapMb: 256,
      overrides: {
        listeners: `BROKER://127.0.0.1:${plain},SECURE://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}`,
        'advertised.listeners': `BROKER://127.0.0.1:${plain},SECURE://127.0.0.1:${port}`,
        'listener.security.protocol.map': 'BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURE:SASL_SSL',
        'controller.quorum.voters': `1@127.0.0.1:${controller}`,
        'listener.name.secure.ssl.keystore.type': 'PEM',
        'listener.name.secure.ssl.keystore.location': file('server.pem'),
        'listener.name.secure.sasl.enabled.mechanisms': 'PLAIN',
        'listener.name.secure.plain.sasl.jaas.config': `org.apache.kafka.common.security.plain.PlainLoginModule required user_shop="${PASSWORD}";`,
      },
    }),
    startMongod(toolchain, {
      ...common,
      port: 0,
      logFile: file('mongod.log'),
      cacheGb: 0.25,
      extraArgs: [
        '--tlsMode',
        'allowTLS',
        '--tlsCertificateKeyFile',
        file('server.pem'),
        '--tlsCAFile',
        file('ca.pem'),
        '--tlsAllowConnectionsWithoutCertificates',
      ],
    }),
  ]);
  mongodbUrl = mongodUrl(mongod.port);
});
afterAll(async () => {
  await reaper.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

const login = { KAFKA_SASL_MECHANISM: 'plain', KAFKA_SASL_USERNAME: 'shop', KAFKA_SASL_PASSWORD: PASSWORD } as const;

function connect(settings: KafkaSecuritySettings) {
  const lines: string[] = [];
  const logger = createLogger({ name: 'secure-test', level: 'trace' }, { write: (line) => lines.push(line) });
  const broker = createKafkaBroker({
    brokers: [`127.0.0.1:${port}`],
    clientId: 'secure-test',
    security: kafkaSecurityOf(settings),
    logger,
    onFatal: () => undefined,
  });
  onTestFinished(() => broker.stop());
  return { broker, lines };
}

it('Kafka is used over TLS with a login, and the password is in no log line', async () => {
  const { broker, lines } = connect({ KAFKA_TLS: true, KAFKA_TLS_CA_FILE: file('ca.pem'), ...login });
  await broker.ping();
  expect(lines.join('')).not.toContain(PASSWORD);
});

it('topics are read over TLS with a login', async () => {
  const settings = { KAFKA_TLS: true, KAFKA_TLS_CA_FILE: file('ca.pem'), ...login };
  const { broker } = connect(settings);
  await broker.ensureTopics([{ name: 'secured', partitions: 1, config: {} }]);
  await broker.send([{ topic: 'secured', key: 'k', value: 'secret', headers: {} }]);
  const read: string[] = [];
  await readTopics({
    brokers: [`127.0.0.1:${port}`],
    security: kafkaSecurityOf(settings),
    topics: ['secured'],
    onRecord: (_topic, _partition, { value }) => read.push(Buffer.from(value ?? []).toString()),
  });
  expect(read).toEqual(['secret']);
});

it.each([
  ['without TLS', () => login],
  ['without a login', () => ({ KAFKA_TLS: true, KAFKA_TLS_CA_FILE: file('ca.pem') })],
  ['with a wrong password', () => ({ KAFKA_TLS: true, KAFKA_TLS_CA_FILE: file('ca.pem'), ...login, KAFKA_SASL_PASSWORD: 'wrong' })],
  ['when another authority is trusted', () => ({ KAFKA_TLS: true, KAFKA_TLS_CA_FILE: file('other-ca.pem'), ...login })],
  ['when the public authorities are trusted', () => ({ KAFKA_TLS: true, ...login })],
])('Kafka is not used %s', async (_what, settings) => {
  const { broker, lines } = connect(settings());
  await expect(broker.ping()).rejects.toThrow();
  expect(lines.join('')).not.toContain(PASSWORD);
});

it('MongoDB is used over TLS with the authorities of a file, and no others', async () => {
  const ping = async (ca: string) => {
    const client = createMongoClient(mongodbUrl, 'secure-test', file(ca));
    onTestFinished(() => client.close());
    return client.db().command({ ping: 1 });
  };
  expect(await ping('ca.pem')).toMatchObject({ ok: 1 });
  await expect(ping('other-ca.pem')).rejects.toThrow();
});
