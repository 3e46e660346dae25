import type { Logger } from '@microshop/chassis/logger';
import { type RunningService, type ServiceOverrides, startService } from '@microshop/chassis/service';
import { topics } from '@microshop/contracts';
import packageJson from '../package.json' with { type: 'json' };
import { adjustPoints } from './application/adjust-points.ts';
import { changeCustomer } from './application/change-customer.ts';
import { collections } from './application/collections.ts';
import { createCustomer } from './application/create-customer.ts';
import { deductPoints } from './application/deduct-points.ts';
import { earnPoints } from './application/earn-points.ts';
import { refundPoints } from './application/refund-points.ts';
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
      return {
        subscriptions: [
          ordersByCustomerConsumer({
            deductPoints: deductPoints({ newId }),
            earnPoints: earnPoints({ spendPerPoint: config.EARN_SPEND_PER_POINT }),
            refundPoints,
          }),
        ],
        routes(app) {
          customerRoutes(app, {
            customers,
            createCustomer: createCustomer({ transact, newId }),
            changeCustomer: changeCustomer({ transact }),
          });
          pointsRoutes(app, { customers, ledger, adjustPoints: adjustPoints({ transact, newId }) });
        },
      };
    },
    ...overrides,
  });
