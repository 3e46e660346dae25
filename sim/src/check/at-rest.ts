import { deadLetterCollection } from '@microshop/chassis/consumer/dead-letter';
import { outboxCollection } from '@microshop/chassis/outbox/outbox';
import { deadLetterTopic } from '@microshop/contracts';
import { holds, reservationKey, reservations, stock } from '@microshop/inventory-svc/application/collections';
import { orderPoints, pointsLedger } from '@microshop/loyalty-svc/application/collections';
import { discounts, discountUses, idempotencyKeys, type OrderDocument, orders } from '@microshop/order-svc/application/collections';
import { headerText } from '../world/header-text.ts';
import type { World } from '../world.ts';
import type { Violation } from './violation.ts';

const keeps = ({ status }: OrderDocument) => status === 'confirmed' || status === 'fulfilled';
const sum = (numbers: Iterable<number>): number => [...numbers].reduce((total, each) => total + each, 0);

/** What must hold when nothing is under way any more: the invariants of tools/src/audit, and what the clients were told. */
export function* violationsAtRest(world: World): Generator<Violation> {
  for (const order of world.databases['order-svc'].all(orders)) yield* faultsOf(order, world);
  yield* stockFaults(world);
  yield* strangers(world);
  yield* discountFaults(world);
  yield* keyFaults(world);
  yield* outboxFaults(world);
  yield* letterFaults(world);
  yield* promises(world);
}

function* faultsOf(order: OrderDocument, world: World): Generator<Violation> {
  const { _id: orderId, items, itemsPrice, discountPrice, pointsDiscountPrice, totalPrice, version, states } = order;
  const fault = (invariant: string, text: string): Violation => ({ invariant, text: `${orderId} (${order.status}) ${text}`, orderId });
  if (order.status === 'pending') yield fault('3 orders: each comes to rest', 'is still pending');
  if (states.some((state, index) => state.version !== index + 1) || version !== states.length)
    yield fault('3 orders: versions without a gap', 'has a gap in its versions');
  if (totalPrice !== itemsPrice - discountPrice - pointsDiscountPrice || totalPrice < 0)
    yield fault('3 orders: total = items - discount - points', `has a total of ${totalPrice}`);
  for (const { sku, quantity } of items) {
    const reservation = world.databases['inventory-svc'].find(reservations, reservationKey(orderId, sku));
    const has = reservation ? `${reservation.state} of ${reservation.quantity}` : 'missing';
    if (keeps(order) && (reservation?.state !== 'sold' || reservation.quantity !== quantity))
      yield fault('4 agreement: a confirmed order has its lines', `has ${quantity} ${sku}, its reservation is ${has}`);
    if (!keeps(order) && (reservation?.state === 'reserved' || reservation?.state === 'sold'))
      yield fault('4 agreement: an ended order has nothing', `still has ${sku} ${has}`);
  }
  yield* pointsFaults(order, world, fault);
  const hold = order.reservationId === undefined ? undefined : world.databases['inventory-svc'].find(holds, order.reservationId);
  if (hold?.status === 'claimed' && hold.orderId === orderId && hold.items.some(({ settled }) => !settled))
    yield fault('4 agreement: an ended order has nothing', `left units in its hold ${hold._id}`);
}

function* pointsFaults(order: OrderDocument, world: World, fault: (invariant: string, text: string) => Violation): Generator<Violation> {
  const rows = world.databases['loyalty-svc'].where(pointsLedger, ({ orderId }) => orderId === order._id);
  const of = (...types: string[]) => sum(rows.filter(({ type }) => types.includes(type)).map(({ change }) => change));
  const paid = -of('deducted', 'refunded');
  if (paid !== (keeps(order) ? order.redeemedPoints : 0))
    yield fault('4 agreement: points', `redeemed ${order.redeemedPoints} points, the ledger has ${paid}`);
  const earned = of('earned', 'taken_back');
  if (earned !== (keeps(order) ? Math.floor(order.totalPrice / 100) : 0))
    yield fault('4 agreement: points', `earned ${earned} of ${order.totalPrice}`);
  const state = world.databases['loyalty-svc'].find(orderPoints, order._id)?.state;
  if (keeps(order) && state !== 'earned') yield fault('4 agreement: points', `its points are ${state}`);
}

function* stockFaults({ databases }: World): Generator<Violation> {
  const inventory = databases['inventory-svc'];
  for (const level of inventory.all(stock)) {
    const held = inventory
      .all(holds)
      .filter(({ status }) => status === 'held' || status === 'claimed')
      .flatMap(({ items }) => items.filter(({ settled, sku }) => !settled && sku === level._id).map(({ quantity }) => quantity));
    const ofOrders = (state: string) =>
      sum(inventory.where(reservations, (each) => each.sku === level._id && each.state === state).map(({ quantity }) => quantity));
    const [reserved, sold] = [ofOrders('reserved') + sum(held), ofOrders('sold')];
    if (level.reserved !== reserved || level.sold !== sold)
      yield {
        invariant: '1 stock: as reservations and holds say',
        text: `${level._id} has reserved ${level.reserved}, sold ${level.sold}; reservations and holds amount to ${reserved} and ${sold}`,
      };
  }
}

function* strangers({ databases }: World): Generator<Violation> {
  for (const { _id, orderId, state } of databases['inventory-svc'].all(reservations))
    if (state !== 'rejected' && state !== 'tombstone' && !databases['order-svc'].find(orders, orderId))
      yield { invariant: '4 agreement: nothing belongs to no order', text: `reservation ${_id} (${state}) belongs to no order`, orderId };
}

function* discountFaults({ databases }: World): Generator<Violation> {
  const database = databases['order-svc'];
  const holding = database
    .all(orders)
    .filter(
      ({ status, discountCode }) => discountCode !== null && (status === 'pending' || status === 'confirmed' || status === 'fulfilled'),
    );
  for (const { _id, uses } of database.all(discounts)) {
    const count = holding.filter(({ discountCode }) => discountCode === _id).length;
    if (uses !== count)
      yield { invariant: '4 discounts: uses = orders that have the code', text: `${_id} counts ${uses} uses, ${count} orders have it` };
  }
  for (const { _id, uses } of database.all(discountUses)) {
    const count = holding.filter(({ discountCode, customerKey }) => `${discountCode}\n${customerKey}` === _id).length;
    if (uses !== count)
      yield { invariant: '4 discounts: uses = orders that have the code', text: `${_id} counts ${uses} uses, ${count} orders have it` };
  }
}

function* keyFaults({ databases }: World): Generator<Violation> {
  const keys = databases['order-svc'].all(idempotencyKeys);
  const named = new Set(keys.map(({ orderId }) => orderId));
  for (const { _id: orderId } of databases['order-svc'].all(orders))
    if (!named.has(orderId)) yield { invariant: '6 idempotency: one key for each order', text: `${orderId} has no key`, orderId };
  if (named.size !== keys.length) yield { invariant: '6 idempotency: one order for each key', text: 'two keys name one order' };
}

function* outboxFaults({ databases, delivery, broker, foreign }: World): Generator<Violation> {
  const committed = new Set<string>();
  for (const database of Object.values(databases))
    for (const { pending, events } of database.all(outboxCollection))
      for (const { id, topic, type, headers } of events) {
        const eventId = headerText({ headers }, 'ce_id') ?? id;
        committed.add(eventId);
        const orderId = headerText({ headers }, 'ce_correlationid');
        if (pending || !delivery.on(topic).has(eventId))
          yield {
            invariant: '5 delivery: each outbox row is published',
            text: `${type} ${eventId} is ${pending ? 'pending' : 'marked as published'} and ${delivery.on(topic).has(eventId) ? '' : 'not '}on ${topic}`,
            ...(orderId && { orderId }),
          };
      }
  for (const topic of broker.topics)
    for (const id of delivery.on(topic))
      if (!committed.has(id) && !foreign.has(id))
        yield { invariant: '5 delivery: each published event was committed', text: `${id} on ${topic} was never committed` };
}

/** Each record that can not be handled is a dead letter once, and nothing else is. */
function* letterFaults({ databases, delivery, foreign }: World): Generator<Violation> {
  const letters = Object.values(databases).flatMap((database) => database.all(deadLetterCollection));
  const ids = letters.map(({ eventId }) => eventId ?? '');
  for (const id of foreign) {
    const count = ids.filter((each) => each === id).length;
    if (count !== 1)
      yield { invariant: '5 delivery: a poison record is a dead letter once', text: `${id} is a dead letter ${count} times` };
  }
  for (const { eventId = '', topic, group } of letters)
    if (!delivery.on(deadLetterTopic(topic, group)).has(eventId))
      yield { invariant: '5 delivery: a dead letter is on its topic', text: `${eventId} is not on ${deadLetterTopic(topic, group)}` };
  for (const { eventId, error, orderId } of letters)
    if (!foreign.has(eventId ?? ''))
      yield { invariant: '5 delivery: no good record is a dead letter', text: `${eventId}: ${error}`, ...(orderId && { orderId }) };
}

/** What a client was told stays true. */
function* promises({ databases, told }: World): Generator<Violation> {
  for (const { orderId, status } of told) {
    const order = databases['order-svc'].find(orders, orderId);
    if (!order) yield { invariant: '6 clients: what was accepted is there', text: `${orderId} was accepted and is not there`, orderId };
    else if (status !== undefined && order.status !== status)
      yield {
        invariant: '6 clients: what was answered stays true',
        text: `${orderId} was said to be ${status} and is ${order.status}`,
        orderId,
      };
  }
}
