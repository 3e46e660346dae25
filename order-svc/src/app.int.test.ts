import { newUuid } from '@microshop/chassis/clock';
import { ordersByCustomer, ordersBySku, points, schemaUrn, stock } from '@microshop/contracts';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEventStream } from './testing/event-stream.ts';
import { eventually, type PlayedShop, startPlayedShop } from './testing/played-shop.ts';
import { operator } from './testing/rest.ts';

let shop: PlayedShop;
const outcomes: string[] = [];
beforeAll(async () => {
  shop = await startPlayedShop({
    observe: (observed) => outcomes.push(...observed.map(({ eventType, result }) => `${eventType} ${result}`)),
  });
});
afterAll(() => shop.stop());

const aBody = async (overrides: Record<string, unknown> = {}) => ({
  customer: { customerId: shop.customer() },
  items: [{ sku: await shop.product(), quantity: 1 }],
  ...overrides,
});
const silent = () => ({ customer: { customerId: shop.customer('silent') } });
/** Does something and waits until so many records of these types more than before were handled. */
async function untilHandled(types: Record<string, number>, work: () => Promise<unknown>): Promise<void> {
  const count = (type: string) => outcomes.filter((outcome) => outcome === `${type} handled`).length;
  const expected = Object.entries(types).map(([type, more]) => [type, count(type) + more] as const);
  await work();
  await eventually(() => {
    for (const [type, least] of expected) expect(count(type)).toBeGreaterThanOrEqual(least);
  });
}
const statusOf = async (orderId: string) => (await shop.get(`/orders/${orderId}`)).body.status;

describe('the records of an order', () => {
  it('are one for each SKU and one for the customer, each under its key, and nothing else', async () => {
    const skus = [await shop.product(), await shop.product(), await shop.product()].sort();
    const { customer } = await aBody();
    const { orderId } = (await shop.checkout({ customer, items: skus.map((sku) => ({ sku, quantity: 2 })) })).body;
    for (const type of ['OrderRequested', 'OrderConfirmed']) {
      const told = await shop.toldOf(orderId, type, 4);
      const keysOn = (name: string) => told.filter(({ topic }) => topic === name).map(({ key }) => key);
      expect(keysOn(ordersBySku.name).sort()).toEqual(skus);
      expect(keysOn(ordersByCustomer.name)).toEqual([customer.customerId]);
    }
    expect(shop.told(orderId)).toHaveLength(8);
  });

  it('carry the CloudEvents headers, the order as correlation and the trace of the request', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const { orderId } = (await shop.checkout(await aBody(), { traceparent })).body;
    const [requested] = await shop.toldOf(orderId, 'OrderRequested', 2);
    expect(requested?.headers).toMatchObject({
      'content-type': 'application/json',
      ce_specversion: '1.0',
      ce_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      ce_type: 'OrderRequested',
      ce_source: '/microshop/order-svc',
      ce_subject: orderId,
      ce_time: expect.stringMatching(/Z$/),
      ce_dataschema: expect.stringMatching(/^urn:microshop:.*:OrderRequested:v1$/),
      ce_correlationid: orderId,
      ce_causationid: expect.any(String),
      traceparent: expect.stringContaining('0af7651916cd43dd8448eb211c80319c'),
    });
    const [confirmed] = await shop.toldOf(orderId, 'OrderConfirmed', 2);
    expect(confirmed?.headers).toMatchObject({ ce_correlationid: orderId, ce_causationid: expect.any(String) });
    expect(confirmed?.headers.ce_causationid).not.toBe(requested?.headers.ce_causationid);
  });

  it('carry the trace of the one who cancels', async () => {
    const { orderId } = (await shop.checkout(await aBody())).body;
    await shop.post(`/orders/${orderId}/cancel`, undefined, { traceparent: '00-1af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' });
    const [cancelled] = await shop.toldOf(orderId, 'OrderCancelled', 2);
    expect(cancelled?.headers.traceparent).toContain('1af7651916cd43dd8448eb211c80319c');
  });

  it('keep their schemas, and those keyed by SKU tell nothing of the person', async () => {
    const [name, email] = ['Ada Lovelace', `${newUuid()}@example.com`];
    const { orderId, customerId } = (await shop.checkout(await aBody({ customer: { name, email } }))).body;
    await shop.toldOf(orderId, 'OrderConfirmed', 2);
    for (const { topic, type, data, headers } of shop.told(orderId)) {
      const contract = topic === ordersBySku.name ? ordersBySku : ordersByCustomer;
      expect(headers.ce_dataschema).toBe(schemaUrn(contract, type));
      expect(Value.Errors(contract.events[type as keyof typeof contract.events], data)).toEqual([]);
      if (topic === ordersBySku.name)
        for (const personal of [name, email, customerId]) expect(JSON.stringify(data)).not.toContain(personal);
    }
    const [purchase] = shop.told(orderId).filter(({ topic }) => topic === ordersByCustomer.name);
    expect(purchase?.data).toMatchObject({ guest: { name, email }, timeoutMs: 600_000 });
  });
});

describe('the answers of the others', () => {
  it('decide once however often they come, and late ones change nothing', async () => {
    const [sku, customerId] = [await shop.product('silent'), shop.customer('silent')];
    const { orderId } = (await shop.checkout({ customer: { customerId }, items: [{ sku, quantity: 1 }] }, { prefer: 'wait=0' })).body;
    const deducted = { orderId, customerId, points: 0, balance: 0 };
    await Promise.all(Array.from({ length: 5 }, () => shop.say(points, 'PointsDeducted', deducted)));
    await shop.say(stock, 'StockReserved', { orderId, sku, quantity: 1 });
    await eventually(async () => expect(await statusOf(orderId)).toBe('confirmed'));
    await untilHandled({ StockRejected: 1, PointsRejected: 1 }, async () => {
      await shop.say(stock, 'StockRejected', { orderId, sku, quantity: 1, reason: 'out_of_stock', available: 0 });
      await shop.say(points, 'PointsRejected', { ...deducted, reason: 'customer_blocked' });
    });
    expect(await statusOf(orderId)).toBe('confirmed');
    expect(shop.told(orderId).filter(({ type }) => type === 'OrderConfirmed')).toHaveLength(2);
  });

  it('go to the dead letters when no order is theirs, and hold up no other', async () => {
    const orderId = newUuid();
    await shop.say(points, 'PointsDeducted', { orderId, customerId: 'nobody', points: 0, balance: 0 });
    await eventually(() => expect(outcomes).toContain('PointsDeducted dead'));
    expect(await shop.db.collection('deadLetters').findOne({ orderId })).toMatchObject({ status: 'dead', eventType: 'PointsDeducted' });
    expect((await shop.checkout(await aBody())).status).toBe(201);
  });
});

describe('the catalogue', () => {
  it('prices by its latest version; a lower one that comes later is ignored', async () => {
    const sku = await shop.product('reserved', 100);
    await shop.tellProduct({ sku, unitPrice: 300, version: 3, name: 'New name' });
    await untilHandled({ ProductChanged: 1 }, () => shop.tellProduct({ sku, unitPrice: 200, version: 2, name: 'Old name' }));
    expect((await shop.checkout(await aBody({ items: [{ sku, quantity: 1 }] }))).body).toMatchObject({
      totalPrice: 300,
      items: [{ name: 'New name' }],
    });
  });

  it('does not sell what is retired, and orders that have it can be cancelled', async () => {
    const sku = await shop.product();
    const body = await aBody({ items: [{ sku, quantity: 1 }] });
    const { orderId } = (await shop.checkout(body)).body;
    await shop.tellProduct({ sku, active: false, version: 2 });
    expect(await shop.checkout(body)).toMatchObject({ status: 422, body: { code: 'unknown_sku' } });
    expect(await shop.post(`/orders/${orderId}/cancel`)).toMatchObject({ status: 200, body: { status: 'cancelled' } });
  });

  it('leaves the price of an order as it was', async () => {
    const sku = await shop.product('reserved', 100);
    const { orderId } = (await shop.checkout(await aBody({ items: [{ sku, quantity: 1 }] }))).body;
    await shop.tellProduct({ sku, unitPrice: 999, version: 2 });
    expect((await shop.get(`/orders/${orderId}`)).body).toMatchObject({ totalPrice: 100, items: [{ unitPrice: 100 }] });
  });
});

describe('the OpenAPI document', () => {
  it('describes every route, the stream of events as text/event-stream', async () => {
    const { paths } = (await shop.get('/openapi.json')).body;
    const routes = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods as object).map((method) => `${method} ${path}`));
    expect(routes.filter((route) => !route.startsWith('head') && !/livez|readyz/.test(route)).sort()).toEqual([
      'delete /discounts/{code}',
      'get /discounts',
      'get /discounts/{code}',
      'get /orders',
      'get /orders/{orderId}',
      'get /orders/{orderId}/events',
      'patch /discounts/{code}',
      'post /checkout',
      'post /checkout/quote',
      'post /discounts',
      'post /orders/{orderId}/cancel',
      'post /orders/{orderId}/fulfil',
    ]);
    expect(Object.keys(paths['/orders/{orderId}/events']?.get?.responses['200']?.content ?? {})).toEqual(['text/event-stream']);
    const responses = paths['/checkout']?.post?.responses ?? {};
    expect(Object.keys(responses)).toEqual(expect.arrayContaining(['200', '201', '202', '400', '409', '422', '503']));
    expect(paths['/orders']?.get?.security).toEqual([{ operator: [] }]);
    expect(paths['/checkout']?.post).not.toHaveProperty('security');
  });
});

describe('two instances', () => {
  it('tell each other: whoever decides, the waiting call and the stream of the other one hear of it', async () => {
    const other = await shop.start();
    const orders = await Promise.all(
      Array.from({ length: 6 }, async (_, index) => {
        const [here, there] = index % 2 ? [shop, other] : [other, shop];
        const key = newUuid();
        const body = await aBody(silent());
        const { orderId } = (await here.checkout(body, { 'idempotency-key': key, prefer: 'wait=0' })).body;
        const stream = await openEventStream(`${there.url}/orders/${orderId}/events`);
        return { orderId, body, waiting: [here, there].map((each) => each.checkout(body, { 'idempotency-key': key })), stream };
      }),
    );
    for (const { orderId, body, waiting, stream } of orders) {
      await shop.say(points, 'PointsDeducted', { orderId, ...body.customer, points: 0, balance: 0 });
      for (const answer of await Promise.all(waiting)) expect(answer).toMatchObject({ status: 201, body: { orderId } });
      expect((await Array.fromAsync(stream.events)).map(({ id }) => id)).toEqual(['1', '2']);
    }
    await other.stop();
  });

  it('make one order of one key, and exactly one answer lacks Idempotent-Replayed', async () => {
    const other = await shop.start();
    const [body, key] = [await aBody(), newUuid()];
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => (index % 2 ? shop : other).checkout(body, { 'idempotency-key': key })),
    );
    expect(new Set(answers.map((answer) => `${answer.status} ${answer.body.orderId}`)).size).toBe(1);
    expect(answers.filter(({ headers }) => !headers.has('idempotent-replayed'))).toHaveLength(1);
    await other.stop();
  });
});

describe('a service that is stopped', () => {
  it('answers waiting calls 202 and ends streams, and the order goes on elsewhere', async () => {
    const other = await shop.start();
    const [body, key] = [await aBody(silent()), newUuid()];
    const { orderId } = (await other.checkout(body, { 'idempotency-key': key, prefer: 'wait=0' })).body;
    const waiting = other.checkout(body, { 'idempotency-key': key, prefer: 'wait=25' });
    const stream = await openEventStream(`${other.url}/orders/${orderId}/events`);
    const began = Date.now();
    await other.stop();
    expect(await waiting).toMatchObject({ status: 202, body: { orderId, status: 'pending' } });
    expect((await Array.fromAsync(stream.events)).map(({ id }) => id)).toEqual(['1']);
    expect(Date.now() - began).toBeLessThan(10_000);
    await shop.say(points, 'PointsDeducted', { orderId, ...body.customer, points: 0, balance: 0 });
    await eventually(async () => expect(await statusOf(orderId)).toBe('confirmed'));
  });
});

describe('without the database', () => {
  it('a checkout is 503 with Retry-After, and with the same key one order when it is back', async () => {
    const [body, key] = [await aBody(), newUuid()];
    await shop.stack.mongod.kill();
    const away = await shop.checkout(body, { 'idempotency-key': key });
    expect([away.status, away.headers.get('retry-after')]).toEqual([503, '1']);
    expect(away.headers.get('content-type')).toContain('application/problem+json');
    expect((await shop.get('/readyz')).status).toBe(503);
    await shop.stack.mongod.restart();
    await eventually(async () => expect((await shop.get('/readyz')).status).toBe(200));
    expect(await shop.checkout(body, { 'idempotency-key': key })).toMatchObject({ status: 201 });
    expect((await shop.get(`/orders?customerId=${body.customer.customerId}`, operator)).body.data).toHaveLength(1);
  });
});

describe('without the broker', () => {
  it('a checkout is 202 and kept, and goes on when the broker is back', async () => {
    const body = await aBody();
    await shop.stack.kafka.kill();
    const accepted = await shop.checkout(body, { prefer: 'wait=1' });
    expect([accepted.status, accepted.body.status]).toEqual([202, 'pending']);
    await shop.stack.kafka.restart();
    await eventually(async () => expect(await statusOf(accepted.body.orderId)).toBe('confirmed'));
  });
});

// Last: this instance rejects whatever the tests before have left pending.
describe('an order that nobody decides in time', () => {
  it('is rejected as timed_out, told to everyone, and gives its discount use back', async () => {
    const code = `D-${newUuid()}`.toUpperCase();
    await shop.post('/discounts', { code, percent: 10, maxUses: 1 }, operator);
    const hasty = await shop.start({ ORDER_TIMEOUT: '500ms' });
    const { status, body } = await hasty.checkout(await aBody({ ...silent(), discountCode: code }));
    expect([status, body.code]).toEqual([409, 'timed_out']);
    expect((await shop.get(`/orders/${body.orderId}`)).body).toMatchObject({ status: 'rejected', rejection: { code: 'timed_out' } });
    const told = await shop.toldOf(body.orderId, 'OrderRejected', 2);
    expect(told.find(({ topic }) => topic === ordersByCustomer.name)?.data).toMatchObject({ code: 'timed_out' });
    expect((await shop.toldOf(body.orderId, 'OrderRequested', 2)).map(({ data }) => data.timeoutMs)).toEqual([500, 500]);
    expect((await shop.get(`/discounts/${code}`, operator)).body.uses).toBe(0);
    await hasty.stop();
  });
});
