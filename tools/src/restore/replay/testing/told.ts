import { newUuid, systemClock } from '@microshop/chassis/clock';
import { encodeEvent } from '@microshop/chassis/events/cloud-event';
import { outboxCollection } from '@microshop/chassis/outbox/outbox';
import { sha256 } from '@microshop/chassis/sha256';
import { createUnitOfWork } from '@microshop/chassis/store/unit-of-work';
import { asRecord } from '@microshop/chassis/testing/consumer-harness';
import { createFakeStore } from '@microshop/chassis/testing/fake-store';
import { canonicalItems, type EventOf, type EventType, ordersByCustomer, ordersBySku, type Topic } from '@microshop/contracts';
import { noFacts, note } from '../facts.ts';
import type { Checkout } from '../price.ts';
import { createRemarks } from '../remarks.ts';

export const ORDER = '019bd6a0-0000-7000-8000-000000000001';
export const TOLD_AT = new Date('2026-02-10T12:00:00.000Z');

type Item = { sku: string; quantity: number; reservationId?: string };
type Requested = { copies?: Item[]; totalPrice?: number; redeemPoints?: number; checkout?: Checkout };
type Ending = 'OrderConfirmed' | 'OrderCancelled' | 'OrderFulfilled';

/** What the topics hold, and a database in memory to bring to it. */
export function createToldShop() {
  const store = createFakeStore();
  const transact = createUnitOfWork({ store, clock: systemClock, newId: newUuid, source: '/test' });
  const facts = noFacts();
  const remarks = createRemarks();

  function tell<T extends Topic, K extends EventType<T>>(topic: T, type: K, data: EventOf<T, K>, version = 1, id = newUuid()): void {
    const aggregate = { type: 'any', id: 'any', version };
    note(facts, topic.name, asRecord(encodeEvent({ topic, type, data, aggregate, cause: {}, id, time: TOLD_AT, source: '/test' }), '1'));
  }

  return {
    ...store,
    transact,
    facts,
    remarks,
    tell,
    /** OrderRequested, to each SKU of the order and to its customer; `copies` leaves some out. */
    requested(items: Item[], { copies = items, totalPrice = 2000, redeemPoints = 0, checkout }: Requested = {}) {
      const itemsDigest = sha256(canonicalItems(items));
      for (const item of copies) tell(ordersBySku, 'OrderRequested', { orderId: ORDER, version: 1, timeoutMs: 1000, itemsDigest, ...item });
      const purchase = { orderId: ORDER, version: 1, customerId: 'ada', totalPrice, currency: 'EUR', redeemPoints, timeoutMs: 1000 };
      tell(ordersByCustomer, 'OrderRequested', { ...purchase, ...(checkout && { checkout }) });
    },
    /** An ending, to each SKU of the order and to its customer. */
    ended(type: Ending, version: number, items: Item[]) {
      for (const item of items) tell(ordersBySku, type, { orderId: ORDER, version, ...item });
      tell(ordersByCustomer, type, { orderId: ORDER, version, customerId: 'ada', totalPrice: 2000, currency: 'EUR' });
    },
    /** The types of the events that the replay left to be published, with their topics. */
    published: () => store.all(outboxCollection).flatMap(({ events }) => events.map(({ type, topic }) => `${type} ${topic}`)),
    remarked: () => [...remarks.lines()].filter((line) => !line.startsWith(' ')).map((line) => line.split(':')[0]),
  };
}
