import * as inventory from '@microshop/inventory-svc/application/collections';
import * as loyalty from '@microshop/loyalty-svc/application/collections';
import * as ordering from '@microshop/order-svc/application/collections';
import { newOrder } from '@microshop/order-svc/domain/order';
import { lineOf, priceOf } from '@microshop/order-svc/domain/pricing';
import { type Databases, of } from '@microshop/tools/databases';
import { CURRENCY, UNIT_PRICE } from './assortment.ts';
import { insertAll } from './insert.ts';

/** Long before any run: no audit since its own beginning looks at them. */
const FIRST_AT = Date.UTC(2025, 0, 1);
const EVERY_MS = 500;
const PAST_SKUS = 1000;
const POINTS = 10;

type Past = { index: number; orderId: string; customerId: string; skus: readonly string[]; at: Date };

/** Ids as they were made then: UUIDv7 begin with their time. */
const idAt = (at: number, index: number, kind: number): string => {
  const time = at.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8${kind.toString(16).padStart(3, '0')}-${index.toString(16).padStart(12, '0')}`;
};

function* pastOrders(from: number, to: number): Generator<Past> {
  for (let index = from; index < to; index++) {
    const at = FIRST_AT + index * EVERY_MS;
    const skus = [index, index + 1].map((number) => `past-${number % PAST_SKUS}`);
    yield { index, orderId: idAt(at, index, 0), customerId: `past-c${index % PAST_SKUS}`, skus, at: new Date(at) };
  }
}

/** Adds confirmed orders until there are so many, with all that the services keep of one. Not for the audit: their stock and balances are not there. */
export async function fillPastOrders(databases: Databases, count: number): Promise<void> {
  const there = await of(databases['order-svc'], ordering.orders).countDocuments({ _id: { $lt: idAt(FIRST_AT + count * EVERY_MS, 0, 0) } });
  if (there >= count) return;
  const past = () => pastOrders(there, count);
  const { 'order-svc': orders, 'inventory-svc': stock, 'loyalty-svc': points } = databases;
  await Promise.all([
    insertAll(of(orders, ordering.orders), past().map(orderDocument)),
    insertAll(
      of(orders, ordering.idempotencyKeys),
      past().map(({ orderId, customerId }) => ({ _id: `${customerId}\n${orderId}`, orderId, fingerprint: orderId })),
    ),
    insertAll(of(stock, inventory.reservations), past().flatMap(reservationsOf)),
    insertAll(of(stock, inventory.movements), past().flatMap(movementsOf)),
    insertAll(
      of(points, loyalty.orderPoints),
      past().map(({ orderId, customerId }) => ({
        _id: orderId,
        state: 'earned' as const,
        customerId,
        redeemed: POINTS,
        earned: 0,
        version: 2,
      })),
    ),
    insertAll(of(points, loyalty.pointsLedger), past().map(ledgerRow)),
  ]);
}

function orderDocument({ orderId, customerId, skus, at }: Past): ordering.OrderDocument {
  const items = skus.map((sku) => lineOf({ sku, quantity: 1 }, { name: sku, unitPrice: UNIT_PRICE }));
  const price = priceOf({ items, currency: CURRENCY, redeemPoints: POINTS, pointValue: 1 });
  if (!price) throw new Error('A past order costs less than its points.');
  const order = newOrder({ ...price, orderId, customerId }, at);
  return {
    ...order,
    _id: orderId,
    requestedIn: orderId,
    status: 'confirmed',
    version: 4,
    stockAnswers: skus.map((sku) => ({ sku, reserved: true })),
    pointsAnswer: { deducted: true, customerId },
  };
}

const reservationsOf = ({ orderId, skus, at }: Past): inventory.ReservationDocument[] =>
  skus.map((sku) => ({ _id: inventory.reservationKey(orderId, sku), orderId, sku, quantity: 1, version: 2, at, state: 'sold' }));

/** Two of each SKU; the order's number makes the versions of a SKU differ. */
const movementsOf = ({ index, orderId, skus, at }: Past): inventory.MovementDocument[] =>
  skus.flatMap((sku, line) =>
    (['reserved', 'sold'] as const).map((type, step) => ({
      _id: idAt(at.getTime(), index, 1 + line * 2 + step),
      ...{ sku, version: index * 4 + line * 2 + step, type, change: -1, reason: 'past', orderId, at },
    })),
  );

const ledgerRow = ({ index, orderId, customerId, at }: Past): loyalty.LedgerDocument => ({
  _id: loyalty.ledgerIdOf(orderId, 'deducted'),
  ...{ customerId, sequence: index, type: 'deducted', change: -POINTS, reason: 'past', orderId, at },
});
