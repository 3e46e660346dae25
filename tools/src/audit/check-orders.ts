import { idempotencyKeys, type OrderDocument, orders } from '@microshop/order-svc/application/collections';
import { type Databases, type Finding, of, pages } from './databases.ts';

/** Which states may follow which; nothing follows rejected, cancelled and fulfilled. */
const paths = [
  'pending',
  'pending confirmed',
  'pending rejected',
  'pending cancelled',
  'pending confirmed cancelled',
  'pending confirmed fulfilled',
];

/** 3. Each order is at rest in one state that it came to by a legal path, and its total is what its parts make. */
export async function checkOrders({ orders: db }: Databases): Promise<Finding> {
  const finding: Finding = {
    invariant: '3 orders: at rest in exactly one state, by a legal path; total = items - discount - points',
    checked: 0,
    violations: [],
  };
  for await (const found of pages(of(db, orders))) {
    finding.checked += found.length;
    for (const order of found) finding.violations.push(...faultsOf(order).map((fault) => `${order._id} ${fault}`));
  }
  return finding;
}

function* faultsOf({ status, states, version, items, itemsPrice, discountPrice, pointsDiscountPrice, totalPrice }: OrderDocument) {
  if (status === 'pending') yield 'is still pending';
  const path = states.map((state) => state.status).join(' ');
  if (!paths.includes(path) || states.at(-1)?.status !== status) yield `came to ${status} by ${path}`;
  if (states.some((state, index) => state.version !== index + 1) || version !== states.length) yield 'has a gap in its versions';
  if (items.reduce((sum, { lineTotal }) => sum + lineTotal, 0) !== itemsPrice) yield `has lines that do not add up to ${itemsPrice}`;
  if (totalPrice !== itemsPrice - discountPrice - pointsDiscountPrice || totalPrice < 0)
    yield `has a total of ${totalPrice} instead of ${itemsPrice} - ${discountPrice} - ${pointsDiscountPrice}`;
}

/** 6. Each idempotency key made one order, each order has one key. */
export async function checkIdempotency({ orders: db }: Databases): Promise<Finding> {
  const finding: Finding = { invariant: '6 idempotency: one order for each key, one key for each order', checked: 0, violations: [] };
  const keys = await of(db, idempotencyKeys).countDocuments();
  finding.checked = keys;
  const doubles = await of(db, idempotencyKeys)
    .aggregate<{ _id: string; count: number }>([{ $group: { _id: '$orderId', count: { $sum: 1 } } }, { $match: { count: { $gt: 1 } } }])
    .toArray();
  for (const { _id, count } of doubles) finding.violations.push(`${_id} was made by ${count} keys`);
  const orderCount = await of(db, orders).countDocuments();
  if (orderCount !== keys) finding.violations.push(`there are ${orderCount} orders and ${keys} keys`);
  return finding;
}
