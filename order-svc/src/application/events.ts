import { sha256 } from '@microshop/chassis/sha256';
import type { Tx } from '@microshop/chassis/store/unit-of-work';
import { canonicalItems, ordersByCustomer, ordersBySku } from '@microshop/contracts';
import type { Order } from '../domain/order.ts';
import type { Checkout } from './checkout-request.ts';

const aggregateOf = ({ orderId, version }: Order) => ({ type: 'order', id: orderId, version });

const purchaseOf = ({ orderId, version, customerKey, totalPrice, currency }: Order) => ({
  orderId,
  version,
  customerId: customerKey,
  totalPrice,
  currency,
});

const linesOf = ({ orderId, version, items, reservationId }: Order) =>
  items.map(({ sku, quantity }) => ({ orderId, version, sku, quantity, ...(reservationId !== undefined && { reservationId }) }));

type Taken = Pick<Checkout, 'guest' | 'idempotencyKey' | 'fingerprint'>;

const checkoutOf = ({ items, discountCode, discountPrice }: Order, { idempotencyKey, fingerprint }: Taken) => ({
  idempotencyKey,
  fingerprint,
  unitPrices: items.map(({ unitPrice }) => unitPrice),
  ...(discountCode !== null && { discountCode }),
  discountPrice,
});

/** OrderRequested: a copy for each SKU without personal data, and one for the customer. */
export function publishRequested(tx: Tx, order: Order, checkout: Taken, timeoutMs: number): void {
  const itemsDigest = sha256(canonicalItems(order.items));
  for (const line of linesOf(order)) tx.publish(ordersBySku, 'OrderRequested', { ...line, timeoutMs, itemsDigest }, aggregateOf(order));
  const purchase = {
    ...purchaseOf(order),
    redeemPoints: order.redeemedPoints,
    ...(checkout.guest && { guest: checkout.guest }),
    checkout: checkoutOf(order, checkout),
    timeoutMs,
  };
  tx.publish(ordersByCustomer, 'OrderRequested', purchase, aggregateOf(order));
}

export type EndingType = 'OrderConfirmed' | 'OrderRejected' | 'OrderCancelled' | 'OrderFulfilled';

/** What ended the order, on the same keys as its request: others give back, or keep, what they took. */
export function publishEnding(tx: Tx, type: EndingType, order: Order): void {
  for (const line of linesOf(order)) tx.publish(ordersBySku, type, line, aggregateOf(order));
  if (type === 'OrderRejected')
    tx.publish(ordersByCustomer, type, { ...purchaseOf(order), code: order.rejection?.code ?? 'timed_out' }, aggregateOf(order));
  else tx.publish(ordersByCustomer, type, purchaseOf(order), aggregateOf(order));
}
