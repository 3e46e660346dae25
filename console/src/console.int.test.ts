import { randomUUID } from 'node:crypto';
import { ordersBySku, stock, stockLevels } from '@microshop/contracts';
import { metricsServed } from '@microshop/tools/metrics-docs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { expectServed, scrape } from '../../tests/support/metrics.ts';
import { WAIT } from '../../tests/support/shop.ts';
import { openEvents } from '../../tests/support/sse.ts';
import type { CustomerPoints } from './api/customers.ts';
import type { Audit, Health } from './api/health.ts';
import type { DemoCustomers, TopicRecords } from './api/index.ts';
import type { OrderPage, OrderTimeline } from './api/orders.ts';
import { digestOf } from './persistence/digest.ts';
import { projectionOf } from './projection/collections.ts';
import { type ConsoleUnderTest, startConsoleUnderTest } from './testing/console-under-test.ts';

let subject: ConsoleUnderTest;
beforeAll(async () => {
  subject = await startConsoleUnderTest();
});
afterAll(() => subject.stop());

const isCaughtUp = () =>
  vi.waitFor(async () => {
    const { projection } = (await subject.anyone('GET', '/console/health')).body as Health;
    if (projection.state !== 'live' || projection.lag?.records !== 0) throw new Error(`the projection is ${JSON.stringify(projection)}`);
    return projection;
  }, WAIT);

describe('orders', () => {
  test('are bought through the console’s origin and followed from the request to the end, without persons', async () => {
    const sku = await subject.shop.productWith(5);
    const email = `eve-${randomUUID()}@example.com`;
    const { status, body, headers } = await subject.checkout(sku, { customer: { email, name: 'Eve Adams' } });
    const orderId = String(body.orderId);
    expect([status, headers.get('location')]).toEqual([201, `/api/orders/${orderId}`]);

    const { order, entries } = await subject.says<OrderTimeline>(
      `/console/orders/${orderId}`,
      (timeline) => timeline.order?.lines[0]?.stock === 'sold' && timeline.entries.length >= 7,
    );
    expect(order).toMatchObject({ status: 'confirmed', isGuest: true, lines: [{ sku, quantity: 1, stock: 'sold' }], waitingFor: [] });
    const [request] = entries;
    expect(request).toMatchObject({ type: 'OrderRequested', lane: 'order-svc', kind: 'event' });
    const reserved = entries.find(({ type }) => type === 'StockReserved');
    expect(reserved).toMatchObject({ lane: 'inventory-svc', topic: stock.name, key: orderId, payload: { orderId, sku, quantity: 1 } });
    expect(entries.find(({ eventId }) => eventId === reserved?.causationId)).toMatchObject({
      type: 'OrderRequested',
      topic: ordersBySku.name,
    });
    expect(JSON.stringify(entries)).not.toMatch(/Eve Adams|eve-/);

    for (const search of [orderId.slice(0, 18), email.toUpperCase(), order.customerId ?? ''])
      expect(
        (await subject.says<OrderPage>(`/console/orders?search=${encodeURIComponent(search)}`, () => true)).data.map(
          (each) => each.orderId,
        ),
      ).toContain(orderId);
    expect((await subject.anyone('GET', `/console/orders?status=rejected&sku=${sku}`)).body.data).toEqual([]);
  });

  test('are followed live: what is new is sent, once', async () => {
    const { body } = await subject.checkout(await subject.shop.productWith(5));
    const orderId = String(body.orderId);
    const before = await subject.known(orderId, 'confirmed', 7);
    const stream = await openEvents(`${subject.shop.consoleUrl}/console/orders/${orderId}/events`);
    const seen: OrderTimeline[] = [];
    for await (const { data = '' } of stream.events) {
      seen.push(JSON.parse(data));
      if (seen.length === 1) await subject.anyone('POST', `/api/orders/${orderId}/cancel`);
      const { order } = seen.at(-1) as OrderTimeline;
      if (order.status === 'cancelled' && order.waitingFor.length === 0) break;
    }
    stream.close();
    const ids = seen.flatMap(({ entries }) => entries.map(({ entryId }) => entryId));
    expect(new Set(ids).size).toBe(ids.length);
    expect(seen[0]?.entries.length).toBeGreaterThanOrEqual(before.entries.length);
  });

  test('keep what nobody understands, and their dead letters', async () => {
    const { body } = await subject.checkout(await subject.shop.productWith(5));
    const orderId = String(body.orderId);
    const headers = { ce_id: randomUUID(), ce_source: '/somebody-else', ce_correlationid: orderId };
    await subject.broker.send([
      { topic: stock.name, key: orderId, value: '{"new":true}', headers: { ...headers, ce_type: 'StockFrozen' } },
      { topic: stock.name, key: orderId, value: '{broken', headers: { ...headers, ce_type: 'StockReserved' } },
    ]);
    const { order, entries } = await subject.says<OrderTimeline>(
      `/console/orders/${orderId}`,
      // Entries are read before the order, and topics in no order: what is asked of either is waited for.
      ({ order, entries }) =>
        order?.deadLetters === 1 &&
        order.status === 'confirmed' &&
        entries.some(({ kind }) => kind === 'dead-letter') &&
        entries.some(({ type }) => type === 'StockFrozen'),
    );
    expect(entries.find(({ type }) => type === 'StockFrozen')).toMatchObject({ payload: { new: true }, lane: 'inventory-svc' });
    expect(entries.find(({ kind }) => kind === 'dead-letter')).toMatchObject({ lane: 'order-svc', error: 'The value is not JSON.' });
    expect(order.status).toBe('confirmed');
    expect((await subject.says<OrderPage>('/console/orders?dead=true', () => true)).data.map((each) => each.orderId)).toContain(orderId);
  });
});

describe('customers', () => {
  test('have the points that events told, what moved them, and their orders', async () => {
    const customerId = await subject.shop.customerWith(50);
    const sku = await subject.shop.productWith(5);
    const { body } = await subject.shop.checkout({ customer: { customerId }, items: [{ sku, quantity: 2 }], redeemPoints: 30 });
    const orderId = String(body.orderId);
    const path = `/console/customers/${customerId}`;
    await subject.says<CustomerPoints>(path, (points) => points.movements?.data.length === 3);
    await subject.anyone('POST', `/api/orders/${orderId}/cancel`);
    const { movements } = await subject.says<CustomerPoints>(path, (points) => points.balance === 50 && points.movements.data.length === 5);
    const changes = movements.data.map(({ type, change, orderId: of }) => [type, change, of]);
    const earned = Number(changes.find(([type]) => type === 'earned')?.[1]);
    expect(changes).toHaveLength(5);
    expect(new Set(changes.map(String))).toEqual(
      new Set(
        [
          ['adjusted', 50, null],
          ['deducted', -30, orderId],
          ['earned', earned, orderId],
          ['refunded', 30, orderId],
          ['taken_back', -earned, orderId],
        ].map(String),
      ),
    );

    const first = (await subject.anyone('GET', `${path}?limit=3`)).body as CustomerPoints;
    const rest = (await subject.anyone('GET', `${path}?limit=3&cursor=${first.movements.nextCursor}`)).body as CustomerPoints;
    expect([...first.movements.data, ...rest.movements.data]).toEqual(movements.data);
    expect(rest.movements.nextCursor).toBeNull();
    for (const query of [`customer=${customerId}`, `search=${customerId}`])
      expect((await subject.anyone('GET', `/console/orders?${query}`)).body.data).toMatchObject([{ orderId, customerId }]);
  });

  test('are known with the first points they are given by hand, and not before; a faulty question is refused with its field', async () => {
    const { status, body } = await subject.anyone('GET', `/console/customers/${randomUUID()}`);
    expect([status, body.code]).toEqual([404, 'unknown_customer']);
    const customerId = await subject.shop.customerWith(7);
    const { balance } = await subject.says<CustomerPoints>(
      `/console/customers/${customerId}`,
      (points) => points.movements?.data.length === 1,
    );
    expect(balance).toBe(7);
    expect((await subject.anyone('GET', '/console/customers/ada?limit=0')).body).toMatchObject({
      code: 'invalid_request',
      errors: [{ parameter: 'limit' }],
    });
    expect((await subject.anyone('GET', '/console/customers/ada?cursor=bm8')).body.code).toBe('invalid_cursor');
  });
});

test('the projection is rebuilt from the oldest offsets to the same documents, and shown all the while', async () => {
  const sku = await subject.shop.productWith(3);
  const orderId = String((await subject.checkout(sku)).body.orderId);
  const { entries } = await subject.known(orderId, 'confirmed', 7);
  // The relay may publish twice.
  const [first] = entries;
  if (!first) throw new Error('The order has no entry.');
  await subject.broker.send([{ topic: first.topic, key: first.key, value: JSON.stringify(first.payload), headers: first.headers }]);
  await subject.says<OrderTimeline>(`/console/orders/${orderId}`, (timeline) => timeline.entries.some(({ kind }) => kind === 'repeat'));
  const { generation } = await isCaughtUp();
  const before = await digestOf(subject.databases.client.db('console'), projectionOf(generation));

  expect((await subject.operator('POST', '/console/projection/rebuild')).status).toBe(202);
  expect((await subject.anyone('GET', `/console/orders/${orderId}`)).status).toBe(200);
  const after = await vi.waitFor(async () => {
    const projection = await isCaughtUp();
    expect(projection.generation).toBeGreaterThan(generation);
    return projection;
  }, WAIT);
  expect(after.builtAt).not.toBeNull();
  expect(await digestOf(subject.databases.client.db('console'), projectionOf(after.generation))).toBe(before);
  await vi.waitFor(async () => {
    const names = (await subject.databases.client.db('console').listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name);
    expect(names.filter((name) => name.endsWith(`_${generation}`))).toEqual([]);
  }, WAIT);

  const sold = String((await subject.checkout(sku)).body.orderId);
  await subject.known(sold, 'confirmed', 7);
});

describe('stock', () => {
  test('is live, and adjusted with a reason through the service’s own route', async () => {
    const sku = await subject.shop.productWith(3);
    await subject.says(`/console/stock/${sku}`, ({ available, isLow }: { available: number; isLow: boolean }) => available === 3 && isLow);
    const stream = await openEvents(`${subject.shop.consoleUrl}/console/stock/events`);
    const change = { body: { change: 40, reason: 'found behind the shelf' } };
    expect((await subject.anyone('POST', `/console/api/products/${sku}/stock`, change)).status).toBe(401);
    expect((await subject.operator('POST', `/console/api/products/${sku}/stock`, change)).status).toBe(200);
    for await (const { data = '' } of stream.events) {
      const row = JSON.parse(data);
      if (row.sku === sku && row.available === 43) break;
    }
    stream.close();
    const { body } = await subject.anyone('GET', `/console/stock/${sku}/history`);
    const levels = (body.points as { available: number }[]).map(({ available }) => available);
    expect(levels).toEqual([0, 3, 43]);
    expect((await subject.anyone('GET', '/console/stock?search=%00')).body).toMatchObject({
      status: 400,
      errors: [{ parameter: 'search' }],
    });
    expect((await subject.anyone('GET', `/console/stock?search=${sku.slice(0, 12)}`)).body.data).toMatchObject([
      { sku, available: 43, isLow: false },
    ]);
  });
});

describe('topics', () => {
  const records = async (topic: string, query = '') =>
    (await subject.anyone('GET', `/console/topics/${topic}/records${query}`)).body as unknown as TopicRecords;

  test('are read by key, from an offset, from a time, and at their ends, without a trace', async () => {
    const sku = await subject.shop.productWith(5);
    const byKey = await records(stockLevels.name, `?key=${sku}`);
    expect(byKey.records.map(({ value }) => (value as { available: number }).available)).toEqual([0, 5]);
    expect(byKey.isWhole).toBe(true);
    const [, last] = byKey.records;
    if (!last) throw new Error('There is no record.');
    const from = await records(stockLevels.name, `?partition=${last.partition}&offset=${last.offset}&limit=1`);
    expect(from.records).toEqual([last]);
    const later = await records(stockLevels.name, `?from=${encodeURIComponent(last.appendedAt)}`);
    expect(later.records).toContainEqual(last);
    expect((await records(stockLevels.name, '?limit=2')).records).toHaveLength(2);
    expect((await subject.anyone('GET', `/console/topics/${stockLevels.name}/records?offset=3`)).body.code).toBe('offset_needs_partition');
    expect((await subject.anyone('GET', '/console/topics/microshop.nothing/records')).body.code).toBe('unknown_topic');
    const { body } = await subject.anyone('GET', '/console/groups');
    const groups = (body.data as { group: string; state: string }[]).map(({ group }) => group.replace(/\d+$/, 'n'));
    expect(groups).toEqual(expect.arrayContaining(['console-n', 'inventory-svc', 'loyalty-svc', 'order-svc']));
  });

  test('tell how far their groups are', async () => {
    const { body } = await subject.anyone('GET', `/console/topics/${stock.name}`);
    expect(body).toMatchObject({ topic: { kind: 'events', key: 'orderId', owner: 'inventory-svc', partitions: 12 } });
    expect(body.partitions).toHaveLength(12);
    const { data } = (await subject.anyone('GET', '/console/topics')).body as { data: { name: string; kind: string }[] };
    expect(data.filter(({ kind }) => kind === 'events')).toHaveLength(7);
    expect(data.filter(({ kind }) => kind === 'dead-letters')).toHaveLength(5);
  });
});

test('the invariants are checked again and again, and at once when asked', async () => {
  const { at } = await subject.says<Audit>('/console/audit', ({ state, isRunning }) => state !== 'none' && !isRunning);
  expect((await subject.operator('POST', '/console/audit')).status).toBe(202);
  const again = await subject.says<Audit>('/console/audit', (audit) => audit.at !== at && !audit.isRunning);
  expect(again.invariants.find(({ id }) => id === 'stock')).toMatchObject({ verdict: 'holds' });
});

test('its metrics have what the audit found, what it stands on and how far it is, and are told to who may read them', async () => {
  await subject.says<Audit>('/console/audit', ({ state }) => state !== 'none');
  await isCaughtUp();
  const metrics = await scrape(subject.shop.consoleUrl);
  expectServed(metrics, metricsServed.console);
  expect(metrics.sum('microshop_audit_verdict')).toBe(1);
  for (const dependency of ['mongodb', 'kafka', 'consumer']) expect(metrics.sum('microshop_dependency_up', { dependency })).toBe(1);
  expect(metrics.samples).toContainEqual({
    name: 'microshop_consumer_lag_records',
    labels: { topic: stock.name, service: 'console' },
    value: 0,
  });
  expect((await fetch(`${subject.shop.consoleUrl}/metrics`, { headers: { 'x-forwarded-for': '203.0.113.9' } })).status).toBe(401);
});

test('demo customers have their points, and get a token where tokens are taken', async () => {
  const customerId = await subject.shop.customerWith(7);
  const { data } = (await subject.anyone('GET', '/console/demo/customers')).body as DemoCustomers;
  expect(data.length).toBeGreaterThan(0);
  // Whoever is the newest: the clock of loyalty-svc's own tests is ahead.
  for (const each of data) expect(each).toMatchObject({ points: await subject.shop.balanceOf(each.customerId) });
  expect((await subject.anyone('POST', '/console/demo-token', { body: { customerId } })).body).toEqual({
    customerId,
    token: null,
    expiresAt: null,
  });
});

test('a service that is away is named, and the rest goes on', async () => {
  await subject.shop.stopPart('loyalty');
  const health = await subject.says<Health>('/console/health', ({ services }) => services.some(({ state }) => state === 'away'));
  expect(health).toMatchObject({ isOk: false, kafka: { isOk: true }, mongodb: { isOk: true } });
  expect(health.services.map(({ name, state }) => `${name} ${state}`)).toContain('loyalty-svc away');
  expect((await subject.anyone('GET', '/api/customers/ada')).body).toMatchObject({
    status: 503,
    code: 'service_away',
    service: 'loyalty-svc',
  });

  const sku = await subject.shop.productWith(1);
  const { body } = await subject.checkout(sku, { prefer: 'wait=0' });
  const { order } = await subject.says<OrderTimeline>(
    `/console/orders/${body.orderId}`,
    (timeline) => timeline.order?.waitingFor.length === 1,
  );
  expect(order.waitingFor).toMatchObject([{ service: 'loyalty-svc', what: 'an answer for the points' }]);
  await subject.shop.startPart('loyalty');
  await subject.known(String(body.orderId), 'confirmed', 7);
});

test('GraphQL is not there unless it is wanted', async () => {
  expect((await subject.anyone('POST', '/console/graphql', { body: { query: '{ __typename }' } })).status).toBe(405);
});
