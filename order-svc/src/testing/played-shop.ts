import { newUuid } from '@microshop/chassis/clock';
import { loadConfig } from '@microshop/chassis/config';
import { encodeEvent } from '@microshop/chassis/events/cloud-event';
import type { OutgoingRecord } from '@microshop/chassis/kafka/broker';
import { createLogger } from '@microshop/chassis/logger';
import type { RunningService, ServiceOverrides } from '@microshop/chassis/service';
import {
  catalog,
  type EventOf,
  type EventType,
  type PointsRejectionReason,
  points,
  type StockRejectionReason,
  stock,
  type Topic,
} from '@microshop/contracts';
import { MongoClient } from 'mongodb';
import { vi } from 'vitest';
import { startOwnStack } from '../../../tests/support/own-stack.ts';
import { startOrderService } from '../app.ts';
import { OrderConfig } from '../config.ts';
import { listenToOrders, type Told } from './order-listener.ts';
import { createRest, OPERATOR_TOKEN } from './rest.ts';

const WAIT = { timeout: 30_000, interval: 20 };
export const eventually = <T>(check: () => T | Promise<T>) => vi.waitFor(check, WAIT);

type StockPlay = 'reserved' | 'silent' | StockRejectionReason;
type PointsPlay = 'deducted' | 'silent' | PointsRejectionReason;
type Product = EventOf<typeof catalog, 'ProductChanged'>;

/**
 * order-svc alone, on a broker and a database of its own: on the run's one, answers of the other services' tests would come in between.
 * What inventory-svc and loyalty-svc would answer is played, as each product and customer was given.
 */
export async function startPlayedShop(overrides: ServiceOverrides = {}) {
  const stack = await startOwnStack();
  const logger = createLogger({ name: 'order-svc', level: 'silent' });
  const onFatal = (error: Error) => {
    throw error;
  };
  const database = await new MongoClient(stack.mongodbUrl).connect();
  const db = database.db('order_svc');
  const stockPlays = new Map<string, StockPlay>();
  const pointsPlays = new Map<string, PointsPlay>();
  const services: RunningService[] = [];

  async function start(settings: Record<string, string> = {}, more: ServiceOverrides = {}) {
    const env = {
      NODE_ENV: 'test',
      KAFKA_BROKERS: stack.kafkaBrokers.join(','),
      MONGODB_URL: stack.mongodbUrl,
      ORDER_SVC_PORT: '0',
      OPERATOR_TOKEN,
      ...settings,
    };
    const service = await startOrderService(loadConfig(OrderConfig, env), logger, { onFatal, ...overrides, ...more });
    services.push(service);
    const rest = createRest(service.url);
    await eventually(async () => {
      const { status, body } = await rest.get('/readyz');
      if (status !== 200) throw new Error(`not ready: ${JSON.stringify(body)}`);
    });
    return { ...rest, stop: () => service.stop() };
  }

  const rest = await start();
  const listener = await listenToOrders(stack.kafkaBrokers, logger, (told) => play(told));

  async function play({ type, topic, data }: Told): Promise<void> {
    if (type !== 'OrderRequested') return;
    if (topic === 'microshop.orders-by-sku.v1') await playStock(data as { orderId: string; sku: string; quantity: number });
    else await playPoints(data as { orderId: string; customerId: string; redeemPoints: number });
  }

  async function playStock({ orderId, sku, quantity }: { orderId: string; sku: string; quantity: number }): Promise<void> {
    const reason = stockPlays.get(sku) ?? 'silent';
    if (reason === 'reserved') await shop.say(stock, 'StockReserved', { orderId, sku, quantity });
    else if (reason !== 'silent') await shop.say(stock, 'StockRejected', { orderId, sku, quantity, reason, available: 1 });
  }

  async function playPoints({
    orderId,
    customerId,
    redeemPoints,
  }: {
    orderId: string;
    customerId: string;
    redeemPoints: number;
  }): Promise<void> {
    const reason = pointsPlays.get(customerId) ?? 'deducted';
    const answer = { orderId, customerId, points: redeemPoints, balance: 0 };
    if (reason === 'deducted') await shop.say(points, 'PointsDeducted', answer);
    else if (reason !== 'silent') await shop.say(points, 'PointsRejected', { ...answer, reason });
  }

  const shop = {
    ...rest,
    stack,
    db,
    start,
    told: listener.told,
    /** Waits until so many records about the order were read; answers them in the order in which they were read. */
    async toldOf(orderId: string, type: string, count: number): Promise<Told[]> {
      return eventually(() => {
        const told = listener.told(orderId).filter((each) => each.type === type);
        if (told.length < count) throw new Error(`told so far: ${JSON.stringify(listener.told(orderId).map((each) => each.type))}`);
        return told;
      });
    },
    async say<T extends Topic, K extends EventType<T>>(topic: T, type: K, data: EventOf<T, K>): Promise<void> {
      await listener.send([recordOf(topic, type, data)]);
    },
    send: (records: readonly OutgoingRecord[]) => listener.send(records),
    /** Tells order-svc of a product, and waits until it knows that version. */
    async tellProduct(product: Partial<Product> & { sku: string }): Promise<Product> {
      const told = { name: 'Mug', unitPrice: 1000, currency: 'EUR', active: true, version: 1, ...product };
      await shop.say(catalog, 'ProductChanged', told);
      await eventually(async () => {
        const known = await db.collection<{ _id: string; version: number }>('products').findOne({ _id: told.sku });
        if ((known?.version ?? 0) < told.version) throw new Error(`order-svc does not know version ${told.version} of ${told.sku}`);
      });
      return told;
    },
    /** A new product, and how inventory-svc answers for it. */
    async product(answer: StockPlay = 'reserved', unitPrice = 1000): Promise<string> {
      const sku = `SKU-${newUuid()}`;
      stockPlays.set(sku, answer);
      await shop.tellProduct({ sku, unitPrice });
      return sku;
    },
    /** A new customer, and how loyalty-svc answers for them. */
    customer(answer: PointsPlay = 'deducted'): string {
      const customerId = `c-${newUuid()}`;
      pointsPlays.set(customerId, answer);
      return customerId;
    },
    answersFor: (customerId: string, answer: PointsPlay) => void pointsPlays.set(customerId, answer),
    async stop() {
      await listener.stop();
      await Promise.allSettled(services.map((service) => service.stop()));
      await database.close();
      await stack.stop();
    },
  };
  return shop;
}

export type PlayedShop = Awaited<ReturnType<typeof startPlayedShop>>;

function recordOf<T extends Topic, K extends EventType<T>>(topic: T, type: K, data: EventOf<T, K>): OutgoingRecord {
  const id = String((data as Record<string, unknown>)[topic.key]);
  const event = { topic, type, data, aggregate: { type: 'played', id, version: 1 }, cause: {} };
  const { key, payload, headers } = encodeEvent({ ...event, id: newUuid(), time: new Date(), source: `/microshop/${topic.owner}` });
  return { topic: topic.name, key, value: payload, headers };
}
