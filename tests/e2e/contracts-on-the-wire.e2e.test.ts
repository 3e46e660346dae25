import { randomUUID } from 'node:crypto';
import { checkOf } from '@microshop/chassis/events/event-schema';
import { topics } from '@microshop/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectGreenAudit } from '../support/audit.ts';
import { type ShopInProcess, startShopInProcess } from '../support/in-process.ts';
import { javaPartitionOf, recordsOn, type WireRecord } from '../support/topics.ts';

type Event = WireRecord & { id: string; type: string; causationId: string | undefined; data: Record<string, unknown> };

const traceId = randomUUID().replaceAll('-', '');
const email = `wire-${randomUUID()}@example.com`;
const name = 'Wilhelmina Wire';
let shop: ShopInProcess;
let first: string;
let second: string;
/** A guest's order of two SKUs that was confirmed and cancelled. */
let order: Record<string, unknown>;
/** A customer's order that was rejected: the second SKU was short. */
let rejected: Record<string, unknown>;
/** One that was confirmed, with points, and fulfilled. */
let fulfilled: Record<string, unknown>;
let customerId: string;
/** Each record that the services have published, and each event once: a lost answer of the broker may put a record there twice. */
let published: Event[];
let all: Event[];

beforeAll(async () => {
  shop = await startShopInProcess();
  [first, second, customerId] = await Promise.all([shop.productWith(9), shop.productWith(9), shop.customerWith(100)]);
  const items = [first, second].map((sku) => ({ sku, quantity: 2 }));
  const headers = { traceparent: `00-${traceId}-00f067aa0ba902b7-01` };
  order = (await shop.checkout({ customer: { email, name }, items }, { headers })).body;
  await shop.balanceBecomes(String(order.customerId), 40);
  await shop.anyone.order('POST', `/orders/${order.orderId}/cancel`);
  const short = [
    { sku: first, quantity: 1 },
    { sku: second, quantity: 10 },
  ];
  rejected = (await shop.checkout({ customer: { customerId }, items: short, redeemPoints: 10 })).body;
  fulfilled = (await shop.checkout({ customer: { customerId }, items: [{ sku: first, quantity: 1 }], redeemPoints: 10 })).body;
  await shop.order('POST', `/orders/${fulfilled.orderId}/fulfil`);
  // At rest everything is on the topics.
  await expectGreenAudit();
  const records = await recordsOn(topics.map((topic) => topic.name));
  published = records.filter(({ headers }) => text(headers, 'ce_source')?.startsWith('/microshop/')).map(toEvent);
  all = [...new Map(published.map((event) => [event.id, event])).values()];
});
afterAll(() => shop.stop());

const text = (headers: WireRecord['headers'], header: string) => headers[header]?.toString();
const toEvent = (record: WireRecord): Event => ({
  ...record,
  id: text(record.headers, 'ce_id') ?? '',
  type: text(record.headers, 'ce_type') ?? '',
  causationId: text(record.headers, 'ce_causationid'),
  data: JSON.parse(record.value?.toString() ?? ''),
});
const of = ({ orderId }: Record<string, unknown>, topic?: string) =>
  all.filter((event) => text(event.headers, 'ce_correlationid') === orderId && (!topic || event.topic === topic));
const typesOf = (events: Event[]) => events.map(({ type }) => type).toSorted();
const topicOf = (event: Event) => topics.find((topic) => topic.name === event.topic);

describe('every record of an order', () => {
  test('is a CloudEvent 1.0 in binary mode whose data keeps its contract', () => {
    const events = [...of(order), ...of(rejected), ...of(fulfilled)];
    expect(events.length).toBeGreaterThan(30);
    for (const event of events) {
      const topic = topicOf(event);
      expect(topic?.events, `${event.type} on ${event.topic}`).toHaveProperty(event.type);
      if (!topic) continue;
      expect(checkOf(topic, event.type)?.Check(event.data), `${event.type} on ${event.topic}`).toBe(true);
      expect(Object.fromEntries(Object.entries(event.headers).map(([header, value]) => [header, value.toString()]))).toMatchObject({
        'content-type': 'application/json',
        ce_specversion: '1.0',
        ce_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        ce_source: `/microshop/${topic.owner}`,
        ce_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        ce_dataschema: `urn:microshop:${topic.name}:${event.type}:v1`,
        traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/),
      });
    }
  });

  test('has the key of its topic, and is in the partition where a Java client would look for it', () => {
    for (const event of [...of(order), ...of(rejected), ...of(fulfilled)]) {
      const { key = '', partitions = 0 } = topicOf(event) ?? {};
      expect(partitions).toBe(12);
      // A guest's key is what follows from the e-mail address, also when the data names the customer.
      expect(event.key?.toString(), `${event.type} on ${event.topic}`).toBe(event.data[key]);
      expect(event.partition).toBe(javaPartitionOf(event.key ?? Buffer.of(), partitions));
    }
  });

  test('has an id of its own: where one is there twice, it is the same record', () => {
    const contentOf = ({ topic, partition, key, value }: Event) => `${topic} ${partition} ${key} ${value}`;
    for (const same of Map.groupBy(published, ({ id }) => id).values()) expect(new Set(same.map(contentOf)).size).toBe(1);
  });
});

test('an order tells its request and its endings: a copy for each SKU with that line only, and one for the customer', () => {
  expect(
    of(order, 'microshop.orders-by-sku.v1')
      .map(({ type, data }) => [data.sku, type])
      .toSorted(),
  ).toEqual([first, second].flatMap((sku) => ['OrderRequested', 'OrderConfirmed', 'OrderCancelled'].map((type) => [sku, type])).toSorted());
  expect(typesOf(of(order, 'microshop.orders-by-customer.v1'))).toEqual(['OrderCancelled', 'OrderConfirmed', 'OrderRequested']);
  expect(typesOf(of(rejected, 'microshop.orders-by-customer.v1'))).toEqual(['OrderRejected', 'OrderRequested']);
  expect(typesOf(of(fulfilled, 'microshop.orders-by-sku.v1'))).toEqual(['OrderConfirmed', 'OrderFulfilled', 'OrderRequested']);
});

test('the others answer every request, and tell what they gave back', () => {
  expect(typesOf(of(order, 'microshop.stock.v1'))).toEqual(['StockReleased', 'StockReleased', 'StockReserved', 'StockReserved']);
  expect(typesOf(of(order, 'microshop.points.v1'))).toEqual(['PointsDeducted', 'PointsEarned', 'PointsRefunded']);
  expect(typesOf(of(rejected, 'microshop.stock.v1'))).toEqual(['StockRejected', 'StockReleased', 'StockReserved']);
  expect(typesOf(of(rejected, 'microshop.points.v1'))).toEqual(['PointsDeducted', 'PointsRefunded']);
  expect(typesOf(of(fulfilled, 'microshop.points.v1'))).toEqual(['PointsDeducted', 'PointsEarned']);
  const short = of(rejected, 'microshop.stock.v1').find(({ type }) => type === 'StockRejected');
  expect(short?.data).toMatchObject({ sku: second, reason: 'out_of_stock', quantity: 10, available: 9 });
});

test('within a key, the records of an order are in the order of its versions', () => {
  for (const topic of ['microshop.orders-by-sku.v1', 'microshop.orders-by-customer.v1'])
    for (const events of Map.groupBy(of(order, topic), ({ key }) => key?.toString()).values()) {
      const sorted = events.toSorted((a, b) => Number(BigInt(a.offset) - BigInt(b.offset)));
      expect(sorted.map(({ type, data }) => [type, data.version])).toEqual([
        ['OrderRequested', 1],
        ['OrderConfirmed', 2],
        ['OrderCancelled', 3],
      ]);
      const sequences = sorted.map(({ headers }) => text(headers, 'ce_sequence') ?? '');
      expect(sequences).toEqual(sequences.toSorted());
    }
});

test('causes lead from each answer to its request, and from the confirmation to the answer that decided', () => {
  const byId = new Map(all.map((event) => [event.id, event]));
  const causeOf = (event: Event | undefined) => byId.get(event?.causationId ?? '');
  for (const answer of of(order, 'microshop.stock.v1')) {
    const cause = causeOf(answer);
    expect([answer.type, cause?.type, cause?.topic, cause?.key?.toString()]).toEqual([
      answer.type,
      answer.type === 'StockReserved' ? 'OrderRequested' : 'OrderCancelled',
      'microshop.orders-by-sku.v1',
      answer.data.sku,
    ]);
  }
  for (const answer of of(order, 'microshop.points.v1')) {
    const causes = { PointsDeducted: 'OrderRequested', PointsEarned: 'OrderConfirmed', PointsRefunded: 'OrderCancelled' };
    expect(causeOf(answer)?.type).toBe(causes[answer.type as keyof typeof causes]);
  }
  for (const confirmation of of(order).filter(({ type }) => type === 'OrderConfirmed'))
    expect(causeOf(confirmation)?.type).toMatch(/^(StockReserved|PointsDeducted)$/);
  const levels = of(order, 'microshop.stock-levels.v1');
  expect(levels.length).toBeGreaterThan(0);
  for (const level of levels) expect(causeOf(level)?.type).toMatch(/^Order(Requested|Confirmed|Cancelled)$/);
});

test("the caller's trace goes through all three services until the order is confirmed", () => {
  const events = of(order).filter(({ type }) => /^(OrderRequested|StockReserved|PointsDeducted|OrderConfirmed|PointsEarned)$/.test(type));
  expect(events).toHaveLength(2 + 1 + 2 + 1 + 2 + 1 + 1);
  for (const event of events) expect(text(event.headers, 'traceparent'), event.type).toContain(traceId);
});

test('personal data is on the copy for the customer and nowhere else', () => {
  const [request] = of(order, 'microshop.orders-by-customer.v1').filter(({ type }) => type === 'OrderRequested');
  expect(request?.data.guest).toEqual({ email, name });
  for (const event of all.filter(({ id }) => id !== request?.id)) {
    const everything = [event.key, event.value, ...Object.values(event.headers)].map(String).join('\n');
    expect(everything, `${event.type} on ${event.topic}`).not.toContain(email);
    expect(everything, `${event.type} on ${event.topic}`).not.toContain(name);
  }
  for (const event of of(fulfilled, 'microshop.orders-by-sku.v1'))
    expect(JSON.stringify(event.data) + JSON.stringify(event.headers), event.type).not.toContain(customerId);
});

test('the compacted topics carry the whole product and the whole level, with a version that rises', async () => {
  const products = all.filter(({ topic, data }) => topic === 'microshop.catalog.v1' && data.sku === first);
  expect(products.at(-1)?.data).toEqual({ sku: first, name: 'A product', unitPrice: 1000, currency: 'EUR', active: true, version: 1 });
  const levels = all.filter(({ topic, data }) => topic === 'microshop.stock-levels.v1' && data.sku === first);
  const versions = levels.map(({ data }) => Number(data.version));
  expect(versions).toEqual(versions.toSorted((a, b) => a - b));
  const { version: _, ...last } = levels.at(-1)?.data ?? {};
  expect(last).toEqual({ sku: first, ...(await shop.levelOf(first)) });
});
