import { createBatchConsumer, type Outcome } from '@microshop/chassis/consumer/batch-consumer';
import type { Subscription } from '@microshop/chassis/consumer/subscription';
import type { IncomingRecord } from '@microshop/chassis/kafka/broker';
import { createLogger } from '@microshop/chassis/logger';
import { type OutboxEvent, outboxCollection } from '@microshop/chassis/outbox/outbox';
import { createUnitOfWork, type RunInTransaction } from '@microshop/chassis/store/unit-of-work';
import { createFakeStore, type FakeStore } from '@microshop/chassis/testing/fake-store';
import type { ServiceName } from '@microshop/contracts';
import { createUseCases as createInventory } from '@microshop/inventory-svc/application/use-cases';
import { ordersBySkuConsumer } from '@microshop/inventory-svc/messaging/orders-by-sku-consumer';
import { createUseCases as createLoyalty } from '@microshop/loyalty-svc/application/use-cases';
import { ordersByCustomerConsumer } from '@microshop/loyalty-svc/messaging/orders-by-customer-consumer';
import { createUseCases as createOrders } from '@microshop/order-svc/application/use-cases';
import { catalogConsumer } from '@microshop/order-svc/messaging/catalog-consumer';
import { pointsConsumer } from '@microshop/order-svc/messaging/points-consumer';
import { stockConsumer } from '@microshop/order-svc/messaging/stock-consumer';

export const NOW = new Date('2026-01-02T03:04:05.678Z');
const clock = { now: () => NOW };
const nothing = async () => [];
const services: readonly ServiceName[] = ['order-svc', 'inventory-svc', 'loyalty-svc'];

/** One service's real use cases and consumers, on a store in memory: what it accepts, and what it emits. */
export type Member<UseCases = unknown> = {
  readonly service: ServiceName;
  readonly useCases: UseCases;
  readonly store: FakeStore;
  readonly subscriptions: readonly Subscription[];
  /** Hands a record to its consumer; what became of it. */
  accept(topic: string, record: IncomingRecord): Promise<Outcome['result'] | undefined>;
  /** All that it has published, in order. */
  published(): OutboxEvent[];
};

type Tools = { transact: RunInTransaction; newId: () => string };

function createMember<UseCases>(
  service: ServiceName,
  build: (tools: Tools) => { useCases: UseCases; subscriptions: readonly Subscription[] },
): Member<UseCases> {
  const store = createFakeStore();
  let last = 0;
  const newId = () => `019bd6a0-000${services.indexOf(service)}-7000-8000-${String(++last).padStart(12, '0')}`;
  const transact = createUnitOfWork({ store, clock, newId, source: `/microshop/${service}` });
  const { useCases, subscriptions } = build({ transact, newId });
  const outcomes: Outcome[] = [];
  const consumer = createBatchConsumer({
    group: service,
    subscriptions,
    transact,
    newId,
    sleep: async () => undefined,
    logger: createLogger({ name: service, level: 'silent' }),
    observe: (news) => outcomes.push(...news),
  });
  const control = { heartbeat: async () => undefined, handled: () => undefined, isRunning: () => true };
  return {
    service,
    useCases,
    store,
    subscriptions,
    async accept(topic, record) {
      await consumer.onBatch({ topic, partition: 0, records: [record] }, control);
      return outcomes.at(-1)?.result;
    },
    published: () => store.all(outboxCollection).flatMap(({ events }) => events),
  };
}

const createOrderSvc = () =>
  createMember('order-svc', ({ transact, newId }) => {
    const markProgress = async () => async () => true;
    const useCases = createOrders(
      { transact, newId, clock, findChanged: nothing, findOverdue: nothing, markProgress },
      { currency: 'EUR', pointValue: 1, timeoutMs: 600_000 },
    );
    return { useCases, subscriptions: [stockConsumer(useCases.recordAnswer), pointsConsumer(useCases.recordAnswer), catalogConsumer] };
  });

const createInventorySvc = () =>
  createMember('inventory-svc', ({ transact, newId }) => {
    const none = async () => ({ data: [], nextCursor: null });
    const ports = { transact, newId, clock, listProducts: none, listMovements: none, findDueHolds: nothing };
    const useCases = createInventory(ports, { shopCurrency: 'EUR', holdTtlMs: 60_000 });
    return { useCases, subscriptions: [ordersBySkuConsumer(useCases)] };
  });

const createLoyaltySvc = () =>
  createMember('loyalty-svc', ({ transact, newId }) => {
    const useCases = createLoyalty({ transact, newId }, { spendPerPoint: 100 });
    return { useCases, subscriptions: [ordersByCustomerConsumer(useCases)] };
  });

export const members = { 'order-svc': createOrderSvc, 'inventory-svc': createInventorySvc, 'loyalty-svc': createLoyaltySvc };
