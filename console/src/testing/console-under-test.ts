import { randomUUID } from 'node:crypto';
import { type Databases, openDatabases } from '@microshop/tools/databases';
import { expect, inject, vi } from 'vitest';
import { type ConsoleShop, startConsoleShop } from '../../../tests/browser/console-shop.ts';
import { type Answer, restClient, type Send } from '../../../tests/support/rest.ts';
import { OPERATOR_TOKEN, WAIT } from '../../../tests/support/shop.ts';
import { connectToBroker } from '../../../tests/support/topics.ts';
import type { OrderTimeline } from '../api/orders.ts';

export type ConsoleUnderTest = {
  shop: ConsoleShop;
  databases: Databases;
  broker: ReturnType<typeof connectToBroker>;
  operator: Send;
  /** Without a token. */
  anyone: Send;
  /** The console's answer once it is as expected. */
  says<T>(path: string, isExpected: (body: T) => boolean): Promise<T>;
  /** The order's timeline once it has so many records. */
  known(orderId: string, status: string, records: number): Promise<OrderTimeline>;
  /** Buys one, through the console; a guest's when no customer is given. */
  checkout(sku: string, options?: { customer?: object; prefer?: string }): Promise<Answer>;
  stop(): Promise<void>;
};

/** The console and the three services, as whoever uses the console's origin sees them. */
export async function startConsoleUnderTest(settings: Record<string, string> = {}): Promise<ConsoleUnderTest> {
  const databases = await openDatabases({ mongodbUrl: inject('mongodbUrl') }, 'test');
  const broker = connectToBroker();
  const shop = await startConsoleShop(settings);
  const anyone = restClient(shop.consoleUrl);
  await vi.waitFor(async () => expect((await anyone('GET', '/readyz')).status).toBe(200), WAIT);

  const says: ConsoleUnderTest['says'] = <T>(path: string, isExpected: (body: T) => boolean) =>
    vi.waitFor(async () => {
      const { body } = await anyone('GET', path);
      if (!isExpected(body as T)) throw new Error(`${path} says ${JSON.stringify(body).slice(0, 500)}`);
      return body as T;
    }, WAIT);

  return {
    shop,
    databases,
    broker,
    operator: restClient(shop.consoleUrl, OPERATOR_TOKEN),
    anyone,
    says,
    known: (orderId, status, records) =>
      says<OrderTimeline>(`/console/orders/${orderId}`, ({ order, entries }) => order?.status === status && entries.length >= records),
    checkout: (sku, { customer = { email: `${randomUUID()}@example.com`, name: 'A guest' }, prefer = 'wait=20' } = {}) =>
      anyone('POST', '/api/checkout', {
        body: { customer, items: [{ sku, quantity: 1 }] },
        headers: { 'idempotency-key': randomUUID(), prefer },
      }),
    async stop() {
      await Promise.all([shop.stop(), broker.stop(), databases.close()]);
    },
  };
}
