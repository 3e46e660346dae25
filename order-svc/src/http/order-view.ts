import { PROBLEM_MEDIA_TYPE, problem } from '@microshop/chassis/http/problem';
import type { Order as OrderView } from '@microshop/contracts/http';
import type { FastifyReply } from 'fastify';
import type { Order, OrderState } from '../domain/order.ts';

/** The order as everyone sees it, now or as it was in one of its states. */
export function viewOf(order: Order, state: OrderState | undefined = order.states.at(-1)): OrderView {
  const { orderId, items, currency, itemsPrice, discountCode, discountPrice, redeemedPoints, pointsDiscountPrice, totalPrice } = order;
  const { status, version, customerId, at, rejection } = state ?? { ...order, at: order.updatedAt };
  return {
    orderId,
    customerId,
    status,
    items,
    currency,
    itemsPrice,
    discountCode,
    discountPrice,
    redeemedPoints,
    pointsDiscountPrice,
    totalPrice,
    ...(rejection && { rejection }),
    createdAt: order.createdAt.toISOString(),
    updatedAt: at.toISOString(),
    version,
  };
}

const statusCodes = { confirmed: 201, pending: 202, cancelled: 200, fulfilled: 200 } as const;

/** The answer to a checkout follows from the order's present state, for the first request and for each that repeats it. */
export function answerCheckout(reply: FastifyReply, order: Order): FastifyReply {
  reply.header('location', `/orders/${order.orderId}`);
  if (order.status === 'rejected') {
    const { code, detail, errors } = order.rejection ?? { code: 'timed_out', detail: 'The order was rejected.' };
    return reply
      .code(409)
      .type(PROBLEM_MEDIA_TYPE)
      .send(problem(409, code, detail, { orderId: order.orderId, ...(errors && { errors }) }));
  }
  if (order.status === 'pending') reply.header('retry-after', '1');
  return reply.code(statusCodes[order.status]).send(viewOf(order));
}
