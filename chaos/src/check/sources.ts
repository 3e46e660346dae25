import { type DeadLetter, deadLetterCollection } from '@microshop/chassis/consumer/dead-letter';
import { type OutboxDocument, outboxCollection } from '@microshop/chassis/outbox/outbox';
import type { Collection, Document } from '@microshop/chassis/store/store';
import type { ServiceName } from '@microshop/contracts';
import * as inventory from '@microshop/inventory-svc/application/collections';
import * as loyalty from '@microshop/loyalty-svc/application/collections';
import * as order from '@microshop/order-svc/application/collections';
import { callsOf } from '../history/history.ts';
import type { Call, Operation } from '../history/operations.ts';
import { type Databases, type Run, services } from '../run-folder.ts';

/** A run, put in order and looked up by what the rules ask for. Whatever the order of its lines was, this is the same. */
export type Sources = ReturnType<typeof sourcesOf>;

export function sourcesOf(given: Run) {
  const run = inOrder(given);
  const all = <T extends Document>(service: ServiceName, collection: Collection<T>) => documentsOf(run.databases, service, collection);
  const calls = callsOf(run.history);
  const orders = all('order-svc', order.orders);
  return {
    run,
    calls,
    callsTo: <F extends Operation>(f: F) => calls.filter((call) => call.f === f) as unknown as Call<F>[],
    orders,
    orderById: byId(orders),
    idempotencyKeys: all('order-svc', order.idempotencyKeys),
    discounts: all('order-svc', order.discounts),
    discountUses: all('order-svc', order.discountUses),
    levels: all('inventory-svc', inventory.stock),
    movements: all('inventory-svc', inventory.movements),
    reservations: all('inventory-svc', inventory.reservations),
    holds: all('inventory-svc', inventory.holds),
    adjustments: all('inventory-svc', inventory.adjustments),
    customers: all('loyalty-svc', loyalty.customers),
    orderPoints: all('loyalty-svc', loyalty.orderPoints),
    pointsLedger: all('loyalty-svc', loyalty.pointsLedger),
    outboxes: services.map((service) => ({ service, rows: all<OutboxDocument>(service, outboxCollection) })),
    letters: services.flatMap((service) => all<DeadLetter>(service, deadLetterCollection)),
  };
}

export const byId = <T extends Document>(documents: readonly T[]): ReadonlyMap<string, T> =>
  new Map(documents.map((document) => [document._id, document]));

const documentsOf = <T extends Document>(databases: Databases, service: ServiceName, { name }: Collection<T>): readonly T[] =>
  (databases[service][name] ?? []) as readonly T[];

const compare = (a: string | number, b: string | number): number => (a < b ? -1 : a > b ? 1 : 0);

function inOrder(run: Run): Run {
  return {
    ...run,
    history: run.history.toSorted((a, b) => a.op - b.op || a.at - b.at),
    nemesis: run.nemesis.toSorted((a, b) => a.at - b.at || a.fault - b.fault || compare(a.phase, b.phase)),
    records: run.records.toSorted((a, b) => compare(a.topic, b.topic) || a.partition - b.partition || a.offset - b.offset),
    databases: Object.fromEntries(
      Object.entries(run.databases).map(([service, collections]) => [
        service,
        Object.fromEntries(
          Object.entries(collections).map(([name, documents]) => [name, documents.toSorted((a, b) => compare(a._id, b._id))]),
        ),
      ]),
    ) as unknown as Databases,
  };
}
