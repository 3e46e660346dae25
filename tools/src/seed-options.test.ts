import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { seedOptions } from './seed-options.ts';

const env = { OPERATOR_TOKEN: 'token' };

describe('the options of the seed', () => {
  it('are the named demo data on the local services, unless told otherwise', () => {
    expect(seedOptions([], env)).toEqual({
      products: 0,
      customers: 0,
      stock: undefined,
      ifEmpty: false,
      currency: 'EUR',
      operatorToken: 'token',
      urls: { 'order-svc': 'http://127.0.0.1:4001', 'inventory-svc': 'http://127.0.0.1:4002', 'loyalty-svc': 'http://127.0.0.1:4003' },
    });
  });

  it('take sizes, URLs and ports', () => {
    const options = seedOptions(['--products', '500', '--customers=20', '--stock', '7', '--if-empty'], {
      ...env,
      ORDER_SVC_URL: 'https://orders.example/',
      LOYALTY_SVC_PORT: '5003',
    });
    expect(options).toMatchObject({ products: 500, customers: 20, stock: 7, ifEmpty: true });
    expect(options?.urls).toMatchObject({ 'order-svc': 'https://orders.example', 'loyalty-svc': 'http://127.0.0.1:5003' });
  });

  it('go through the one door of the shop, but for a service that has an address of its own', () => {
    const options = seedOptions([], {
      ...env,
      SHOP_URL: 'http://127.0.0.1:4000/',
      ORDER_SVC_URL: 'http://127.0.0.1:4001',
      LOYALTY_SVC_PORT: '5003',
    });
    expect(options?.urls).toEqual({
      'order-svc': 'http://127.0.0.1:4001',
      'inventory-svc': 'http://127.0.0.1:4000/api',
      'loyalty-svc': 'http://127.0.0.1:4000/api',
    });
  });

  it('are none when only help is asked for', () => {
    expect(seedOptions(['--help'], {})).toBeUndefined();
  });

  it.each([
    [['--products', '-1'], '--products'],
    [['--products', 'many'], '--products is "many"'],
    [['--stock', '1e3'], '--stock is "1e3"'],
    [['--customers', '1000001'], 'from 0 to 1000000'],
    [['--sizes', '3'], "Unknown option '--sizes'"],
  ])('%j are refused in a sentence', (args, sentence) => {
    expect(() => seedOptions(args, env)).toThrow(sentence);
  });

  it('have the token that npm start keeps, or say how to get one', () => {
    const MICROSHOP_DATA_DIR = mkdtempSync(join(tmpdir(), 'seed-'));
    expect(() => seedOptions([], { MICROSHOP_DATA_DIR })).toThrow('npm start');
    writeFileSync(join(MICROSHOP_DATA_DIR, 'operator-token'), 'kept\n');
    expect(seedOptions([], { MICROSHOP_DATA_DIR })?.operatorToken).toBe('kept');
    expect(seedOptions([], { OPERATOR_TOKEN_FILE: join(MICROSHOP_DATA_DIR, 'operator-token') })?.operatorToken).toBe('kept');
    expect(() => seedOptions([], { OPERATOR_TOKEN_FILE: join(MICROSHOP_DATA_DIR, 'none') })).toThrow('can not be read');
  });
});
