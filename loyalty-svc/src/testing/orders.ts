import { newUuid } from '@microshop/chassis/clock';
import { encodeEvent } from '@microshop/chassis/events/cloud-event';
import type { IncomingRecord, OutgoingRecord } from '@microshop/chassis/kafka/broker';
import { createKafkaBroker } from '@microshop/chassis/kafka/kafkajs-broker';
import type { Logger } from '@microshop/chassis/logger';
import { deadLetterTopic, type EventOf, type EventType, ordersByCustomer, points } from '@microshop/contracts';
import { vi } from 'vitest';

type Orders = typeof ordersByCustomer;
type Requested = EventOf<Orders, 'OrderRequested'>;
export type Answer = { type: string; data: Record<string, unknown> };

const WAIT = { timeout: 30_000, interval: 20 };
const text = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString('utf8');

/** Plays order-svc: tells of orders, and hears what loyalty-svc answers. */
export async function connectOrders(brokers: readonly string[], logger: Logger) {
  const onFatal = (error: Error) => {
    throw error;
  };
  const broker = createKafkaBroker({ brokers, clientId: 'orders-of-the-test', logger, onFatal });
  const answers = new Map<string, Answer[]>();
  const deadLetters = new Map<string, Answer[]>();
  const seen = new Set<string>();

  function hear(topic: string, { value, headers }: IncomingRecord): void {
    const key = `${topic} ${text(headers.ce_id)}`;
    // Published at least once: a second copy is no second answer.
    if (seen.has(key)) return;
    seen.add(key);
    const data = JSON.parse(text(value));
    const heardOn = topic === points.name ? answers : deadLetters;
    heardOn.set(data.orderId, [...(heardOn.get(data.orderId) ?? []), { type: text(headers.ce_type), data }]);
  }

  const consumption = await broker.consume({
    group: `test-${newUuid()}`,
    topics: [points.name, deadLetterTopic(ordersByCustomer.name, 'loyalty-svc')],
    async onBatch({ topic, records }, control) {
      for (const record of records) {
        hear(topic, record);
        control.handled(record.offset);
      }
    },
  });

  function answersTo(orderId: string): Answer[] {
    return answers.get(orderId) ?? [];
  }

  return {
    answersTo,
    /** Waits until so many events of the order were heard, and answers them. */
    async heard(orderId: string, count = 1): Promise<Answer[]> {
      await vi.waitUntil(() => answersTo(orderId).length >= count, WAIT);
      return answersTo(orderId);
    },
    /** Waits until an event of the order was dead-lettered. */
    async buried(orderId: string): Promise<Answer[]> {
      await vi.waitUntil(() => deadLetters.has(orderId), WAIT);
      return deadLetters.get(orderId) ?? [];
    },
    send: (...records: readonly OutgoingRecord[]) => broker.send(records),
    async stop() {
      await consumption.stop();
      await broker.stop();
    },
  };
}

const purchaseOf = (orderId: string, customerId: string, totalPrice = 0) => ({
  orderId,
  version: 1,
  customerId,
  totalPrice,
  currency: 'EUR',
});

/** A request that allows ten minutes and redeems nothing, unless told otherwise. */
export const requested = (orderId: string, customerId: string, terms: Partial<Requested> = {}): OutgoingRecord =>
  recordOf('OrderRequested', { ...purchaseOf(orderId, customerId), redeemPoints: 0, timeoutMs: 600_000, ...terms });
export const confirmed = (orderId: string, customerId: string, totalPrice: number): OutgoingRecord =>
  recordOf('OrderConfirmed', { ...purchaseOf(orderId, customerId, totalPrice), version: 2 });
export const rejected = (orderId: string, customerId: string): OutgoingRecord =>
  recordOf('OrderRejected', { ...purchaseOf(orderId, customerId), version: 2, code: 'out_of_stock' });
export const cancelled = (orderId: string, customerId: string): OutgoingRecord =>
  recordOf('OrderCancelled', { ...purchaseOf(orderId, customerId), version: 3 });
export const fulfilled = (orderId: string, customerId: string): OutgoingRecord =>
  recordOf('OrderFulfilled', { ...purchaseOf(orderId, customerId), version: 3 });

function recordOf<K extends EventType<Orders>>(type: K, data: EventOf<Orders, K>): OutgoingRecord {
  const { orderId, version } = data as { orderId: string; version: number };
  const aggregate = { type: 'order', id: orderId, version };
  const { topic, key, payload, headers } = encodeEvent({
    topic: ordersByCustomer,
    type,
    data,
    aggregate,
    cause: {},
    id: newUuid(),
    time: new Date(),
    source: '/microshop/order-svc',
  });
  return { topic, key, value: payload, headers };
}
