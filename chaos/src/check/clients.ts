import type { OrderStatus } from '@microshop/contracts/http';
import { toCheckout } from '@microshop/order-svc/application/checkout-request';
import type { OrderDocument } from '@microshop/order-svc/application/collections';
import type { Call, CheckoutAnswer } from '../history/operations.ts';
import type { Sources } from './sources.ts';
import { about, aboutOrder, type Violation } from './violation.ts';

const keyOf = ({ asked: { body, key } }: Pick<Call<'checkout'>, 'asked'>): string => toCheckout(body, key).idempotencyId;
const show = (key: string): string => key.replace('\n', '/');

/** Each order that a client was told of is there, has ended, and is the one that was asked for. */
export function* acceptedOrders({ callsTo, orders, orderById }: Sources): Generator<Violation, number> {
  let accepted = 0;
  for (const { op, asked, told } of callsTo('checkout')) {
    if (!told) continue;
    accepted++;
    const order = orderById.get(told.orderId);
    if (order) yield* notAsAsked(op, asked, told, order);
    else yield aboutOrder(told.orderId, `was answered with ${told.status} (op ${op}) and is not there`);
  }
  for (const { _id, status } of orders) if (status === 'pending') yield aboutOrder(_id, 'is still pending');
  return accepted;
}

function* notAsAsked(op: number, asked: Call<'checkout'>['asked'], told: CheckoutAnswer, order: OrderDocument): Generator<Violation> {
  const { items, discountCode = null, redeemPoints, reservationId, customerId } = toCheckout(asked.body, asked.key);
  const lines = (each: readonly { sku: string; quantity: number }[]) => each.map(({ sku, quantity }) => `${quantity} ${sku}`).join(', ');
  const parts: [what: string, wanted: unknown, has: unknown][] = [
    ['items', lines(items), lines(order.items)],
    ['discount', discountCode, order.discountCode],
    ['points', redeemPoints, order.redeemedPoints],
    ['reservation', reservationId, order.reservationId],
    ['customer', customerId, order.customerKey],
    ['total', told.order?.totalPrice ?? order.totalPrice, order.totalPrice],
  ];
  for (const [what, wanted, has] of parts)
    if (wanted !== has) yield aboutOrder(order._id, `was asked for with ${what} ${wanted} (op ${op}) and has ${has}`);
}

/** One key makes one order, however often it is asked; another body is refused; what was refused each time made none. */
export function* idempotentKeys({ callsTo, idempotencyKeys }: Sources): Generator<Violation, number> {
  const made = new Map(idempotencyKeys.map(({ _id, orderId }) => [_id, orderId]));
  const byKey = Map.groupBy(callsTo('checkout'), keyOf);
  for (const [key, calls] of byKey) {
    const orderId = made.get(key);
    for (const told of new Set(calls.flatMap((call) => call.told?.orderId ?? [])))
      if (told !== orderId) yield about('key', key, `${show(key)} was answered with ${told} and names ${orderId ?? 'no order'}`, told);
    if (orderId !== undefined && calls.every(({ type }) => type === 'fail'))
      yield about('key', key, `${show(key)} was refused each time and made ${orderId}`, orderId);
  }
  for (const [key, orderId] of made)
    if (!byKey.has(key)) yield about('key', key, `${show(key)} made ${orderId}, and nobody asked with it`, orderId);
  for (const { op, asked, told } of callsTo('reuse'))
    if (told) yield about('key', keyOf({ asked }), `${show(keyOf({ asked }))} was taken with another body (op ${op})`, told.orderId);
  return byKey.size;
}

/** What may still become of an order that was once said to be in a state. */
const after: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  pending: ['pending', 'confirmed', 'rejected', 'cancelled', 'fulfilled'],
  confirmed: ['confirmed', 'cancelled', 'fulfilled'],
  rejected: ['rejected'],
  cancelled: ['cancelled'],
  fulfilled: ['fulfilled'],
};

/** What a client was told of an order stays true, and what it asked for and was granted has happened. */
export function* answersStayTrue({ callsTo, orderById }: Sources): Generator<Violation, number> {
  const checkouts = callsTo('checkout').map((call) => ({ ...call, said: call.told, wants: undefined }));
  const changes = [...callsTo('cancel'), ...callsTo('fulfil'), ...callsTo('read order')].map((call) => ({
    ...call,
    said: call.told && { orderId: call.told.order.orderId, orderStatus: call.told.order.status, code: undefined },
    wants: call.f === 'cancel' ? 'cancelled' : call.f === 'fulfil' ? 'fulfilled' : undefined,
  }));
  let checked = 0;
  for (const { op, f, said, wants } of [...checkouts, ...changes]) {
    if (!said) continue;
    checked++;
    const order = orderById.get(said.orderId);
    const is = order ? order.status : 'not there';
    if (!order || !after[said.orderStatus].includes(order.status))
      yield aboutOrder(said.orderId, `was said to be ${said.orderStatus} (op ${op}) and is ${is}`);
    else if (said.code !== undefined && order.rejection?.code !== said.code)
      yield aboutOrder(said.orderId, `was said to be rejected as ${said.code} (op ${op}) and is as ${order.rejection?.code}`);
    else if (wants !== undefined && order.status !== wants) yield aboutOrder(said.orderId, `was granted a ${f} (op ${op}) and is ${is}`);
  }
  return checked;
}

/** What no service may take was refused. */
export function* badInputRefused({ callsTo }: Sources): Generator<Violation, number> {
  const calls = callsTo('malformed');
  for (const { op, told, asked } of calls)
    if (told) yield about('run', String(op), `${asked.what} was taken with ${told.status} (op ${op})`);
  return calls.length;
}
