import { newUuid, systemClock } from '@microshop/chassis/clock';
import { loadConfig } from '@microshop/chassis/config';
import { createLogger } from '@microshop/chassis/logger';
import { inject, vi } from 'vitest';
import { startLoyalty } from '../app.ts';
import { LoyaltyConfig } from '../config.ts';
import { connectOrders } from './orders.ts';
import { createRestClient } from './rest-client.ts';

const OPERATOR_TOKEN = 'operators-of-the-test';
const WAIT = { timeout: 30_000, interval: 50 };

/** The test files' services share one consumer group, so all of them are a minute ahead: of an order that allows less, every one is late. */
const AHEAD_MS = 60_000;
const clock = { now: () => new Date(systemClock.now().getTime() + AHEAD_MS) };

/** The service on the run's real broker and database, in this process; what it tells orders, and a client that is an operator. */
export async function startLoyaltyUnderTest() {
  const env = {
    NODE_ENV: 'test',
    KAFKA_BROKERS: inject('kafkaBrokers').join(','),
    MONGODB_URL: inject('mongodbUrl'),
    LOYALTY_SVC_PORT: '0',
    OPERATOR_TOKEN,
  };
  const logger = createLogger({ name: 'loyalty-svc', level: 'silent' });
  const onFatal = (error: Error) => {
    throw error;
  };
  const service = await startLoyalty(loadConfig(LoyaltyConfig, env), logger, { clock, onFatal });
  const rest = createRestClient(service.url, OPERATOR_TOKEN);
  await vi.waitUntil(async () => (await rest.get('/readyz')).status === 200, WAIT);
  const orders = await connectOrders(inject('kafkaBrokers'), logger);

  return {
    rest,
    orders,
    /** A customer that has so many points. */
    async customerWith(points: number, blocked = false): Promise<string> {
      const customerId = `c-${newUuid()}`;
      await rest.post('/customers', { customerId, email: `${customerId}@example.com`, name: 'Ada', blocked });
      if (points > 0) await rest.post(`/customers/${customerId}/points`, { change: points, reason: 'Opening balance' });
      return customerId;
    },
    async balanceOf(customerId: string): Promise<number> {
      return (await rest.get(`/customers/${customerId}/points`)).body.balance as number;
    },
    /** Type and change of the customer's rows, oldest first. */
    async ledgerOf(customerId: string): Promise<[string, number][]> {
      const { data } = (await rest.get(`/customers/${customerId}/points/ledger?limit=100`)).body as {
        data: { type: string; change: number }[];
      };
      return data.map(({ type, change }): [string, number] => [type, change]).reverse();
    },
    async stop() {
      await orders.stop();
      await service.stop();
    },
  };
}

export type LoyaltyUnderTest = Awaited<ReturnType<typeof startLoyaltyUnderTest>>;
