import { holds, type ReservationDocument, reservationKey, reservations } from '@microshop/inventory-svc/application/collections';
import { type LedgerDocument, pointsLedger } from '@microshop/loyalty-svc/application/collections';
import { discounts, type OrderDocument, orders } from '@microshop/order-svc/application/collections';
import { type Databases, type Finding, of, pages } from './databases.ts';

/** 4. What an order holds in the other services is what its state says: all of its lines and points, or nothing. */
export async function checkAgreement(databases: Databases): Promise<Finding> {
  const finding: Finding = {
    invariant: '4 agreement: confirmed orders hold exactly their lines and points, ended ones hold nothing',
    checked: 0,
    violations: [],
  };
  for await (const found of pages(of(databases.orders, orders), 500)) {
    const [stock, ledger, open] = await Promise.all([
      reservationsOf(databases, found),
      ledgerOf(databases, found),
      claimedHoldsOf(databases, found),
    ]);
    finding.checked += found.length;
    for (const order of found) {
      const held = [...stockFaults(order, stock), ...pointsFaults(order, ledger.get(order._id) ?? []), ...(open.get(order._id) ?? [])];
      finding.violations.push(...held.map((fault) => `${order._id} (${order.status}) ${fault}`));
    }
  }
  finding.violations.push(...(await strangers(databases)), ...(await discountFaults(databases)));
  return finding;
}

const keeps = ({ status }: OrderDocument) => status === 'confirmed' || status === 'fulfilled';

function* stockFaults(order: OrderDocument, stock: ReadonlyMap<string, ReservationDocument>) {
  for (const { sku, quantity } of order.items) {
    const reservation = stock.get(reservationKey(order._id, sku));
    if (keeps(order) && (reservation?.state !== 'sold' || reservation.quantity !== quantity))
      yield `has ${quantity} ${sku}, its reservation is ${reservation ? `${reservation.state} of ${reservation.quantity}` : 'missing'}`;
    if (!keeps(order) && order.status !== 'pending' && (reservation?.state === 'reserved' || reservation?.state === 'sold'))
      yield `still has ${reservation.quantity} ${sku} ${reservation.state}`;
  }
}

function* pointsFaults(order: OrderDocument, ledger: readonly LedgerDocument[]) {
  const sum = (...types: LedgerDocument['type'][]) =>
    ledger.filter(({ type }) => types.includes(type)).reduce((total, { change }) => total + change, 0);
  const paid = -sum('deducted', 'refunded');
  if (order.status === 'pending') return;
  if (paid !== (keeps(order) ? order.redeemedPoints : 0)) yield `redeemed ${order.redeemedPoints} points, the ledger has ${paid}`;
  const earned = sum('earned', 'taken_back');
  if (!keeps(order) && earned !== 0) yield `kept ${earned} earned points`;
}

async function reservationsOf({ inventory }: Databases, found: readonly OrderDocument[]): Promise<Map<string, ReservationDocument>> {
  const ids = found.flatMap(({ _id, items }) => items.map(({ sku }) => reservationKey(_id, sku)));
  const documents = await of(inventory, reservations)
    .find({ _id: { $in: ids } })
    .toArray();
  return new Map(documents.map((document) => [document._id, document]));
}

const ledgerTypes = ['deducted', 'refunded', 'earned', 'taken_back'] as const;

async function ledgerOf({ loyalty }: Databases, found: readonly OrderDocument[]): Promise<Map<string, LedgerDocument[]>> {
  const ids = found.flatMap(({ _id }) => ledgerTypes.map((type) => `${_id}:${type}`));
  const rows = await of(loyalty, pointsLedger)
    .find({ _id: { $in: ids } })
    .toArray();
  return Map.groupBy(rows, ({ orderId }) => orderId ?? '');
}

/** A hold that an ended order claimed may not keep units back. */
async function claimedHoldsOf({ inventory }: Databases, found: readonly OrderDocument[]): Promise<Map<string, string[]>> {
  const ids = found.flatMap(({ reservationId }) => reservationId ?? []);
  const byId = new Map(
    (
      await of(inventory, holds)
        .find({ _id: { $in: ids } })
        .toArray()
    ).map((hold) => [hold._id, hold]),
  );
  const faults = new Map<string, string[]>();
  for (const order of found) {
    const hold = byId.get(order.reservationId ?? '');
    if (hold?.status !== 'claimed' || hold.orderId !== order._id || order.status === 'pending') continue;
    const kept = hold.items.filter(({ settled }) => !settled);
    if (kept.length > 0)
      faults.set(order._id, [`left ${kept.map(({ sku, quantity }) => `${quantity} ${sku}`).join(', ')} in its hold ${hold._id}`]);
  }
  return faults;
}

/** Reservations of orders that do not exist. */
async function strangers({ orders: db, inventory }: Databases): Promise<string[]> {
  const found: string[] = [];
  for await (const page of pages(of(inventory, reservations))) {
    const ids = [...new Set(page.map(({ orderId }) => orderId))];
    const known = new Set(
      (
        await of(db, orders)
          .find({ _id: { $in: ids } })
          .project<{ _id: string }>({ _id: 1 })
          .toArray()
      ).map(({ _id }) => _id),
    );
    for (const { _id, orderId, state } of page)
      if (!known.has(orderId) && (state === 'reserved' || state === 'sold')) found.push(`reservation ${_id} belongs to no order`);
  }
  return found;
}

async function discountFaults({ orders: db }: Databases): Promise<string[]> {
  const used = await of(db, orders)
    .aggregate<{ _id: string; count: number }>([
      { $match: { discountCode: { $ne: null }, status: { $in: ['pending', 'confirmed', 'fulfilled'] } } },
      { $group: { _id: '$discountCode', count: { $sum: 1 } } },
    ])
    .toArray();
  const countOf = new Map(used.map(({ _id, count }) => [_id, count]));
  const codes = await of(db, discounts).find().toArray();
  return codes.flatMap(({ _id, uses, maxUses }) => [
    ...(uses === (countOf.get(_id) ?? 0) ? [] : [`discount ${_id} counts ${uses} uses, ${countOf.get(_id) ?? 0} orders have it`]),
    ...(uses <= (maxUses ?? uses) ? [] : [`discount ${_id} was used ${uses} times of ${maxUses}`]),
  ]);
}
