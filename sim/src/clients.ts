import { findAppError } from '@microshop/chassis/errors';
import type { ServiceName } from '@microshop/contracts';
import { topics } from '@microshop/contracts';
import { toCheckout } from '@microshop/order-svc/application/checkout-request';
import type { Instance } from './instance.ts';
import type { Client } from './scenario.ts';
import { createLife, type Life } from './world/scheduler.ts';
import type { World } from './world.ts';

/** `lost`: the instance died, or said that it can not now; what was asked may be done or not. */
type Answer<R> = { ok: R } | { refused: string } | 'lost';
type Checkout = Extract<Client, { do: 'checkout' }>;

const ATTEMPTS = 40;
const FULFIL_ATTEMPTS = 6;

/** Does what the client of the scenario does; ends when it has, or has given up. */
export async function runClient(client: Client, index: number, world: World): Promise<void> {
  const life = createLife(`client ${index}`);
  const sleep = world.scheduler.sleepOf(life);
  const call = <R>(service: ServiceName, use: (instance: Instance) => Promise<R> | undefined) => callOnce(world, life, service, use);
  const insist = <R>(service: ServiceName, use: (instance: Instance) => Promise<R> | undefined) =>
    callUntilAnswered(world, life, service, use);
  await sleep(client.startMs);

  switch (client.do) {
    case 'checkout':
      return checkOut(client, index);
    case 'hold':
      return hold(client.items, client.rollBackAfterMs);
    case 'adjust stock':
      await insist('inventory-svc', ({ inventory }) =>
        inventory?.adjustStock({ sku: client.sku, change: client.change, reason: 'counted', idempotencyKey: `adjust-${index}` }, {}),
      );
      return;
    case 'adjust points':
      await insist('loyalty-svc', ({ loyalty }) =>
        loyalty?.adjustPoints(client.customerId, { change: client.change, reason: 'goodwill' }, `adjust-${index}`),
      );
      return;
    case 'reprice':
      return reprice(client.sku, client.unitPrice);
    case 'block':
      await insist('loyalty-svc', ({ loyalty }) => loyalty?.changeCustomer(client.customerId, { blocked: client.blocked }));
      return;
    case 'poison':
      return poison(world, client.topic, client.kind);
    default:
      return client satisfies never;
  }

  async function hold(items: Checkout['items'], rollBackAfterMs?: number): Promise<void> {
    const reservationId = await reserve(items);
    if (rollBackAfterMs === undefined || reservationId === undefined) return;
    await sleep(rollBackAfterMs);
    await insist('inventory-svc', ({ inventory }) => inventory?.rollBackHold(reservationId, {}));
  }

  /** Once: a hold that was lost on the way expires. */
  async function reserve(items: Checkout['items']): Promise<string | undefined> {
    const answer = await call('inventory-svc', ({ inventory }) => inventory?.validateStock({ items: [...items], reserve: true }, {}));
    return answer !== 'lost' && 'ok' in answer ? answer.ok?.reservationId : undefined;
  }

  async function reprice(sku: string, unitPrice: number): Promise<void> {
    const present = await insist('inventory-svc', ({ inventory }) => inventory?.readProduct(sku));
    if (present === 'lost' || !('ok' in present) || !present.ok) return;
    const { name, currency, version } = present.ok;
    await insist('inventory-svc', ({ inventory }) => inventory?.changeProduct({ sku, name, unitPrice, currency, version }, {}));
  }

  async function checkOut(wish: Checkout, nth: number): Promise<void> {
    const reservationId = wish.hold && (await reserve(wish.hold === 'same' ? wish.items : [{ sku: 'MUG', quantity: 1 }]));
    const { customer, items, discountCode, redeemPoints, copies } = wish;
    const body = {
      customer,
      items: [...items],
      ...(discountCode !== undefined && { discountCode }),
      ...(redeemPoints !== undefined && { redeemPoints }),
      ...(reservationId !== undefined && { reservationId }),
    };
    const checkout = toCheckout(body, `key-${nth}`);
    const answers = await Promise.all(
      Array.from({ length: copies }, () => insist('order-svc', ({ orders }) => orders?.placeOrder(checkout, {}))),
    );
    const orderIds = answers.flatMap((answer) =>
      answer !== 'lost' && 'ok' in answer && answer.ok && 'order' in answer.ok ? [answer.ok.order.orderId] : [],
    );
    const [orderId] = orderIds;
    if (orderId === undefined) return world.tally.count('refused');
    world.told.push({ orderId });
    if (orderIds.some((other) => other !== orderId))
      world.report({ invariant: '6 clients: one key, one order', text: `key-${nth} was answered with ${orderIds.join(' and ')}`, orderId });
    const order = answers.flatMap((answer) =>
      answer !== 'lost' && 'ok' in answer && answer.ok && 'order' in answer.ok ? [answer.ok.order] : [],
    )[0];
    if (wish.waits && order) await call('order-svc', ({ orders }) => orders?.feed.decided(order, 1500, new AbortController().signal));
    await sleep(wish.afterMs);
    if (wish.next === 'cancel') await cancel(orderId);
    if (wish.next === 'fulfil') await fulfil(orderId);
  }

  async function cancel(orderId: string): Promise<void> {
    const answer = await insist('order-svc', ({ orders }) => orders?.cancelOrder(orderId));
    if (answer !== 'lost' && 'ok' in answer) world.told.push({ orderId, status: 'cancelled' });
  }

  /** It may not be confirmed yet. */
  async function fulfil(orderId: string): Promise<void> {
    for (let attempt = 0; attempt < FULFIL_ATTEMPTS; attempt++) {
      const answer = await insist('order-svc', ({ orders }) => orders?.fulfilOrder(orderId));
      if (answer !== 'lost' && 'ok' in answer) return void world.told.push({ orderId, status: 'fulfilled' });
      await sleep(200);
    }
  }
}

async function callOnce<R>(
  world: World,
  life: Life,
  service: ServiceName,
  use: (instance: Instance) => Promise<R> | undefined,
): Promise<Answer<R>> {
  await world.scheduler.turn(life, `calls ${service}`);
  const living = world.living(service);
  if (living.length === 0) return 'lost';
  const instance = world.random.pick(living);
  return new Promise((resolve) => {
    world.whenOver(instance, () => resolve('lost'));
    const work = use(instance);
    if (!work) throw new Error(`${service} can not do that`);
    work.then(
      (ok) => resolve({ ok }),
      (error: unknown) => {
        const known = findAppError(error);
        resolve(known?.kind === 'refused' ? { refused: known.code } : 'lost');
      },
    );
  });
}

/** Asks again, of whichever instance, until it is answered: each request that changes something bears its key. */
async function callUntilAnswered<R>(
  world: World,
  life: Life,
  service: ServiceName,
  use: (instance: Instance) => Promise<R> | undefined,
): Promise<Answer<R>> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const answer = await callOnce(world, life, service, use);
    if (answer !== 'lost') return answer;
    world.tally.count('calls repeated');
    await world.scheduler.sleepOf(life)(50 * 2 ** Math.min(attempt, 6));
  }
  return 'lost';
}

const poisons: Record<string, { type: string; data: (orderId: string) => object }> = {
  'orders-by-sku': { type: 'OrderConfirmed', data: (orderId) => ({ orderId, version: 2, sku: 'MUG', quantity: 1 }) },
  'orders-by-customer': {
    type: 'OrderConfirmed',
    data: (orderId) => ({ orderId, version: 2, customerId: 'ada', totalPrice: 100, currency: 'EUR' }),
  },
  stock: { type: 'StockReserved', data: (orderId) => ({ orderId, sku: 'MUG', quantity: 1 }) },
  points: { type: 'PointsDeducted', data: (orderId) => ({ orderId, customerId: 'ada', points: 1, balance: 1 }) },
};

/** A record that no service wrote. */
function poison(world: World, name: string, kind: Extract<Client, { do: 'poison' }>['kind']): void {
  const topic = topics.find((each) => each.name === `microshop.${name}.v1`);
  const record = poisons[name];
  if (!topic || !record) throw new Error(`There is no poison for ${name}`);
  const data = record.data(world.newId()) as Record<string, unknown>;
  const id = world.newId();
  world.foreign.add(id);
  const value = { 'no json': '{', 'breaks schema': '{}', 'no such order': JSON.stringify(data) }[kind];
  world.broker.append([{ topic: topic.name, key: String(data[topic.key]), value, headers: { ce_id: id, ce_type: record.type } }]);
}
