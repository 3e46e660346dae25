import type { Clock, NewId, Sleep } from '@microshop/chassis/clock';
import { createBatchConsumer, type Outcome } from '@microshop/chassis/consumer/batch-consumer';
import type { Subscription } from '@microshop/chassis/consumer/subscription';
import { type Consumption, markProgress } from '@microshop/chassis/kafka/broker';
import type { Running } from '@microshop/chassis/lifecycle';
import { createLogger } from '@microshop/chassis/logger';
import { createLease } from '@microshop/chassis/outbox/lease';
import { outboxCollection } from '@microshop/chassis/outbox/outbox';
import { createOutboxRelay } from '@microshop/chassis/outbox/outbox-relay';
import { every } from '@microshop/chassis/periodic';
import { conflictPause, createUnitOfWork, type RunInTransaction, retryingConflicts } from '@microshop/chassis/store/unit-of-work';
import { type ServiceName, topics } from '@microshop/contracts';
import { holds } from '@microshop/inventory-svc/application/collections';
import { createUseCases as createInventory } from '@microshop/inventory-svc/application/use-cases';
import { ordersBySkuConsumer } from '@microshop/inventory-svc/messaging/orders-by-sku-consumer';
import { createUseCases as createLoyalty } from '@microshop/loyalty-svc/application/use-cases';
import { ordersByCustomerConsumer } from '@microshop/loyalty-svc/messaging/orders-by-customer-consumer';
import { orders } from '@microshop/order-svc/application/collections';
import { createUseCases as createOrders } from '@microshop/order-svc/application/use-cases';
import { catalogConsumer } from '@microshop/order-svc/messaging/catalog-consumer';
import { pointsConsumer } from '@microshop/order-svc/messaging/points-consumer';
import { stockConsumer } from '@microshop/order-svc/messaging/stock-consumer';
import type { Mutation, Place } from './mutation.ts';
import type { Scenario } from './scenario.ts';
import type { SimBroker } from './world/broker.ts';
import type { Database } from './world/database.ts';
import { createSimLeases, createSimOutbox, createSimStore, query, type View } from './world/store-ports.ts';

export type Surroundings = {
  scenario: Scenario;
  database: Database;
  broker: SimBroker;
  mutation: Mutation;
  clock: Clock;
  /** The database's and the broker's clock; the instance's own may be off. */
  trueTime: () => Date;
  newId: NewId;
  observe(outcomes: readonly Outcome[]): void;
  /** order-svc has marked the topics, to look for overdue orders. */
  onMark(): void;
};

const silent = createLogger({ name: 'sim', level: 'silent' });
const TRACEPARENT = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`;
const LEASE_MS = 3000;
const EARN_SPEND_PER_POINT = 100;

type Useful = { transact: RunInTransaction; sleep: ReturnType<View['scheduler']['sleepOf']>; place: Place };
type Parts = { subscriptions: Subscription[]; jobs: { name: string; run: (signal: AbortSignal) => Promise<void> }[] };

export type Instance = {
  view: View;
  /** Another instance has committed something. */
  hear(): void;
  /** As a service stops: its consumer, its jobs, its relay. */
  stop(): Promise<void>;
  orders?: ReturnType<typeof createOrders>;
  inventory?: ReturnType<typeof createInventory>;
  loyalty?: ReturnType<typeof createLoyalty>;
};

/** One life of one instance: the service's use cases and consumers and the chassis's machinery, put together as `startService` does. */
export function startInstance(view: View, around: Surroundings): Instance {
  const { scenario, database, mutation, clock, newId } = around;
  const { service, life, scheduler } = view;
  const place: Place = { service, database, view };
  const ownSleep = scheduler.sleepOf(life);
  // Where batches gather, partitions go in step. In every other world they do not, so that one is far ahead of another now and then.
  const gathers = scenario.seed % 2 === 1;
  const sleep: Sleep = (ms, signal) => (ms > 0 || gathers ? ownSleep(ms, signal) : Promise.resolve());
  const broker = mutation.broker?.(around.broker.of(view), place) ?? around.broker.of(view);
  const outbox = createSimOutbox(database, view);
  const relay = createOutboxRelay({
    outbox: mutation.outbox?.(outbox, place) ?? outbox,
    lease: createLease({
      store: createSimLeases(database, view, around.trueTime),
      name: 'outbox',
      holder: newId(),
      ttlMs: LEASE_MS,
      monotonicMs: () => scheduler.now,
    }),
    broker,
    clock,
    sleep,
    logger: silent,
    pollIntervalMs: scenario.rules.pollMs,
  });
  const store = createSimStore(database, view);
  const unitOfWork = createUnitOfWork({
    store: mutation.store?.(store, place) ?? store,
    clock,
    newId,
    source: `/microshop/${service}`,
    onCommitting: relay.remember,
    onCommit: relay.wake,
  });
  const retrying = retryingConflicts(unitOfWork, conflictPause(sleep));
  // A context of their own costs each transaction random bytes, and says nothing here.
  const traced: RunInTransaction = (work, cause) => retrying(work, { traceparent: TRACEPARENT, ...cause });
  const transact = mutation.transact?.(traced, place) ?? traced;

  const background: Running[] = [];
  let consumption: Promise<Consumption> | undefined;
  const instance: Instance = {
    view,
    hear: relay.hear,
    async stop() {
      await (await consumption)?.stop();
      await Promise.all(background.map((job) => job.stop()));
      await relay.stop();
    },
  };
  const { subscriptions, jobs } = build[service](instance, { transact, sleep, place }, around, async () => {
    around.onMark();
    return markProgress(broker, service, consumedBy(service));
  });
  requireAllTopics(service, subscriptions);
  for (const { name, run } of jobs) background.push(every(scenario.rules.sweepMs, name, silent, run, sleep));
  relay.start();
  consumption = broker.consume(
    createBatchConsumer({
      group: service,
      subscriptions: subscriptions.map((each) => mutation.subscription?.(each, place) ?? each),
      transact,
      newId,
      sleep,
      logger: silent,
      observe: around.observe,
    }),
  );
  return instance;
}

const consumedBy = (service: ServiceName) => topics.filter(({ consumers }) => consumers.includes(service)).map(({ name }) => name);

function requireAllTopics(service: ServiceName, subscriptions: readonly Subscription[]) {
  const missing = consumedBy(service).filter((name) => !subscriptions.some(({ topic }) => topic.name === name));
  if (missing.length > 0) throw new Error(`The simulation of ${service} does not listen to ${missing.join(', ')}: add the consumer here.`);
}

type Build = (instance: Instance, useful: Useful, around: Surroundings, mark: () => Promise<() => Promise<boolean>>) => Parts;

const build: Record<ServiceName, Build> = {
  'order-svc'(instance, { transact, sleep, place }, { scenario, database, mutation, clock, newId }, mark) {
    const real = createOrders(
      {
        transact,
        clock,
        newId,
        sleep,
        markProgress: mutation.markProgress?.(mark, place) ?? mark,
        findChanged: (known) =>
          query(place.view, () =>
            database.all(orders).filter(({ _id, version }) => version > (known.get(_id) ?? Number.POSITIVE_INFINITY)),
          ),
        findOverdue: (publishedBefore, limit) => query(place.view, () => overdueIn(database, publishedBefore).slice(0, limit)),
      },
      { currency: 'EUR', pointValue: 1, timeoutMs: scenario.rules.timeoutMs },
    );
    const useCases = mutation.orderUseCases?.(real, place) ?? real;
    instance.orders = useCases;
    return {
      subscriptions: [stockConsumer(useCases.recordAnswer), pointsConsumer(useCases.recordAnswer), catalogConsumer],
      jobs: [{ name: 'reject-overdue-orders', run: useCases.rejectOverdue }],
    };
  },
  'inventory-svc'(instance, { transact, place }, { scenario, database, mutation, clock, newId }) {
    const nothing = async () => ({ data: [], nextCursor: null });
    const real = createInventory(
      {
        transact,
        clock,
        newId,
        listProducts: nothing,
        listMovements: nothing,
        findDueHolds: (now, skus) => query(place.view, () => dueHoldsIn(database, now, skus)),
      },
      { shopCurrency: 'EUR', holdTtlMs: scenario.rules.holdTtlMs },
    );
    const useCases = mutation.inventoryUseCases?.(real, place) ?? real;
    instance.inventory = useCases;
    return { subscriptions: [ordersBySkuConsumer(useCases)], jobs: [{ name: 'sweep holds', run: useCases.sweepHolds }] };
  },
  'loyalty-svc'(instance, { transact }, { newId }) {
    const useCases = createLoyalty({ transact, newId }, { spendPerPoint: EARN_SPEND_PER_POINT });
    instance.loyalty = useCases;
    return { subscriptions: [ordersByCustomerConsumer(useCases)], jobs: [] };
  },
};

/** As the query on MongoDB: pending, and its request was published that long ago. */
const overdueIn = (database: Database, publishedBefore: Date): string[] =>
  database
    .where(orders, ({ status, createdAt }) => status === 'pending' && createdAt < publishedBefore)
    .filter(({ requestedIn }) => {
      const document = database.find(outboxCollection, requestedIn);
      return !document || (document.publishedAt !== undefined && document.publishedAt < publishedBefore);
    })
    .sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime())
    .map(({ _id }) => _id);

const dueHoldsIn = (database: Database, now: Date, skus?: readonly string[]): string[] =>
  database
    .where(holds, ({ status, expiresAt }) => status === 'held' && expiresAt <= now)
    .filter(({ items }) => !skus || items.some(({ sku }) => skus.includes(sku)))
    .sort((a, b) => a.expiresAt.getTime() - b.expiresAt.getTime())
    .map(({ _id }) => _id);
