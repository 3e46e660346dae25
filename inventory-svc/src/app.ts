import type { Logger } from '@microshop/chassis/logger';
import { every, sweepIntervalMs } from '@microshop/chassis/periodic';
import {
  type RunningService,
  type ServiceContext,
  type ServiceDefinition,
  type ServiceParts,
  startService,
} from '@microshop/chassis/service';
import { topics } from '@microshop/contracts';
import { collections } from './application/collections.ts';
import { measureStock } from './application/metrics.ts';
import { createUseCases } from './application/use-cases.ts';
import type { InventoryConfig } from './config.ts';
import { holdRoutes } from './http/holds.ts';
import { productRoutes } from './http/products.ts';
import { stockRoutes } from './http/stock.ts';
import { ordersBySkuConsumer } from './messaging/orders-by-sku-consumer.ts';
import { createFindDueHolds } from './persistence/due-holds-query.ts';
import { createListMovements } from './persistence/movement-list-query.ts';
import { createListProducts } from './persistence/product-list-query.ts';
import { createStockQueries } from './persistence/stock-totals-query.ts';

/** What tests put in place of the real thing. */
export type Overrides = Pick<ServiceDefinition, 'clock' | 'onFatal' | 'observe'>;

export const startInventory = (config: InventoryConfig, logger: Logger, overrides: Overrides = {}): Promise<RunningService> =>
  startService({
    name: 'inventory-svc',
    version: '0.1.0',
    description: 'Products, their stock, and what orders and carts have reserved of it.',
    port: config.INVENTORY_SVC_PORT,
    config,
    logger,
    topics,
    collections,
    build: (context) => build(context, config),
    ...overrides,
  });

function build({ db, logger, metrics, ...context }: ServiceContext, config: InventoryConfig): ServiceParts {
  const queries = { listProducts: createListProducts(db), listMovements: createListMovements(db), findDueHolds: createFindDueHolds(db) };
  const rules = { shopCurrency: config.SHOP_CURRENCY, holdTtlMs: config.HOLD_TTL_MS };
  const useCases = createUseCases({ ...context, ...queries, watch: measureStock(metrics, createStockQueries(db)) }, rules);
  return {
    subscriptions: [ordersBySkuConsumer(useCases)],
    routes(app) {
      productRoutes(app, useCases);
      stockRoutes(app, useCases);
      holdRoutes(app, useCases);
    },
    jobs: [() => every(sweepIntervalMs(config.HOLD_TTL_MS), 'sweep holds', logger, useCases.sweepHolds)],
  };
}
