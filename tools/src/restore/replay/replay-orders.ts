import { sha256 } from '@microshop/chassis/sha256';
import type { Tx } from '@microshop/chassis/store/unit-of-work';
import { canonicalItems } from '@microshop/contracts';
import {
  discounts,
  type IdempotencyDocument,
  idempotencyIdOf,
  idempotencyKeys,
  type OrderDocument,
  orders,
  products,
} from '@microshop/order-svc/application/collections';
import { takeDiscountUse } from '@microshop/order-svc/application/discount-uses';
import { createSettleOrder } from '@microshop/order-svc/application/settle-order';
import { newOrder, type Order, type OrderFact } from '@microshop/order-svc/domain/order';
import type { Place } from '../../dlt/shop.ts';
import { CUSTOMER, type Ending, type Facts, type OrderFacts } from './facts.ts';
import { type Checkout, priceOf, productAt } from './price.ts';
import { quiet } from './quiet.ts';
import type { Remark, Remarks } from './remarks.ts';

export type ReplayOrdersOptions = { facts: Facts; pointValue: number; remarks: Remarks };

/** Of an order whose customer no topic tells. */
const NOBODY = 'unknown';

const settle = createSettleOrder(() => undefined);

/** Makes the orders that came after the backup, and ends those that ended after it, as the topics tell. */
export async function replayOrder(
  { transact }: Pick<Place, 'transact'>,
  orderId: string,
  told: OrderFacts,
  options: ReplayOrdersOptions,
): Promise<void> {
  await transact(
    async (tx) => {
      const present = await tx.get(orders, orderId);
      const isWhole = present !== undefined || isRequestWhole(told);
      const order = present ?? (await remake(tx, orderId, told, options));
      if (!present) options.remarks.add(remarkOn(told, isWhole), orderId);
      const left = await end(tx, order, told);
      // Its request never was on all topics, so nobody can answer it.
      if (!isWhole && left.status === 'pending') await settle(tx, left, { type: 'TimedOut' });
    },
    { correlationId: orderId },
  );
}

function remarkOn({ requested }: OrderFacts, isWhole: boolean): Remark {
  if (!isWhole) return 'order_broken';
  return requested?.checkout ? 'order_remade' : 'order_without_key';
}

/** The customer's copy is there, and one for each SKU. */
function isRequestWhole({ requested, lines }: OrderFacts): boolean {
  const items = [...lines].map(([sku, { quantity }]) => ({ sku, quantity }));
  const digest = sha256(canonicalItems(items));
  return requested !== undefined && items.length > 0 && [...lines.values()].every(({ itemsDigest = digest }) => itemsDigest === digest);
}

async function remake(
  tx: Tx,
  orderId: string,
  { requested, lines }: OrderFacts,
  { facts, pointValue }: ReplayOrdersOptions,
): Promise<OrderDocument> {
  const at = requested?.at ?? tx.now;
  const items = [...lines].map(([sku, { quantity }]) => ({ sku, quantity })).sort((a, b) => (a.sku < b.sku ? -1 : 1));
  await tx.load(
    products,
    items.map(({ sku }) => sku),
  );
  const known = new Map(await Promise.all(items.map(async ({ sku }) => [sku, await tx.get(products, sku)] as const)));
  const { customerId = NOBODY, totalPrice = 0, currency = 'XXX', redeemPoints = 0, eventId = orderId, checkout } = requested ?? {};
  const price = priceOf({
    lines: items,
    totalPrice,
    currency,
    redeemPoints,
    pointValue,
    product: (sku) => productAt(known.get(sku), facts.products.get(sku)?.values() ?? [], at),
    checkout: await withKnownCode(tx, checkout),
  });
  const reservationId = [...lines.values()].find((line) => line.reservationId !== undefined)?.reservationId;
  const order = newOrder({ ...price, orderId, customerId, ...(reservationId !== undefined && { reservationId }) }, at);
  const document = { ...order, _id: orderId, requestedIn: eventId };
  await takeDiscountUse(tx, order);
  tx.insert(orders, document);
  tx.insert(idempotencyKeys, await keyOf(tx, order, checkout));
  return document;
}

/** A code that was made after the backup is not known any more. Made again it counts from zero, so the order can not have it. */
async function withKnownCode(tx: Tx, checkout: Checkout | undefined): Promise<Checkout | undefined> {
  if (checkout?.discountCode === undefined || (await tx.get(discounts, checkout.discountCode))) return checkout;
  const { discountCode: _, ...rest } = checkout;
  return rest;
}

/** The key that made the order. Where no event tells it, or the services ran before the replay and it made another, one that can be no caller's. */
async function keyOf(tx: Tx, { orderId, customerKey }: Order, checkout: Checkout | undefined): Promise<IdempotencyDocument> {
  if (checkout) {
    const _id = idempotencyIdOf(customerKey, checkout.idempotencyKey);
    if (!(await tx.get(idempotencyKeys, _id))) return { _id, orderId, fingerprint: checkout.fingerprint };
  }
  return { _id: idempotencyIdOf(customerKey, `\n${orderId}`), orderId, fingerprint: '' };
}

/** Takes the order through the endings that the topics tell, each at its own time. */
async function end(tx: Tx, order: OrderDocument, told: OrderFacts): Promise<OrderDocument> {
  let present = order;
  for (const [version, ending] of [...told.endings].sort(([a], [b]) => a - b)) {
    if (version !== present.version + 1) continue;
    const isTold = ending.copies.has(CUSTOMER) && present.items.every(({ sku }) => ending.copies.has(sku));
    const then = { ...(isTold ? quiet(tx) : tx), now: ending.at };
    for (const fact of factsOf(present, ending, told)) {
      await settle(then, present, fact);
      present = (await tx.get(orders, order._id)) ?? present;
    }
  }
  return present;
}

/** What led to the ending. A confirmation says that all was reserved and the points taken. */
function factsOf({ items, customerId }: OrderDocument, { type, code }: Ending, told: OrderFacts): OrderFact[] {
  switch (type) {
    case 'OrderConfirmed':
      return [
        ...items.map(({ sku }): OrderFact => ({ type: 'StockAnswered', answer: { sku, reserved: true } })),
        { type: 'PointsAnswered', answer: { customerId: told.pointsAnswer?.customerId ?? customerId, deducted: true } },
      ];
    case 'OrderRejected':
      return [...(code === 'timed_out' ? [] : answersOf(told)), { type: 'TimedOut' }];
    case 'OrderCancelled':
      return [{ type: 'CancelRequested' }];
    case 'OrderFulfilled':
      return [{ type: 'FulfilRequested' }];
    default:
      return type satisfies never;
  }
}

function answersOf({ answers, pointsAnswer }: OrderFacts): OrderFact[] {
  const ofStock = [...answers].map(([sku, answer]): OrderFact => {
    if (answer.reserved) return { type: 'StockAnswered', answer: { sku, reserved: true } };
    const { reason, available, quantity } = answer;
    return { type: 'StockAnswered', answer: { sku, reserved: false, reason, requested: quantity, available } };
  });
  return [...ofStock, ...(pointsAnswer ? [{ type: 'PointsAnswered', answer: pointsAnswer } as const] : [])];
}
