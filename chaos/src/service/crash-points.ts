import { deadLetterCollection } from '@microshop/chassis/consumer/dead-letter';
import type { Collection, Document, Write } from '@microshop/chassis/store/store';
import type { ServiceName } from '@microshop/contracts';
import { type HoldDocument, holds, type ReservationDocument, reservations } from '@microshop/inventory-svc/application/collections';
import { customers, type LedgerDocument, orderPoints, pointsLedger } from '@microshop/loyalty-svc/application/collections';
import { type OrderDocument, orders, products } from '@microshop/order-svc/application/collections';
import type { Step } from './announcing-ports.ts';

/** A place at which a service can die: a step at a port, and what must be under way there. */
export type CrashPoint = {
  services: readonly ServiceName[];
  at: Step['at'];
  matches?: (step: Step) => boolean;
  /** What makes it come to pass, where the clients alone rarely do: poison, or answers that do not come while the time of every order is up. */
  provokedBy?: 'poison' | 'silence';
};

/** A transaction that writes a document which `is`. */
const writing =
  <T extends Document>({ name }: Collection<T>, is: (document: T, kind: Write['kind']) => boolean) =>
  (step: Step): boolean =>
    'writes' in step &&
    step.writes.some((write) => write.kind !== 'remove' && write.collection.name === name && is(write.document as T, write.kind));

const reading =
  <T extends Document>({ name }: Collection<T>) =>
  (step: Step): boolean =>
    step.at === 'read done' && step.collection === name;

const isNewOrder = writing(orders, (_: OrderDocument, kind) => kind === 'insert');
const isAnswered = writing(orders, ({ status, version }: OrderDocument, kind) => kind === 'replace' && status === 'pending' && version > 0);
const isConfirmed = writing(orders, ({ status }: OrderDocument) => status === 'confirmed');
const isRejected = writing(orders, ({ status }: OrderDocument) => status === 'rejected');
const isTimedOut = writing(orders, ({ status, rejection }: OrderDocument) => status === 'rejected' && rejection?.code === 'timed_out');
const isCancelled = writing(orders, ({ status }: OrderDocument) => status === 'cancelled');
const isReserved = writing(reservations, ({ state }: ReservationDocument) => state === 'reserved');
const isReleased = writing(reservations, ({ state }: ReservationDocument) => state === 'released');
const isHeld = writing(holds, ({ status }: HoldDocument) => status === 'held');
const isExpired = writing(holds, ({ status }: HoldDocument) => status === 'expired');
const isDeducted = writing(pointsLedger, ({ type }: LedgerDocument) => type === 'deducted');
const isRefunded = writing(pointsLedger, ({ type }: LedgerDocument) => type === 'refunded' || type === 'taken_back');
const isBuried = writing(deadLetterCollection, () => true);

const order = ['order-svc'] as const;
const inventory = ['inventory-svc'] as const;
const loyalty = ['loyalty-svc'] as const;
const all = ['order-svc', 'inventory-svc', 'loyalty-svc'] as const;

/** Every named crash point. */
export const crashPoints: Readonly<Record<string, CrashPoint>> = {
  'before the commit of a checkout': { services: order, at: 'commit begins', matches: isNewOrder },
  'after the commit of a checkout': { services: order, at: 'commit done', matches: isNewOrder },
  'after reading an order in a transaction': { services: order, at: 'read done', matches: reading(orders) },
  'after reading prices in a transaction': { services: order, at: 'read done', matches: reading(products) },
  'after the commit of one of two answers': { services: order, at: 'commit done', matches: isAnswered },
  'before the commit of a confirmation': { services: order, at: 'commit begins', matches: isConfirmed },
  'after the commit of a confirmation': { services: order, at: 'commit done', matches: isConfirmed },
  'after the commit of a rejection': { services: order, at: 'commit done', matches: isRejected },
  'before the commit of a timeout': { services: order, at: 'commit begins', matches: isTimedOut, provokedBy: 'silence' },
  'after the commit of a cancellation': { services: order, at: 'commit done', matches: isCancelled },
  'after reading a reservation in a transaction': { services: inventory, at: 'read done', matches: reading(reservations) },
  'before the commit of a reservation': { services: inventory, at: 'commit begins', matches: isReserved },
  'after the commit of a reservation': { services: inventory, at: 'commit done', matches: isReserved },
  'before the commit of a release': { services: inventory, at: 'commit begins', matches: isReleased },
  'after the commit of a release': { services: inventory, at: 'commit done', matches: isReleased },
  'after the commit of a hold': { services: inventory, at: 'commit done', matches: isHeld },
  'before the commit of an expiry': { services: inventory, at: 'commit begins', matches: isExpired },
  'after the commit of an expiry': { services: inventory, at: 'commit done', matches: isExpired },
  'after reading a customer in a transaction': { services: loyalty, at: 'read done', matches: reading(customers) },
  "after the commit of an order's points": { services: loyalty, at: 'commit done', matches: writing(orderPoints, () => true) },
  'before the commit of a deduction': { services: loyalty, at: 'commit begins', matches: isDeducted },
  'after the commit of a deduction': { services: loyalty, at: 'commit done', matches: isDeducted },
  'before the commit of a refund': { services: loyalty, at: 'commit begins', matches: isRefunded },
  'after the commit of a refund': { services: loyalty, at: 'commit done', matches: isRefunded },
  'before the commit of a burial': { services: all, at: 'commit begins', matches: isBuried, provokedBy: 'poison' },
  'after the commit of a burial': { services: all, at: 'commit done', matches: isBuried, provokedBy: 'poison' },
  'after records were received': { services: all, at: 'batch received' },
  'after records count as handled': { services: all, at: 'records handled' },
  'before the offset commit': { services: all, at: 'batch done' },
  'before a send': { services: all, at: 'send begins' },
  'half of a send': { services: all, at: 'send half done' },
  'after the answer to a send, before the mark': { services: all, at: 'send done' },
  'before the mark': { services: all, at: 'marking begins' },
  'after the mark': { services: all, at: 'marking done' },
  'after the lease is taken': { services: all, at: 'lease taken' },
};
