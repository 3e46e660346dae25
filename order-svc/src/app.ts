import { fastifySSE } from '@fastify/sse';
import { durationMs } from '@microshop/chassis/duration';
import type { Logger } from '@microshop/chassis/logger';
import { every } from '@microshop/chassis/periodic';
import { type RunningService, type ServiceContext, type ServiceOverrides, startService } from '@microshop/chassis/service';
import { topics } from '@microshop/contracts';
import { createCancelOrder, createFulfilOrder } from './application/change-order.ts';
import { orderCollections } from './application/collections.ts';
import { createChangeDiscount, createCreateDiscount, createRetireDiscount } from './application/keep-discounts.ts';
import { createOrderFeed } from './application/order-feed.ts';
import { createPlaceOrder } from './application/place-order.ts';
import { createRecordAnswer } from './application/record-answer.ts';
import { createRejectOverdueOrders } from './application/reject-overdue-orders.ts';
import { createSettleOrder } from './application/settle-order.ts';
import type { OrderConfig } from './config.ts';
import { checkoutRoutes } from './http/checkout-routes.ts';
import { discountRoutes } from './http/discount-routes.ts';
import { orderEventsRoutes } from './http/order-events-routes.ts';
import { orderRoutes } from './http/order-routes.ts';
import { catalogConsumer } from './messaging/catalog-consumer.ts';
import { pointsConsumer } from './messaging/points-consumer.ts';
import { stockConsumer } from './messaging/stock-consumer.ts';
import { createFindChangedOrders, createFindOverdueOrders, createOrderQueries } from './persistence/order-queries.ts';

const SWEEP_MS = 1000;

/** order-svc: takes orders in, joins the answers, decides. What it can do, what it listens to, what it serves. */
export const startOrderService = (config: OrderConfig, logger: Logger, overrides: ServiceOverrides = {}): Promise<RunningService> =>
  startService({
    name: 'order-svc',
    version: '0.1.0',
    description: 'Orders and their state machine, idempotency keys, discount codes.',
    port: config.ORDER_SVC_PORT,
    config,
    logger,
    topics,
    collections: orderCollections,
    build: (context) => build(config, context),
    ...overrides,
  });

function build(config: OrderConfig, { transact, db, clock, newId, logger, markProgress }: ServiceContext) {
  const timeoutMs = durationMs(config.ORDER_TIMEOUT);
  const feed = createOrderFeed({ findChanged: createFindChangedOrders(db) });
  const settle = createSettleOrder(feed.announce);
  const recordAnswer = createRecordAnswer(settle);
  const queries = createOrderQueries(db);
  const placeOrder = createPlaceOrder({ transact, newId, currency: config.SHOP_CURRENCY, pointValue: config.POINT_VALUE, timeoutMs });
  const rejectOverdue = createRejectOverdueOrders({
    transact,
    settle,
    findOverdue: createFindOverdueOrders(db),
    markProgress,
    clock,
    timeoutMs,
  });

  return {
    subscriptions: [stockConsumer(recordAnswer), pointsConsumer(recordAnswer), catalogConsumer],
    async routes(app: Parameters<typeof checkoutRoutes>[0]) {
      await app.register(fastifySSE);
      checkoutRoutes(app, placeOrder, feed);
      orderRoutes(app, { queries, cancelOrder: createCancelOrder(transact, settle), fulfilOrder: createFulfilOrder(transact, settle) });
      orderEventsRoutes(app, queries, feed);
      discountRoutes(app, {
        queries,
        createDiscount: createCreateDiscount(transact),
        changeDiscount: createChangeDiscount(transact),
        retireDiscount: createRetireDiscount(transact),
        currency: config.SHOP_CURRENCY,
      });
    },
    jobs: [() => every(SWEEP_MS, 'reject-overdue-orders', logger, rejectOverdue)],
  };
}
