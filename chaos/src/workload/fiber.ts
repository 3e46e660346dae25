import { sleep } from '@microshop/chassis/clock';
import type { Random } from '@microshop/chassis/testing/random';
import type { CheckoutRequest } from '@microshop/contracts/http';
import { checkoutOf, customers, itemsOf, malformed, prices, type Sku, skus } from './shop.ts';
import type { CheckoutManner, ShopClient } from './shop-client.ts';

/** A checkout that made an order, as far as its client knows. */
type Known = { key: string; body: CheckoutRequest; orderId: string };
type Held = { reservationId: string; items: CheckoutRequest['items'] };
type Unknown = { key: string; body: CheckoutRequest };

export type Fiber = {
  /** Does one thing after the other until it is stopped. */
  run(stopping: AbortSignal): Promise<void>;
  /** Asks every checkout whose answer did not come once more; how many are still unknown. */
  settle(): Promise<number>;
  /** Reads every order that it knows. */
  readAll(): Promise<void>;
};

export type FiberOptions = { client: ShopClient; random: Random; pauseMs: number };

const REMEMBERED = 50;

export function createFiber({ client, random, pauseMs }: FiberOptions): Fiber {
  const { between, chance, pick } = random;
  const known: Known[] = [];
  const unknown: Unknown[] = [];
  const holds: Held[] = [];
  let keys = 0;
  const newKey = () => `${client.name}-${keys++}`;

  const actions: readonly [weight: number, act: () => Promise<unknown>][] = [
    [34, () => checkOut(checkoutOf(random), mannerOf())],
    [5, () => twice(checkoutOf(random))],
    [3, () => checkOut(checkoutOf(random), { abortAfterMs: between(1, 60) })],
    [1, () => checkOut(checkoutOf(random), { slowBytes: between(1, 5) })],
    [7, askAgain],
    [2, () => withKnown(({ key, body }) => client.reuse(key, { ...body, items: [{ sku: 'TEA', quantity: 77 }] }))],
    [6, hold],
    [3, () => withHold(checkOutWith)],
    [2, () => withHold(({ reservationId }) => client.rollBack(reservationId))],
    [7, () => withKnown(({ orderId }) => client.cancel(orderId))],
    [7, () => withKnown(({ orderId }) => client.fulfil(orderId))],
    [12, () => withKnown(({ orderId }) => client.readOrder(orderId))],
    [4, () => client.readStock(pick(skus))],
    [2, () => client.readBalance(pick(customers).customerId)],
    [3, () => adjust(chance(0.7) ? between(1, 4) : -between(1, 3))],
    [1, () => client.adjustPoints(pick(customers).customerId, between(1, 10), newKey())],
    [1, reprice],
    [3, misbehave],
  ];
  const total = actions.reduce((sum, [weight]) => sum + weight, 0);

  function choose(): () => Promise<unknown> {
    const at = between(1, total);
    let reached = 0;
    for (const [weight, act] of actions) {
      reached += weight;
      if (at <= reached) return act;
    }
    return askAgain;
  }

  function mannerOf(): CheckoutManner {
    return { prefer: pick(['respond-async', 'wait=2', 'wait=2', 'wait=10']) };
  }

  async function checkOut(body: CheckoutRequest, manner: CheckoutManner, key = newKey()): Promise<void> {
    const outcome = await client.checkout(key, body, manner);
    if (outcome.type === 'info') unknown.push({ key, body });
    if (outcome.type !== 'ok') return;
    known.push({ key, body, orderId: outcome.told.orderId });
    if (known.length > REMEMBERED) known.shift();
  }

  /** A client that presses the button twice: one order. */
  async function twice(body: CheckoutRequest): Promise<void> {
    const key = newKey();
    await Promise.all([checkOut(body, mannerOf(), key), checkOut(body, mannerOf(), key)]);
  }

  /** Whose answer did not come, or did: the same key again. */
  async function askAgain(): Promise<void> {
    const next = unknown.shift();
    if (next) return checkOut(next.body, mannerOf(), next.key);
    await withKnown(({ key, body }) => client.checkout(key, body, mannerOf()));
  }

  async function withKnown(use: (order: Known) => Promise<unknown>): Promise<void> {
    if (known.length > 0) await use(pick(known));
  }

  async function withHold(use: (held: Held) => Promise<unknown>): Promise<void> {
    const taken = holds.shift();
    if (taken) await use(taken);
  }

  /** Ordered with at once, later or too late, given back, or left to expire. */
  async function hold(): Promise<void> {
    const items = itemsOf(random);
    const outcome = await client.hold(items);
    if (outcome.type !== 'ok' || outcome.told.reservationId === undefined) return;
    const held = { reservationId: outcome.told.reservationId, items };
    const next = pick(['order', 'order', 'order', 'give back', 'keep', 'forget'] as const);
    if (next === 'order') await checkOutWith(held);
    if (next === 'give back') await client.rollBack(held.reservationId);
    if (next === 'keep') holds.push(held);
  }

  async function checkOutWith({ reservationId, items }: Held): Promise<void> {
    const { customer } = checkoutOf(random);
    await checkOut({ customer, items: chance(0.9) ? items : [{ sku: 'PEN', quantity: 1 }], reservationId }, mannerOf());
  }

  async function adjust(change: number): Promise<void> {
    const [sku, key] = [pick(['HOT', 'HOT', 'TEA', 'MUG']), newKey()];
    for (let attempt = 0; attempt < 3; attempt++) if ((await client.adjustStock(sku, change, key)).type !== 'info') return;
  }

  async function reprice(): Promise<void> {
    const sku: Sku = pick(['TEA', 'MUG']);
    await client.reprice(sku, prices[sku] + between(0, 1) * 10);
  }

  async function misbehave(): Promise<void> {
    const { what, path, body, headers = {} } = pick(malformed);
    await client.malformed(what, { method: 'POST', path, body, headers: { 'idempotency-key': newKey(), ...headers } });
  }

  return {
    async run(stopping) {
      while (!stopping.aborted) {
        await choose()();
        await sleep(between(0, 2 * pauseMs), stopping);
      }
    },
    async settle() {
      for (const { key, body } of unknown.splice(0)) await checkOut(body, { prefer: 'wait=10' }, key);
      return unknown.length;
    },
    async readAll() {
      for (const { orderId } of known) await client.readOrder(orderId);
    },
  };
}
