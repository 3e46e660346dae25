import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectGreenAudit } from '../support/audit.ts';
import { type ShopInProcess, startShopInProcess } from '../support/in-process.ts';
import { expectProblem } from '../support/problem.ts';
import { allEvents, openEvents, type ServerSentEvent } from '../support/sse.ts';

let shop: ShopInProcess;
beforeAll(async () => {
  shop = await startShopInProcess();
});
afterAll(async () => {
  await expectGreenAudit();
  await shop.stop();
});

const urlOf = (orderId: unknown) => `${shop.urls.order}/orders/${orderId}/events`;
const statesOf = (events: ServerSentEvent[]) => events.map(({ id, data }) => [id, JSON.parse(data ?? '').status]);

async function placed(prefer = 'respond-async', stock = 5) {
  const [sku, customerId] = await Promise.all([shop.productWith(stock), shop.customerWith(0)]);
  return (await shop.checkout({ customer: { customerId }, items: [{ sku, quantity: 1 }] }, { prefer })).body;
}

test('the events of a pending order begin with its past and end by themselves when it is decided', async () => {
  const [sku, customerId] = await Promise.all([shop.productWith(5), shop.customerWith(0)]);
  await shop.stopPart('loyalty');
  const checkout = async () =>
    (await shop.checkout({ customer: { customerId }, items: [{ sku, quantity: 1 }] }, { prefer: 'respond-async' })).body;
  const [order, toCancel] = [await checkout(), await checkout()];
  const [followed, cancelled] = [await openEvents(urlOf(order.orderId)), await openEvents(urlOf(toCancel.orderId))];
  expect(followed.status).toBe(200);
  expect(followed.headers.get('content-type')).toMatch(/^text\/event-stream/);
  const [followedEvents, cancelledEvents] = [followed, cancelled].map(({ events }) => events[Symbol.asyncIterator]());

  const first = (await followedEvents?.next())?.value;
  expect([first?.id, JSON.parse(first?.data)]).toEqual(['1', order]);
  expect((await cancelledEvents?.next())?.value?.id).toBe('1');
  await shop.anyone.order('POST', `/orders/${toCancel.orderId}/cancel`);
  expect(statesOf([(await cancelledEvents?.next())?.value])).toEqual([['2', 'cancelled']]);
  expect((await cancelledEvents?.next())?.done).toBe(true);

  await shop.startPart('loyalty');
  const second = (await followedEvents?.next())?.value;
  expect([second?.id, JSON.parse(second?.data)]).toEqual(['2', (await shop.anyone.order('GET', `/orders/${order.orderId}`)).body]);
  expect((await followedEvents?.next())?.done).toBe(true);
  await shop.ready();
});

describe.concurrent('the events of an order', () => {
  test('are its states one by one: id is the version, data the order as it was then', async () => {
    const confirmed = await placed('wait=20');
    const { body: cancelled } = await shop.anyone.order('POST', `/orders/${confirmed.orderId}/cancel`);
    const events = await allEvents(urlOf(confirmed.orderId));
    // Without a name, so that EventSource.onmessage hears them.
    expect(events.map(({ id, event }) => [id, event])).toEqual(['1', '2', '3'].map((id) => [id, undefined]));
    const [first, second, third] = events.map(({ data }) => JSON.parse(data ?? ''));
    expect(first).toEqual({ ...confirmed, status: 'pending', version: 1, updatedAt: confirmed.createdAt });
    expect([second, third]).toEqual([confirmed, cancelled]);
  });

  test.each<[string, (orderId: unknown) => Promise<unknown>, string]>([
    ['confirmed', async () => undefined, 'confirmed'],
    ['fulfilled', (orderId) => shop.order('POST', `/orders/${orderId}/fulfil`), 'fulfilled'],
    ['cancelled', (orderId) => shop.anyone.order('POST', `/orders/${orderId}/cancel`), 'cancelled'],
  ])('end after %s', async (_, change, status) => {
    const { orderId } = await placed('wait=20');
    await change(orderId);
    expect(statesOf(await allEvents(urlOf(orderId))).at(-1)?.[1]).toBe(status);
  });

  test('end after rejected, which says why', async () => {
    const { orderId } = await placed('wait=20', 0);
    const events = await allEvents(urlOf(orderId));
    expect(statesOf(events)).toEqual([
      ['1', 'pending'],
      ['2', 'rejected'],
    ]);
    expect(JSON.parse(events[1]?.data ?? '').rejection).toMatchObject({ code: 'out_of_stock' });
  });

  test('are followed to the end by each of twenty listeners', async () => {
    const { orderId } = await placed();
    const streams = await Promise.all(Array.from({ length: 20 }, () => allEvents(urlOf(orderId))));
    expect(streams.map(statesOf)).toEqual(
      streams.map(() => [
        ['1', 'pending'],
        ['2', 'confirmed'],
      ]),
    );
  });

  test('resume after Last-Event-ID', async () => {
    const { orderId } = await placed('wait=20');
    await shop.anyone.order('POST', `/orders/${orderId}/cancel`);
    const idsAfter = async (last: string) => (await allEvents(urlOf(orderId), { 'last-event-id': last })).map(({ id }) => id);
    expect(await Promise.all(['0', '1', '2', 'nonsense', ''].map(idsAfter))).toEqual([
      ['1', '2', '3'],
      ['2', '3'],
      ['3'],
      ['1', '2', '3'],
      ['1', '2', '3'],
    ]);
  });

  test('are 204 when all of them were received, which lets an EventSource rest', async () => {
    const { orderId } = await placed('wait=20');
    for (const last of ['2', '99']) {
      const { status, events } = await openEvents(urlOf(orderId), { 'last-event-id': last });
      expect([status, await Array.fromAsync(events)]).toEqual([204, []]);
    }
    await shop.order('POST', `/orders/${orderId}/fulfil`);
    expect(statesOf(await allEvents(urlOf(orderId), { 'last-event-id': '2' }))).toEqual([['3', 'fulfilled']]);
  });

  test('of an order that is not there are 404, of no order id 400', async () => {
    const send = (orderId: string) => shop.anyone.order('GET', `/orders/${orderId}/events`, { headers: { accept: 'text/event-stream' } });
    expectProblem(await send(randomUUID()), 404, 'unknown_order');
    expectProblem(await send('17'), 400, 'invalid_request');
  });

  test('are not given as JSON: a caller who takes no event stream is told so', async () => {
    const { orderId } = await placed('wait=20');
    const answer = await shop.anyone.order('GET', `/orders/${orderId}/events`, { headers: { accept: 'application/json' } });
    expectProblem(answer, 406, 'not_acceptable');
  });
});
