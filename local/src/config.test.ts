import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DEFAULT_PORTS, loadConfig, ownPorts } from './config.ts';
import { REPO_DIR } from './paths.ts';

describe('loadConfig', () => {
  test('takes the defaults when nothing is set, and reads an empty variable as unset', () => {
    const config = loadConfig({ KAFKA_PORT: '', MONGODB_URL: '  ' });
    expect(config.ports).toEqual(DEFAULT_PORTS);
    expect(config.mongodbUrl).toBeUndefined();
    expect(config.dataDir).toBe(join(REPO_DIR, '.microshop', 'data'));
    expect(config.cacheDir).toBe(join(REPO_DIR, '.microshop', 'cache'));
  });

  test('resolves a relative data directory against the repository', () => {
    expect(loadConfig({ MICROSHOP_DATA_DIR: 'other' }).dataDir).toBe(join(REPO_DIR, 'other'));
  });

  test.each(['abc', '0', '65536', '1.5', '-1', '0x10', '1e3'])('refuses %s as a port and names the variable', (value) => {
    expect(() => loadConfig({ KAFKA_PORT: value })).toThrow(/^KAFKA_PORT is ".*", which is no port/);
  });

  test('refuses one port for two', () => {
    expect(() => loadConfig({ KAFKA_PORT: '4001' })).toThrow('ORDER_SVC_PORT and KAFKA_PORT are both 4001');
  });

  test('counts no port of what runs elsewhere', () => {
    const config = loadConfig({ KAFKA_BROKERS: 'kafka:9092', MONGODB_URL: 'mongodb://db', KAFKA_PORT: '4001' });
    expect(ownPorts(config).map(([variable]) => variable)).toEqual([
      'ORDER_SVC_PORT',
      'INVENTORY_SVC_PORT',
      'LOYALTY_SVC_PORT',
      'CONSOLE_PORT',
    ]);
  });
});
