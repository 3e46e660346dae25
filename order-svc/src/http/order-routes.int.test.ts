import { newUuid } from '@microshop/chassis/clock';
import { points } from '@microshop/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEventStream } from '../testing/event-stream.ts';
import { type PlayedShop, startPlayedShop } from '../testing/played-shop.ts';
import { operator } from '../testing/rest.ts';

let shop: PlayedShop;
beforeAll(async () => {
  shop = await startPlayedShop();
});
afterAll(() => shop.stop());

type Place = { customerId?: string; sku?: string; prefer?: string };
async function placed({ customerId = shop.customer(), sku, prefer = 'wait=20' }: Place = {}) {
  const body = { customer: { customerId }, items: [{ sku: sku ?? (await shop.product()), quantity: 1 }] };
  const answer = await shop.checkout(body, { prefer });
  return answer.body as { orderId: string; customerId: string; status: string; version: number };
}
const confirmed = () => placed();
const pending = () => placed({ customerId: shop.customer('silent'), prefer: 'wait=0' });
/** The problem of a rejected checkout carries the order's id. */
const rejected = async () => placed({ sku: await shop.product('out_of_stock') });
const confirm = ({ orderId, customerId }: { orderId: string; customerId: string }) =>
  shop.say(points, 'PointsDeducted', { orderId, customerId, points: 0, balance: 0 });
const cancel = (orderId: string, body?: unknown) => shop.post(`/orders/${orderId}/cancel`, body);
const fulfil = (orderId: string) => shop.post(`/orders/${orderId}/fulfil`, undefined, operator);

describe('reading an order', () => {
  it('is 404 unknown_order when there is none, and 400 when the id is none', async () => {
    const orderId = newUuid();
    expect(await shop.get(`/orders/${orderId}`)).toMatchObject({ status: 404, body: { code: 'unknown_order', orderId } });
    expect(await shop.get('/orders/mine')).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
  });

  it('shows a rejected one with its reason', async () => {
    const { orderId } = await rejected();
    const { status, body } = await shop.get(`/orders/${orderId}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'rejected', version: 2, rejection: { code: 'out_of_stock', errors: [{ requested: 1 }] } });
  });
});

describe('cancelling an order', () => {
  it('answers the order, pending or confirmed, and the same when repeated, with no body or an empty one', async () => {
    for (const order of [await pending(), await confirmed()]) {
      const first = await cancel(order.orderId);
      expect(first).toMatchObject({ status: 200, body: { status: 'cancelled', version: order.version + 1 } });
      expect((await cancel(order.orderId, {})).body).toEqual(first.body);
      expect((await cancel(order.orderId, '')).body).toEqual(first.body);
    }
  });

  it('is told once, on the keys of the request and after it', async () => {
    const { orderId } = await pending();
    await cancel(orderId);
    await cancel(orderId);
    await shop.toldOf(orderId, 'OrderCancelled', 2);
    const told = shop.told(orderId).map(({ topic, key, type }) => `${topic} ${key} ${type}`);
    expect(new Set(told).size).toBe(4);
    const byTopic = Map.groupBy(shop.told(orderId), ({ topic }) => topic);
    for (const records of byTopic.values()) {
      expect(records.map(({ type }) => type)).toEqual(['OrderRequested', 'OrderCancelled']);
      expect(new Set(records.map(({ key, partition }) => `${key} ${partition}`)).size).toBe(1);
    }
  });

  it('is 409 for a rejected and for a fulfilled one', async () => {
    const fulfilled = await confirmed();
    await fulfil(fulfilled.orderId);
    for (const [{ orderId }, orderStatus] of [
      [await rejected(), 'rejected'],
      [fulfilled, 'fulfilled'],
    ] as const) {
      const body = { code: 'order_not_cancellable', orderId, orderStatus, status: 409 };
      expect(await cancel(orderId)).toMatchObject({ status: 409, body });
    }
  });

  it('is 404 when there is none and 400 with a body that says something', async () => {
    expect(await cancel(newUuid())).toMatchObject({ status: 404, body: { code: 'unknown_order' } });
    expect(await cancel((await pending()).orderId, { reason: 'changed my mind' })).toMatchObject({ status: 400 });
  });

  it('has one winner when it races with the confirmation', async () => {
    const orders = await Promise.all(Array.from({ length: 10 }, pending));
    await Promise.all(orders.flatMap((order) => [confirm(order), cancel(order.orderId)]));
    for (const { orderId } of orders) {
      expect((await shop.get(`/orders/${orderId}`)).body.status).toBe('cancelled');
      await shop.toldOf(orderId, 'OrderCancelled', 2);
    }
  });

  it('ends the checkout that still waits for it', async () => {
    const [key, customerId] = [newUuid(), shop.customer('silent')];
    const body = { customer: { customerId }, items: [{ sku: await shop.product(), quantity: 1 }] };
    const { orderId } = (await shop.checkout(body, { 'idempotency-key': key, prefer: 'wait=0' })).body;
    const waiting = shop.checkout(body, { 'idempotency-key': key });
    await cancel(orderId);
    expect(await waiting).toMatchObject({ status: 200, body: { orderId, status: 'cancelled' } });
  });
});

describe('fulfilling an order', () => {
  it('answers the order, and the same when repeated', async () => {
    const { orderId } = await confirmed();
    const first = await fulfil(orderId);
    expect(first).toMatchObject({ status: 200, body: { status: 'fulfilled', version: 3 } });
    expect((await fulfil(orderId)).body).toEqual(first.body);
    expect(await shop.toldOf(orderId, 'OrderFulfilled', 2)).toHaveLength(2);
  });

  it('is 409 while it is pending, and 404 when there is none', async () => {
    const { orderId } = await pending();
    expect(await fulfil(orderId)).toMatchObject({ status: 409, body: { code: 'order_not_fulfillable', orderStatus: 'pending' } });
    expect(await fulfil(newUuid())).toMatchObject({ status: 404 });
  });

  it('is for operators', async () => {
    const { orderId } = await confirmed();
    expect(await shop.post(`/orders/${orderId}/fulfil`)).toMatchObject({ status: 401, body: { code: 'operator_token_required' } });
  });
});

describe('listing orders', () => {
  it('gives each once, newest first, page by page, and null after the last', async () => {
    const customerId = shop.customer();
    const sku = await shop.product();
    const made = [];
    for (let i = 0; i < 5; i++) made.unshift((await placed({ customerId, sku })).orderId);
    const listed: string[] = [];
    let cursor: string | null = '';
    const sizes = [];
    while (cursor !== null) {
      const { status, body } = await shop.get(`/orders?customerId=${customerId}&limit=2${cursor && `&cursor=${cursor}`}`, operator);
      expect(status).toBe(200);
      listed.push(...body.data.map((order: { orderId: string }) => order.orderId));
      sizes.push(body.data.length);
      cursor = body.nextCursor;
      expect(cursor ?? 'null').toMatch(/^[A-Za-z0-9_-]+$/);
    }
    expect(listed).toEqual(made);
    expect(sizes).toEqual([2, 2, 1]);
  });

  it('gives whole orders, and filters by customer and status together', async () => {
    const customerId = shop.customer();
    const cancelled = await placed({ customerId });
    const open = await placed({ customerId });
    await cancel(cancelled.orderId);
    const list = async (query: string) => (await shop.get(`/orders?customerId=${customerId}${query}`, operator)).body.data;
    expect(await list('&status=confirmed')).toEqual([(await shop.get(`/orders/${open.orderId}`)).body]);
    expect(await list('&status=cancelled')).toMatchObject([{ orderId: cancelled.orderId }]);
    expect(await list('&status=pending')).toEqual([]);
    expect(await list('')).toHaveLength(2);
  });

  it('is 400 for a cursor, a limit or a status that is none, and for an unknown parameter', async () => {
    for (const query of ['cursor=nonsense', 'limit=0', 'limit=101', 'limit=1e309', 'status=open', 'page=2', 'customerId=a%20b'])
      expect([query, (await shop.get(`/orders?${query}`, operator)).status]).toEqual([query, 400]);
  });

  it('is for operators', async () => {
    expect(await shop.get('/orders')).toMatchObject({ status: 401, body: { code: 'operator_token_required' } });
    expect(await shop.get('/orders', { authorization: 'Bearer wrong' })).toMatchObject({ status: 401 });
  });
});

describe('following an order', () => {
  const open = (orderId: string, headers: Record<string, string> = {}) => openEventStream(`${shop.url}/orders/${orderId}/events`, headers);
  const statesOf = async (stream: Awaited<ReturnType<typeof open>>) =>
    (await Array.fromAsync(stream.events)).map(({ id, data }) => [id, JSON.parse(data ?? '').status]);

  it('begins with the past states and ends when it is decided', async () => {
    const { orderId } = await confirmed();
    const stream = await open(orderId);
    expect(stream.status).toBe(200);
    expect(stream.headers.get('content-type')).toContain('text/event-stream');
    const [first, second, ...more] = await Array.fromAsync(stream.events);
    expect(more).toEqual([]);
    const order = (await shop.get(`/orders/${orderId}`)).body;
    expect([first?.id, second?.id]).toEqual(['1', '2']);
    expect(JSON.parse(second?.data ?? '')).toEqual(order);
    expect(JSON.parse(first?.data ?? '')).toMatchObject({ orderId, status: 'pending', version: 1, updatedAt: order.createdAt });
  });

  it('tells a new state as soon as there is one', async () => {
    const order = await pending();
    const stream = await open(order.orderId);
    const states = statesOf(stream);
    await confirm(order);
    expect(await states).toEqual([
      ['1', 'pending'],
      ['2', 'confirmed'],
    ]);
  });

  it.each([
    ['rejected', rejected, ['pending', 'rejected']],
    [
      'cancelled after its confirmation',
      async () => {
        const order = await confirmed();
        await cancel(order.orderId);
        return order;
      },
      ['pending', 'confirmed', 'cancelled'],
    ],
  ])('tells all states of an order that was %s', async (_what, order, states) => {
    const { orderId } = await order();
    expect((await statesOf(await open(orderId))).map(([, status]) => status)).toEqual(states);
  });

  it('resumes after the Last-Event-ID', async () => {
    const { orderId } = await confirmed();
    expect(await statesOf(await open(orderId, { 'last-event-id': '1' }))).toEqual([['2', 'confirmed']]);
  });

  it('begins at the beginning for a Last-Event-ID that is none', async () => {
    const { orderId } = await confirmed();
    for (const id of ['nonsense', '-1', 'Infinity', '1.5'])
      expect([id, await statesOf(await open(orderId, { 'last-event-id': id }))]).toEqual([
        id,
        [
          ['1', 'pending'],
          ['2', 'confirmed'],
        ],
      ]);
  });

  it('goes on with the next state for a Last-Event-ID that is ahead of the order', async () => {
    const order = await pending();
    const stream = await open(order.orderId, { 'last-event-id': '99' });
    await confirm(order);
    expect(await statesOf(stream)).toEqual([['2', 'confirmed']]);
  });

  it('opens at once for a client that has seen everything so far', async () => {
    const order = await pending();
    const stream = await open(order.orderId, { 'last-event-id': '1' });
    expect([stream.status, stream.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    await confirm(order);
    expect(await statesOf(stream)).toEqual([['2', 'confirmed']]);
  });

  it('is 204 for a client that has seen the end, which tells EventSource not to come again', async () => {
    const { orderId } = await confirmed();
    const stream = await open(orderId, { 'last-event-id': '2' });
    expect(stream.status).toBe(204);
    expect(await statesOf(stream)).toEqual([]);
  });

  it('survives clients that go away, and goes on for others', async () => {
    const order = await pending();
    const [gone, stays] = [await open(order.orderId), await open(order.orderId)];
    gone.close();
    await confirm(order);
    expect(await statesOf(stays)).toHaveLength(2);
  });

  it('is 404 as a problem when there is no such order', async () => {
    const response = await fetch(`${shop.url}/orders/${newUuid()}/events`);
    expect([response.status, response.headers.get('content-type')]).toEqual([404, expect.stringContaining('application/problem+json')]);
  });

  it('is 406 as a problem for a client that takes no event stream', async () => {
    const { orderId } = await confirmed();
    const answer = await shop.get(`/orders/${orderId}/events`, { accept: 'application/json' });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([406, expect.stringContaining('application/problem+json')]);
  });

  it('has no HEAD, which would wait for ever', async () => {
    const { orderId } = await pending();
    const response = await fetch(`${shop.url}/orders/${orderId}/events`, { method: 'HEAD', signal: AbortSignal.timeout(5000) });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET']);
  });
});
