import { type NewId, sleep as realSleep, type Sleep } from '@microshop/chassis/clock';
import { type AppError, refused } from '@microshop/chassis/errors';
import type { Cause } from '@microshop/chassis/events/event';
import { createGroupCommit } from '@microshop/chassis/group-commit';
import { createPacing } from '@microshop/chassis/pacing';
import { findStoreError } from '@microshop/chassis/store/store';
import type { RunInTransaction, Tx } from '@microshop/chassis/store/unit-of-work';
import { discountFault, discountFaultDetails } from '../domain/discount.ts';
import { newOrder, type Order, type OrderPrice } from '../domain/order.ts';
import { itemsPriceOf, lineOf, priceOf } from '../domain/pricing.ts';
import type { Checkout, Terms } from './checkout-request.ts';
import { discounts, discountUses, idempotencyKeys, orders, products } from './collections.ts';
import { discountUseId, takeDiscountUse } from './discount-uses.ts';
import { publishRequested } from './events.ts';

/** `placed`: this request made the order. `replayed`: an equal one did before. `refused`: no order was made and the key is still free. */
export type Placed = { kind: 'placed' | 'replayed'; order: Order } | { kind: 'refused'; refusal: AppError };
export type PlaceOrder = (checkout: Checkout, cause: Cause) => Promise<Placed>;

export type PriceRules = { currency: string; pointValue: number };
export type PlaceOrderPorts = PriceRules & { transact: RunInTransaction; newId: NewId; sleep?: Sleep; timeoutMs: number };

/** The order's id is made before the first attempt: after an unknown commit it tells one's own order from another's. */
type Pending = { checkout: Checkout; cause: Cause; orderId: string };
type Outcome = { placed: Placed } | { error: unknown };

/** A batch stays below 1,000 writes and, at about a kilobyte an event, below 4 MB. */
const MAX_BATCH_WEIGHT = 990;
/** Order, key, discount and its use by the customer. */
const WRITES_PER_ORDER = 4;
/** Under load a batch waits about as long as the one before took, and holds twice as many orders. */
const PACE = { msPerItem: 0.6, maxMs: 40 };

/**
 * Takes orders in: concurrent checkouts share one transaction. An Idempotency-Key makes one order however often and wherever it is sent,
 * also when an answer was lost: a batch whose commit is unknown or met a duplicate is run again, and finds what is there.
 */
export function createPlaceOrder(ports: PlaceOrderPorts): PlaceOrder {
  const pacing = createPacing(ports.sleep ?? realSleep, PACE);
  const commits = createGroupCommit<Pending, Outcome>({
    maxWeight: MAX_BATCH_WEIGHT,
    weigh: ({ checkout }) => WRITES_PER_ORDER + checkout.items.length,
    gather: pacing.rested,
    async commit(batch) {
      const outcomes = await placeApart(batch, ports);
      pacing.done(batch.length);
      return outcomes;
    },
  });
  return async (checkout, cause) => {
    const outcome = await commits.submit({ checkout, cause, orderId: ports.newId() });
    if ('error' in outcome) throw outcome.error;
    return outcome.placed;
  };
}

/** Halves a batch that fails for a reason of its own, so that a checkout that trips over a bug fails alone. */
async function placeApart(batch: readonly Pending[], ports: PlaceOrderPorts): Promise<Outcome[]> {
  try {
    return (await placeAll(batch, ports)).map((placed) => ({ placed }));
  } catch (error) {
    if (findStoreError(error)) throw error;
    if (batch.length === 1) return [{ error }];
    const middle = Math.ceil(batch.length / 2);
    return [...(await placeApart(batch.slice(0, middle), ports)), ...(await placeApart(batch.slice(middle), ports))];
  }
}

async function placeAll(batch: readonly Pending[], ports: PlaceOrderPorts): Promise<Placed[]> {
  const place = () =>
    ports.transact(async (tx) => {
      await loadAll(tx, batch);
      const results: Placed[] = [];
      for (const pending of batch) results.push(await placeOne(tx, pending, ports));
      return results;
    });
  try {
    return await place();
  } catch (error) {
    if (findStoreError(error)?.kind !== 'unknown') throw error;
    return place();
  }
}

async function loadAll(tx: Tx, batch: readonly Pending[]): Promise<void> {
  const checkouts = batch.map(({ checkout }) => checkout);
  await tx.load(
    idempotencyKeys,
    checkouts.map(({ idempotencyId }) => idempotencyId),
  );
  await tx.load(
    products,
    checkouts.flatMap(({ items }) => items.map(({ sku }) => sku)),
  );
}

async function placeOne(tx: Tx, { checkout, cause, orderId }: Pending, ports: PlaceOrderPorts): Promise<Placed> {
  const known = await tx.get(idempotencyKeys, checkout.idempotencyId);
  if (known) return replay(tx, known, checkout, orderId);
  const priced = await price(tx, checkout, ports);
  if ('refusal' in priced) return { kind: 'refused', refusal: priced.refusal };
  const { customerId, reservationId, idempotencyId, fingerprint } = checkout;
  const order = newOrder({ ...priced.price, orderId, customerId, ...(reservationId !== undefined && { reservationId }) }, tx.now);
  await takeDiscountUse(tx, order);
  tx.put(idempotencyKeys, { _id: idempotencyId, orderId, fingerprint });
  tx.insert(orders, { ...order, _id: orderId, requestedIn: tx.outboxId });
  publishRequested(tx.because({ ...cause, correlationId: orderId }), order, checkout, ports.timeoutMs);
  return { kind: 'placed', order };
}

async function replay(
  tx: Tx,
  known: { orderId: string; fingerprint: string },
  { fingerprint }: Checkout,
  ownOrderId: string,
): Promise<Placed> {
  if (known.fingerprint !== fingerprint)
    return {
      kind: 'refused',
      refusal: refused(422, 'idempotency_key_reused', 'The Idempotency-Key was used with another body. Use a new key for a new order.'),
    };
  const order = await tx.get(orders, known.orderId);
  if (!order) throw new Error(`The order ${known.orderId} of an idempotency key is missing.`);
  return { kind: known.orderId === ownOrderId ? 'placed' : 'replayed', order };
}

type Priced = { price: OrderPrice } | { refusal: AppError };

/** What an order of these terms costs, or why there can be none. */
export async function price(tx: Tx, checkout: Terms, { currency, pointValue }: PriceRules): Promise<Priced> {
  const lines = [];
  const unknown: string[] = [];
  for (const item of checkout.items) {
    const product = await tx.get(products, item.sku);
    if (product?.active && product.currency === currency) lines.push(lineOf(item, product));
    else unknown.push(item.sku);
  }
  if (unknown.length > 0) return { refusal: unknownSkus(unknown) };
  if (checkout.guest && checkout.redeemPoints > 0)
    return {
      refusal: refused(422, 'points_need_customer', 'A guest has no points to redeem. Check out with a customerId, or without points.'),
    };
  const discount = checkout.discountCode === undefined ? undefined : await tx.get(discounts, checkout.discountCode);
  if (checkout.discountCode !== undefined) {
    const use = await tx.get(discountUses, discountUseId(checkout.discountCode, checkout.customerId));
    const fault = discountFault(discount, use?.uses ?? 0, itemsPriceOf(lines), tx.now);
    if (fault)
      return {
        refusal: refused(422, 'discount_invalid', discountFaultDetails[fault], { reason: fault, discountCode: checkout.discountCode }),
      };
  }
  const total = priceOf({ items: lines, currency, ...(discount && { discount }), redeemPoints: checkout.redeemPoints, pointValue });
  if (!total) return { refusal: refused(422, 'points_exceed_total', 'The points are worth more than what is left to pay. Redeem fewer.') };
  return { price: total };
}

const unknownSkus = (skus: readonly string[]) =>
  refused(422, 'unknown_sku', `These SKUs are not in the catalogue or not sold any more: ${skus.join(', ')}.`, {
    errors: skus.map((sku) => ({ sku, detail: 'is not in the catalogue or not sold any more' })),
  });
