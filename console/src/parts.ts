import { systemClock } from '@microshop/chassis/clock';
import { durationMs } from '@microshop/chassis/duration';
import type { Running } from '@microshop/chassis/lifecycle';
import type { Logger } from '@microshop/chassis/logger';
import { createMetrics } from '@microshop/chassis/metrics/registry';
import { observeAudits } from '@microshop/tools/audit/metrics';
import { type ConsoleConfig, urlsOf } from './config.ts';
import type { Connections } from './connections.ts';
import { keepAuditing } from './health/auditing.ts';
import { createCollectHealth } from './health/collect-health.ts';
import { createLagClock, keepSampling } from './health/lag-clock.ts';
import { createDiscards } from './letters/discards.ts';
import { createJobs } from './letters/jobs.ts';
import { createShopSource } from './letters/shop.ts';
import { createOrderWatch } from './live/order-watch.ts';
import { createPoll } from './live/poll.ts';
import { createCustomerQueries } from './persistence/customer-queries.ts';
import { createDiscardStore, createJobStore, createNoteStore } from './persistence/letter-stores.ts';
import { createOrderQueries } from './persistence/order-queries.ts';
import { createStockQueries } from './persistence/stock-queries.ts';
import { followProjection } from './projection/follow.ts';
import { createRebuilds } from './projection/rebuild.ts';
import { allTopics } from './projection/record.ts';
import { createCustomers } from './shop/customers.ts';
import { createTopics } from './topics/topics.ts';

const HEALTH_MS = 2000;
const STOCK_MS = 1000;
/** Records are read in another order than that of the broker's clock. */
const STOCK_WINDOW_MS = 15_000;

export type Parts = ReturnType<typeof createParts>;

/** What the routes are made of. `running` is what has to be stopped, in any order. */
export function createParts(config: ConsoleConfig, logger: Logger, connections: Connections) {
  const { db, queries, connectDatabase, broker, inspector, transact, generations, stack } = connections;
  const now = systemClock.now;
  const metrics = createMetrics('console');
  const urls = urlsOf(config);
  const shops = createShopSource(stack);
  const shown = () => following.projection();
  const orders = createOrderQueries(queries, shown);
  const stock = createStockQueries(queries, shown);
  const orderWatch = createOrderWatch(orders, logger);
  const readStock = () => stock.changedSince(new Date(now().getTime() - STOCK_WINDOW_MS));
  const stockChanges = createPoll({ name: 'stock', intervalMs: STOCK_MS, logger, read: readStock });
  const following = followProjection({
    connectDatabase,
    generations,
    broker,
    inspector,
    transact,
    logger,
    onCommit({ orderIds, skus }) {
      orderWatch.changed(orderIds);
      if (skus.size > 0) stockChanges.soon();
    },
  });
  const lagClock = createLagClock();
  const sampling = keepSampling(lagClock, broker, allTopics, now, logger);
  const collectHealth = createCollectHealth({ urls, shops, broker, lagClock, orders, following, now });
  const health = createPoll({ name: 'health', intervalMs: HEALTH_MS, logger, read: collectHealth });
  const auditing = keepAuditing({ stack, intervalMs: durationMs(config.AUDIT_INTERVAL), observer: observeAudits(metrics) });
  const rebuilds = createRebuilds({ generations, broker, transact }, logger);
  const jobs = createJobs({ jobs: createJobStore(db), logger });
  const discards = createDiscards({ discards: createDiscardStore(db), shops, graceMs: durationMs(config.DISCARD_GRACE), logger });
  const running: readonly Running[] = [rebuilds, following, sampling, orderWatch, stockChanges, health, auditing, jobs, discards, shops];
  return {
    running,
    metrics,
    lagClock,
    urls,
    shops,
    orders,
    orderWatch,
    stock,
    stockChanges,
    following,
    collectHealth,
    health,
    auditing,
    rebuilds,
    jobs,
    discards,
    notes: createNoteStore(db),
    customerPoints: createCustomerQueries(queries, shown),
    customers: createCustomers(urls['loyalty-svc'], config.OPERATOR_TOKEN),
    topics: createTopics({ inspector, broker, lagClock, now }),
  };
}
