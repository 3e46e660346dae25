import type { Logger } from '@microshop/chassis/logger';
import { type RunningService, type ServiceOverrides, startService } from '@microshop/chassis/service';
import { topics } from '@microshop/contracts';
import packageJson from '../package.json' with { type: 'json' };
import { collections } from './application/collections.ts';
import { createUseCases } from './application/use-cases.ts';
import type { LoyaltyConfig } from './config.ts';
import { customerRoutes } from './http/customers.ts';
import { pointsRoutes } from './http/points.ts';
import { ordersByCustomerConsumer } from './messaging/orders-by-customer-consumer.ts';
import { createCustomerQueries } from './persistence/customer-queries.ts';
import { createLedgerQueries } from './persistence/ledger-queries.ts';

export const startLoyalty = (config: LoyaltyConfig, logger: Logger, overrides: ServiceOverrides = {}): Promise<RunningService> =>
  startService({
    name: 'loyalty-svc',
    version: packageJson.version,
    description: 'Customers, their points and the ledger of them',
    port: config.LOYALTY_SVC_PORT,
    config,
    logger,
    topics,
    collections,
    build({ transact, db, newId }) {
      const customers = createCustomerQueries(db);
      const ledger = createLedgerQueries(db);
      const useCases = createUseCases({ transact, newId }, { spendPerPoint: config.EARN_SPEND_PER_POINT });
      return {
        subscriptions: [ordersByCustomerConsumer(useCases)],
        routes(app) {
          customerRoutes(app, { customers, ...useCases });
          pointsRoutes(app, { customers, ledger, ...useCases });
        },
      };
    },
    ...overrides,
  });
