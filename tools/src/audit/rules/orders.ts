import type { OrderDocument } from '@microshop/order-svc/application/collections';
import type { Fault, Finding } from './finding.ts';

/** Which states may follow which; nothing follows rejected, cancelled and fulfilled. */
const paths = [
  'pending',
  'pending confirmed',
  'pending rejected',
  'pending cancelled',
  'pending confirmed cancelled',
  'pending confirmed fulfilled',
];

/** 3. Each order came to its state by a legal path, and its total is what its parts make. */
export function* checkOrders(orders: Iterable<OrderDocument>): Generator<Finding> {
  for (const order of orders) for (const [sentence, fault] of faultsOf(order)) yield found(order, sentence, fault);
}

function* faultsOf(order: OrderDocument): Generator<[string, Fault]> {
  const { status, states, version, items, itemsPrice, discountPrice, pointsDiscountPrice, totalPrice } = order;
  const path = states.map((state) => state.status).join(' ');
  if (!paths.includes(path) || states.at(-1)?.status !== status) yield [`came to ${status} by ${path}`, { kind: 'order_path' }];
  if (states.some((state, index) => state.version !== index + 1) || version !== states.length)
    yield ['has a gap in its versions', { kind: 'order_path' }];
  if (items.reduce((sum, { lineTotal }) => sum + lineTotal, 0) !== itemsPrice)
    yield [`has lines that do not add up to ${itemsPrice}`, { kind: 'order_price' }];
  if (totalPrice !== itemsPrice - discountPrice - pointsDiscountPrice || totalPrice < 0)
    yield [`has a total of ${totalPrice} instead of ${itemsPrice} - ${discountPrice} - ${pointsDiscountPrice}`, { kind: 'order_price' }];
}

/** When an order's OrderRequested was published, and how long it gave for the answers. */
export type Request = { publishedAt: Date; timeoutMs: number };

/** How long after its time an order may wait for the sweep. */
export const STUCK_SLACK_MS = 60_000;

/** 3. An order is decided in time, by a timeout at the latest. `requests` is by order; one that was not published has no time yet. */
export function* checkStuck(orders: Iterable<OrderDocument>, requests: ReadonlyMap<string, Request>, now: Date): Generator<Finding> {
  for (const order of orders) {
    const request = requests.get(order._id);
    if (order.status !== 'pending' || !request) continue;
    const overdueMs = now.getTime() - request.publishedAt.getTime() - request.timeoutMs;
    if (overdueMs <= STUCK_SLACK_MS) continue;
    yield found(order, `is still pending, ${Math.round(overdueMs / 1000)} s after its time was up`, { kind: 'order_stuck', overdueMs });
  }
}

const found = ({ _id, version }: OrderDocument, sentence: string, fault: Fault): Finding => ({
  invariant: 'orders',
  subject: { kind: 'order', id: _id },
  sentence: `${_id} ${sentence}`,
  fault,
  version,
});
