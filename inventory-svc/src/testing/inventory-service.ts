import { loadConfig } from '@microshop/chassis/config';
import { createLogger } from '@microshop/chassis/logger';
import { inject } from 'vitest';
import { startInventory } from '../app.ts';
import { InventoryConfig } from '../config.ts';

const OPERATOR_TOKEN = 'operators-only';
export const operator = { authorization: `Bearer ${OPERATOR_TOKEN}` };

export type Answer = { status: number; headers: Headers; body: Record<string, unknown> };

/** The whole service in this process, on the real broker and database of the run. */
export async function startTestInventory() {
  const config = loadConfig(InventoryConfig, {
    NODE_ENV: 'test',
    LOG_LEVEL: 'fatal',
    KAFKA_BROKERS: inject('kafkaBrokers').join(','),
    MONGODB_URL: inject('mongodbUrl'),
    INVENTORY_SVC_PORT: '0',
    OPERATOR_TOKEN,
  });
  const service = await startInventory(config, createLogger({ name: 'inventory-svc', level: config.LOG_LEVEL }), {
    onFatal(error) {
      throw error;
    },
  });

  /** Sends a JSON body as it is given when it is text. */
  async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await fetch(`${service.url}${path}`, {
      method,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as Record<string, unknown> };
  }

  return {
    call,
    get: (path: string, headers?: Record<string, string>) => call('GET', path, undefined, headers),
    post: (path: string, body: unknown, headers?: Record<string, string>) => call('POST', path, body, headers),
    async isReady() {
      return (await fetch(`${service.url}/readyz`)).ok;
    },
    /** A new product with so many units; its SKU is unique in the run. */
    async stocked(units: number): Promise<string> {
      const sku = `SKU-${crypto.randomUUID()}`;
      await call('POST', '/products', { sku, name: 'A thing', unitPrice: 900, currency: 'EUR' }, operator);
      if (units > 0) await call('POST', `/products/${sku}/stock`, { change: units, reason: 'delivery' }, operator);
      return sku;
    },
    /** `available/reserved/sold` */
    async level(sku: string) {
      const { body } = await call('GET', `/products/${sku}/stock`);
      return `${body.available}/${body.reserved}/${body.sold}`;
    },
    stop: () => service.stop(),
  };
}

export type TestInventory = Awaited<ReturnType<typeof startTestInventory>>;
