import { newUuid } from '@microshop/chassis/clock';
import type { IncomingEvent } from '@microshop/chassis/events/event';
import { outboxCollection } from '@microshop/chassis/outbox/outbox';
import { createUnitOfWork } from '@microshop/chassis/store/unit-of-work';
import { createFakeStore } from '@microshop/chassis/testing/fake-store';
import { holds, movements, products, reservations, stock } from '../application/collections.ts';
import { itemsDigest } from '../application/items-digest.ts';
import type { FindDueHolds } from '../application/ports.ts';
import { createUseCases } from '../application/use-cases.ts';

export const HOLD_TTL_MS = 60_000;
const ORDER_TIMEOUT_MS = 600_000;
const EUR = { name: 'A thing', unitPrice: 900, currency: 'EUR' };

export type OrderLine = { orderId: string; sku: string; quantity: number; reservationId?: string };
export type RequestedLine = OrderLine & { items?: { sku: string; quantity: number }[] };

/** All use cases on a store in memory, with a clock that tests turn. */
export function createInventoryInMemory() {
  const store = createFakeStore();
  let nowMs = Date.parse('2026-01-01T00:00:00Z');
  const clock = { now: () => new Date(nowMs) };
  const transact = createUnitOfWork({ store, clock, newId: newUuid, source: '/test' });
  const findDueHolds: FindDueHolds = async (now, skus) =>
    store
      .all(holds)
      .filter(({ status, expiresAt }) => status === 'held' && expiresAt <= now)
      .filter(({ items }) => !skus || items.some(({ sku }) => skus.includes(sku)))
      .map(({ _id }) => _id);
  const nothing = async () => ({ data: [], nextCursor: null });
  const ports = { transact, clock, newId: newUuid, findDueHolds, listProducts: nothing, listMovements: nothing };
  const useCases = createUseCases(ports, { shopCurrency: 'EUR', holdTtlMs: HOLD_TTL_MS });

  const eventOf = <Data>(type: string, data: Data): IncomingEvent<Data> => {
    const appendedAt = new Date(nowMs);
    return { id: newUuid(), type, time: appendedAt.toISOString(), correlationId: newUuid(), traceparent: '', appendedAt, data };
  };
  const ended = (type: string) => (line: OrderLine) => transact((tx) => useCases.releaseStock(eventOf(type, { version: 2, ...line }), tx));

  return {
    ...useCases,
    transact,
    /** A new product with so many units. */
    async stocked(sku: string, units: number) {
      await useCases.createProduct({ sku, ...EUR }, {});
      if (units > 0) await useCases.adjustStock({ sku, change: units, reason: 'delivery' }, {});
    },
    requestedEvent: ({ items, ...line }: RequestedLine) =>
      eventOf('OrderRequested', { version: 1, timeoutMs: ORDER_TIMEOUT_MS, itemsDigest: itemsDigest(items ?? [line]), ...line }),
    async requested(line: RequestedLine) {
      const event = this.requestedEvent(line);
      await transact((tx) => useCases.reserveStock(event, tx));
    },
    confirmed: (line: OrderLine) => transact((tx) => useCases.sellStock(eventOf('OrderConfirmed', { version: 2, ...line }), tx)),
    rejected: ended('OrderRejected'),
    cancelled: ended('OrderCancelled'),
    hold: async (...items: { sku: string; quantity: number }[]) => {
      const { reservationId } = await useCases.validateStock({ items, reserve: true }, {});
      if (reservationId === undefined) throw new Error('The hold was not made');
      return reservationId;
    },
    sweep: () => useCases.sweepHolds(new AbortController().signal),
    pass: (ms: number) => {
      nowMs += ms;
    },
    /** `available/reserved/sold` of a SKU. */
    level(sku: string) {
      const found = store.all(stock).find(({ _id }) => _id === sku);
      return found && `${found.available}/${found.reserved}/${found.sold}`;
    },
    stock: () => store.all(stock),
    products: () => store.all(products),
    holds: () => store.all(holds),
    reservations: () => store.all(reservations),
    movements: (sku: string) => store.all(movements).filter((movement) => movement.sku === sku),
    published: () => store.all(outboxCollection).flatMap(({ events }) => events),
    /** What the order was told about this SKU, in sequence. */
    answers: ({ orderId, sku }: OrderLine) =>
      store
        .all(outboxCollection)
        .flatMap(({ events }) => events)
        .filter(({ aggregateid }) => aggregateid === `${orderId}:${sku}`)
        .map(({ type, payload }) => ({ type, ...JSON.parse(String(payload)) }))
        .map(({ type, reason }) => (reason ? `${type} ${reason}` : type)),
  };
}

export type InventoryInMemory = ReturnType<typeof createInventoryInMemory>;
