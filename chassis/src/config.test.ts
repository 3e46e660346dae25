import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Type } from 'typebox';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { brokersOf, isSupervised, loadConfig, loadConfigOrExit, portSetting, serviceSettings } from './config.ts';

const Schema = Type.Object({
  ...serviceSettings,
  DEMO_SVC_PORT: portSetting('demo-svc', 4009),
  POLL_INTERVAL_MS: Type.Integer({ minimum: 1, default: 50 }),
});
const load = (env: NodeJS.ProcessEnv) => loadConfig(Schema, env);

function faultOf(env: NodeJS.ProcessEnv): string {
  try {
    load(env);
    return 'none';
  } catch (error) {
    expect(error).toMatchObject({ code: 'invalid_configuration', kind: 'invalid' });
    return (error as Error).message;
  }
}

describe('loadConfig', () => {
  it('applies defaults, leaves unset optional settings absent and takes nothing undeclared', () => {
    expect(load({ PATH: '/bin', OPERATOR_TOKEN: '' })).toEqual({
      NODE_ENV: 'development',
      LOG_LEVEL: 'info',
      HOST: '127.0.0.1',
      MAX_IN_FLIGHT: 2000,
      OTEL_TRACES_SAMPLER_ARG: 1,
      AUTH_SUBJECT_CLAIM: 'sub',
      KAFKA_TLS: false,
      KAFKA_BROKERS: '127.0.0.1:9092',
      MONGODB_URL: 'mongodb://127.0.0.1:27017/?replicaSet=rs0&directConnection=true',
      SHOP_CURRENCY: 'EUR',
      DEMO_SVC_PORT: 4009,
      POLL_INTERVAL_MS: 50,
    });
  });

  it('reads numbers, and cannot be changed', () => {
    const config = load({ DEMO_SVC_PORT: '5001', KAFKA_BROKERS: 'a:9092,b:9093' });
    expect(config.DEMO_SVC_PORT).toBe(5001);
    expect(brokersOf(config)).toEqual(['a:9092', 'b:9093']);
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('leaves the environment as it was', () => {
    const env = { DEMO_SVC_PORT: '5001' };
    load(env);
    expect(env).toEqual({ DEMO_SVC_PORT: '5001' });
  });

  it('names every faulty variable in one message, and no value', () => {
    const fault = faultOf({
      DEMO_SVC_PORT: 'x-secret',
      SHOP_CURRENCY: 'eur-secret',
      LOG_LEVEL: 'loud-secret',
      MONGODB_URL: 'http://secret',
    });
    for (const name of [
      'DEMO_SVC_PORT must be integer (HTTP port of demo-svc)',
      'SHOP_CURRENCY',
      'LOG_LEVEL',
      'trace, debug',
      'MONGODB_URL',
    ]) {
      expect(fault).toContain(name);
    }
    expect(fault).not.toContain('secret');
    expect(fault).not.toContain('\n');
  });

  it.each(['70000', '-1', '1.5', '1e309', 'NaN', '4001x'])('refuses the port %j', (port) => {
    expect(faultOf({ DEMO_SVC_PORT: port })).toContain('DEMO_SVC_PORT');
  });

  it.each(['localhost', 'a:9092,', 'a:9092, b:9092', ':9092'])('refuses the brokers %j', (brokers) => {
    expect(faultOf({ KAFKA_BROKERS: brokers })).toContain('KAFKA_BROKERS');
  });

  it('refuses to ask for more copies of a record than there are of its topic', () => {
    expect(faultOf({ TOPIC_REPLICATION_FACTOR: '1', TOPIC_MIN_INSYNC_REPLICAS: '2' })).toContain('nothing could ever be sent');
    expect(faultOf({ TOPIC_REPLICATION_FACTOR: '0' })).toContain('TOPIC_REPLICATION_FACTOR must be >= 1');
    expect(load({ TOPIC_REPLICATION_FACTOR: '3' })).toMatchObject({ TOPIC_REPLICATION_FACTOR: 3 });
    expect(faultOf({ TOPIC_MIN_INSYNC_REPLICAS: '2' })).toBe('none');
  });

  it('names a required variable that is unset', () => {
    expect(() => loadConfig(Type.Object({ API_KEY: Type.String() }), {})).toThrow('API_KEY is required');
  });

  it('refuses production without OPERATOR_TOKEN', () => {
    expect(faultOf({ NODE_ENV: 'production' })).toBe('Configuration: OPERATOR_TOKEN is required when NODE_ENV is production.');
    expect(faultOf({ NODE_ENV: 'production', OPERATOR_TOKEN: 'token' })).toBe('none');
    expect(loadConfig(Type.Object({ NODE_ENV: Type.String() }), { NODE_ENV: 'production' })).toEqual({ NODE_ENV: 'production' });
  });
});

describe('settings of security', () => {
  const production = { NODE_ENV: 'production', OPERATOR_TOKEN: 'token' };
  const secret = 's'.repeat(32);

  it('refuses to be reached from elsewhere in production without a way to tell customers apart, in one sentence', () => {
    const fault =
      'Configuration: AUTH_JWKS_URL or AUTH_JWT_SECRET is required when NODE_ENV is production and HOST is no loopback address.';
    for (const HOST of ['0.0.0.0', '::', '10.0.0.7', 'shop.example'])
      expect([HOST, faultOf({ ...production, HOST })]).toEqual([HOST, fault]);
    for (const HOST of ['127.0.0.1', '127.1.2.3', '::1', 'localhost'])
      expect([HOST, faultOf({ ...production, HOST })]).toEqual([HOST, 'none']);
    expect(faultOf({ ...production, HOST: '::', AUTH_JWT_SECRET: secret })).toBe('none');
    expect(faultOf({ ...production, HOST: '::', AUTH_JWKS_URL: 'https://id.example/keys' })).toBe('none');
    expect(faultOf({ HOST: '0.0.0.0', TRUSTED_PROXIES: '10.0.0.0/8,::1,fd00::/8' })).toBe('none');
  });

  it.each([
    [{ AUTH_JWT_SECRET: 'too-short' }, 'AUTH_JWT_SECRET'],
    [{ AUTH_JWT_SECRET: secret, AUTH_JWKS_URL: 'https://id.example/keys' }, 'AUTH_JWKS_URL and AUTH_JWT_SECRET are both set'],
    [{ AUTH_JWKS_URL: 'file:///etc/keys' }, 'AUTH_JWKS_URL'],
    [{ KAFKA_SASL_MECHANISM: 'plain', KAFKA_SASL_USERNAME: 'ada' }, 'KAFKA_SASL_PASSWORD go together'],
    [{ KAFKA_SASL_PASSWORD: 'secret-pass' }, 'KAFKA_SASL_PASSWORD go together'],
    [{ KAFKA_SASL_MECHANISM: 'gssapi' }, 'plain, scram-sha-256, scram-sha-512'],
    [{ KAFKA_TLS: 'true', KAFKA_TLS_CERT_FILE: '/a' }, 'KAFKA_TLS_KEY_FILE go together'],
    [{ KAFKA_TLS_CA_FILE: '/a' }, 'need KAFKA_TLS=true'],
    [{ KAFKA_TLS: 'perhaps' }, 'KAFKA_TLS must be boolean'],
    [{ MAX_IN_FLIGHT: '0' }, 'MAX_IN_FLIGHT'],
    [{ TRUSTED_PROXIES: 'everybody' }, 'TRUSTED_PROXIES'],
    [{ TRUSTED_PROXIES: '10.0.0.0/33' }, 'TRUSTED_PROXIES must be addresses or networks'],
    [{ TRUSTED_PROXIES: '10.0.0.1,999' }, 'TRUSTED_PROXIES must be addresses or networks'],
  ])('refuses %j', (env, fault) => {
    expect(faultOf(env)).toContain(fault);
    expect(faultOf(env)).not.toMatch(/too-short|secret-pass/);
  });

  it('reads secrets from files', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'microshop-secrets-')), 'token');
    await writeFile(file, 'from-a-file\n');
    onTestFinished(() => rm(dirname(file), { recursive: true }));
    expect(load({ OPERATOR_TOKEN_FILE: file, KAFKA_SASL_PASSWORD_FILE: '' }).OPERATOR_TOKEN).toBe('from-a-file');
    expect(faultOf({ OPERATOR_TOKEN_FILE: file, OPERATOR_TOKEN: 'other' })).toContain(
      'OPERATOR_TOKEN and OPERATOR_TOKEN_FILE are both set',
    );
    expect(faultOf({ AUTH_JWT_SECRET_FILE: file })).toContain('AUTH_JWT_SECRET');
    expect(faultOf({ AUTH_JWT_SECRET_FILE: file })).not.toContain('from-a-file');
    await writeFile(file, '\n');
    expect(faultOf({ OPERATOR_TOKEN_FILE: file })).toContain('the file that OPERATOR_TOKEN_FILE names is empty');
    expect(faultOf({ MONGODB_URL_FILE: `${file}.missing` })).toBe('Configuration: the file that MONGODB_URL_FILE names can not be read.');
  });
});

describe('loadConfigOrExit', () => {
  afterEach(() => vi.restoreAllMocks());

  it('says what is wrong in one line and exits 1', () => {
    const exit = vi.spyOn(process, 'exit').mockImplementation((code) => {
      throw new Error(`exit ${code}`);
    });
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    expect(() => loadConfigOrExit(Schema, { DEMO_SVC_PORT: 'x' })).toThrow('exit 1');
    expect(write).toHaveBeenCalledExactlyOnceWith(expect.stringMatching(/^Configuration: DEMO_SVC_PORT .*\n$/));
    expect(loadConfigOrExit(Schema, {}).DEMO_SVC_PORT).toBe(4009);
    expect(exit).toHaveBeenCalledOnce();
  });
});

describe('isSupervised', () => {
  afterEach(() => vi.unstubAllEnvs());

  it.each([
    ['1', true],
    ['0', false],
    ['', false],
  ])('MICROSHOP_SUPERVISED=%s is %s', (value, expected) => {
    vi.stubEnv('MICROSHOP_SUPERVISED', value);
    expect(isSupervised()).toBe(expected);
  });
});
