import { Type } from 'typebox';
import { afterEach, describe, expect, it, vi } from 'vitest';
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

  it('names a required variable that is unset', () => {
    expect(() => loadConfig(Type.Object({ API_KEY: Type.String() }), {})).toThrow('API_KEY is required');
  });

  it('refuses production without OPERATOR_TOKEN', () => {
    expect(faultOf({ NODE_ENV: 'production' })).toBe('Configuration: OPERATOR_TOKEN is required when NODE_ENV is production.');
    expect(faultOf({ NODE_ENV: 'production', OPERATOR_TOKEN: 'token' })).toBe('none');
    expect(loadConfig(Type.Object({ NODE_ENV: Type.String() }), { NODE_ENV: 'production' })).toEqual({ NODE_ENV: 'production' });
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
