import { callerOf } from '@microshop/chassis/http/caller';
import { causeOf } from '@microshop/chassis/http/cause';
import { idempotencyKeyHeader, requireIdempotencyKey } from '@microshop/chassis/http/idempotency-key';
import { callerAnswers } from '@microshop/chassis/http/operator';
import { parsePrefer, preferHeader } from '@microshop/chassis/http/prefer';
import { problemResponse } from '@microshop/chassis/http/problem';
import { type LimitRate, rateAnswer } from '@microshop/chassis/http/rate-limit';
import { withBody } from '@microshop/chassis/http/responses';
import type { HttpServer } from '@microshop/chassis/http/server';
import { CheckoutRequest, Order } from '@microshop/contracts/http';
import Type from 'typebox';
import { toCheckout } from '../application/checkout-request.ts';
import type { OrderFeed } from '../application/order-feed.ts';
import type { PlaceOrder } from '../application/place-order.ts';
import type { CheckoutAdmission } from './checkout-admission.ts';
import { answerCheckout } from './order-view.ts';
import { requireOwnCheckout } from './own-orders.ts';

export const otherCustomer = problemResponse('The token is of somebody else: `other_customer`; without tokens configured: `loopback_only`');
const priceRefusalCodes = 'unknown_sku, discount_invalid, points_exceed_total, points_need_customer';
export const priceRefusals = problemResponse(`No price: ${priceRefusalCodes}`);

const schema = {
  tags: ['orders'],
  summary: 'Check out',
  description:
    'Makes one order for each Idempotency-Key of a customer, and waits for its outcome as long as `Prefer: wait=N` says (default 2 s, at most 25 s). The same key and body again answer the present outcome of that order, with `Idempotent-Replayed: true`. A 4xx that made no order leaves the key free; otherwise a key lives as long as its order.',
  headers: Type.Object({ ...idempotencyKeyHeader, ...preferHeader }),
  body: CheckoutRequest,
  response: {
    200: { ...Order, description: 'A replay: the order was cancelled or fulfilled meanwhile' },
    201: { ...Order, description: 'Confirmed' },
    202: { ...Order, description: 'Not decided yet; see Location' },
    ...withBody,
    ...callerAnswers,
    403: otherCustomer,
    ...rateAnswer,
    409: problemResponse(
      'Rejected: out_of_stock, insufficient_points, customer_rejected, reservation_invalid or timed_out, with the orderId. Without one no order was made, because many were just rejected for the same: out_of_stock',
    ),
    422: problemResponse(`No order made: ${priceRefusalCodes} or idempotency_key_reused`),
  },
} as const;

export type CheckoutPorts = { placeOrder: PlaceOrder; feed: OrderFeed; admission: CheckoutAdmission; limitRate: LimitRate };

export function checkoutRoutes(app: HttpServer, { placeOrder, feed, admission, limitRate }: CheckoutPorts): void {
  const options = { onRequest: [admission.admit, app.requireCaller], preHandler: limitRate, schema: { ...schema, ...app.callerSecurity } };
  app.post('/checkout', options, async (request, reply) => {
    const checkout = toCheckout(request.body, requireIdempotencyKey(request.headers['idempotency-key']));
    requireOwnCheckout(checkout, callerOf(request));
    const { waitSeconds, applied } = parsePrefer(request.headers.prefer);
    const placed = await placeOrder(checkout, causeOf(request));
    if (placed.kind === 'refused') throw placed.refusal;
    const order = (await feed.decided(placed.order, waitSeconds * 1000, app.drain)) ?? placed.order;
    if (placed.kind === 'placed' && waitSeconds > 0) admission.waited(reply.elapsedTime);
    reply.header('vary', 'Prefer');
    if (applied !== undefined) reply.header('preference-applied', applied);
    if (placed.kind === 'replayed') reply.header('idempotent-replayed', 'true');
    return answerCheckout(reply, order);
  });
}
