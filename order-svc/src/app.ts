import { fastifySSE } from '@fastify/sse';
import { durationMs } from '@microshop/chassis/duration';
import { createRateLimit } from '@microshop/chassis/http/rate-limit';
import type { Logger } from '@microshop/chassis/logger';
import { every, sweepIntervalMs } from '@microshop/chassis/periodic';
import { type RunningService, type ServiceContext, type ServiceOverrides, startService } from '@microshop/chassis/service';
import { topics } from '@microshop/contracts';
import { orderCollections } from './application/collections.ts';
import { measureOrders } from './application/metrics.ts';
import { createUseCases } from './application/use-cases.ts';
import type { OrderConfig } from './config.ts';
import { createCheckoutAdmission } from './http/checkout-admission.ts';
import { checkoutQuotas, quoteQuotas } from './http/checkout-quotas.ts';
import { checkoutRoutes } from './http/checkout-routes.ts';
import { discountRoutes } from './http/discount-routes.ts';
import { orderEventsRoutes } from './http/order-events-routes.ts';
import { orderRoutes } from './http/order-routes.ts';
import { quoteRoutes } from './http/quote-routes.ts';
import { catalogConsumer } from './messaging/catalog-consumer.ts';
import { pointsConsumer } from './messaging/points-consumer.ts';
import { stockConsumer } from './messaging/stock-consumer.ts';
import { createFindChangedOrders, createFindOverdueOrders, createFindPending, createOrderQueries } from './persistence/order-queries.ts';

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

function build(config: OrderConfig, { db, logger, metrics, ...context }: ServiceContext) {
  const queries = createOrderQueries(db);
  const rules = { currency: config.SHOP_CURRENCY, pointValue: config.POINT_VALUE, timeoutMs: durationMs(config.ORDER_TIMEOUT) };
  const finders = { findChanged: createFindChangedOrders(db), findOverdue: createFindOverdueOrders(db) };
  const measured = measureOrders(metrics, context.clock, createFindPending(db));
  const admission = createCheckoutAdmission({
    targetMs: config.CHECKOUT_TARGET_MS,
    min: config.MIN_IN_FLIGHT_CHECKOUTS,
    max: config.MAX_IN_FLIGHT,
    onRefused: measured.onOverload,
  });
  measured.showOpen(admission.state);
  const onEnding: typeof measured.onEnding = (order) => {
    measured.onEnding(order);
    admission.onEnding(order);
  };
  const { feed, placeOrder, quoteOrder, recordAnswer, rejectOverdue, ...useCases } = createUseCases(
    { ...context, ...finders, onEnding },
    rules,
  );

  return {
    subscriptions: [stockConsumer(recordAnswer), pointsConsumer(recordAnswer), catalogConsumer],
    async routes(app: Parameters<typeof checkoutRoutes>[0]) {
      await app.register(fastifySSE);
      const limitRate = await createRateLimit(app, checkoutQuotas(config));
      checkoutRoutes(app, { placeOrder: measured.counting(placeOrder), feed, admission, limitRate });
      quoteRoutes(app, quoteOrder, await createRateLimit(app, quoteQuotas(config)));
      orderRoutes(app, { queries, ...useCases });
      orderEventsRoutes(app, queries, feed);
      discountRoutes(app, { queries, ...useCases, currency: config.SHOP_CURRENCY });
    },
    jobs: [() => every(sweepIntervalMs(rules.timeoutMs), 'reject-overdue-orders', logger, rejectOverdue)],
  };
}
