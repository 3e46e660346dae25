import type { Collection, Document } from '@microshop/chassis/store/store';
import type { ServiceName } from '@microshop/contracts';
import { reservations } from '@microshop/inventory-svc/application/collections';
import { type OrderDocument, orders } from '@microshop/order-svc/application/collections';
import { type HistoryEntry, POISON_HEADER, type Run, type TopicRecord } from '../../run-folder.ts';

/** A run whose parts may be changed. */
export type Changeable = { -readonly [K in keyof Run]: Run[K] extends readonly (infer E)[] ? E[] : Run[K] };

/** The smallest change that an invariant has to notice, and a part of what it says then. */
export type Planted = { what: string; says: RegExp; plant(run: Changeable): unknown };

export function some<T>(found: T | undefined): T {
  if (found === undefined) throw new Error('The recorded run has nothing to plant this fault in.');
  return found;
}

export const all = <T extends Document>(run: Changeable, service: ServiceName, { name }: Collection<T>): T[] =>
  run.databases[service][name] as unknown as T[];
/** Changes what is there. */
export const change = (thing: object | undefined, fields: Readonly<Record<string, unknown>>): object => Object.assign(some(thing), fields);
/** Makes a number one higher. */
export const add = (thing: unknown, field: string): object =>
  change(some(thing) as object, { [field]: ((thing as Readonly<Record<string, number>>)[field] as number) + 1 });

export const remove = <T>(from: T[], isMeant: (each: T) => boolean): T => some(from.splice(some(from.findIndex(isMeant)), 1)[0]);
export const ordersIn = (run: Changeable) => all(run, 'order-svc', orders);
export const orderThat = (run: Changeable, isMeant: (order: OrderDocument) => boolean) => some(ordersIn(run).find(isMeant));
export const isKept = ({ status }: OrderDocument) => status === 'confirmed';

/** The entries of history that answered a call to `f` with `ok`. */
export const told = (run: Changeable, f: string) => run.history.filter((entry) => entry.f === f && entry.type === 'ok');
export const orderIdOf = ({ value }: HistoryEntry): string =>
  String(value.orderId ?? (value.order as { orderId?: string } | undefined)?.orderId);
export const asked = (run: Changeable, { op }: HistoryEntry) =>
  some(run.history.find((entry) => entry.op === op && entry.type === 'invoke'));

export const recordsOf = (run: Changeable, topic: string) =>
  run.records.filter((record) => record.topic === topic && !record.headers[POISON_HEADER]);
export const isOf = (type: string) => (record: TopicRecord) => record.headers.ce_type === type;

export function reservationOf(run: Changeable, status: OrderDocument['status']) {
  const ids = new Set(
    ordersIn(run)
      .filter((order) => order.status === status)
      .map(({ _id }) => _id),
  );
  const isMeant = ({ state }: { state: string }) => state === (status === 'confirmed' ? 'sold' : 'released');
  return some(all(run, 'inventory-svc', reservations).find((each) => ids.has(each.orderId) && isMeant(each)));
}

export const replayed = <T extends Document>(run: Changeable, service: ServiceName, { name }: Collection<T>): T[] =>
  some(run.replayed).databases[service][name] as unknown as T[];
