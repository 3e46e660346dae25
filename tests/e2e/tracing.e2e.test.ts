import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type ShopInProcess, startShopInProcess } from '../support/in-process.ts';
import { WAIT } from '../support/shop.ts';
import { type CollectedSpan, startTraceCollector } from '../support/trace-collector.ts';

let collector: Awaited<ReturnType<typeof startTraceCollector>>;
let shop: ShopInProcess;
beforeAll(async () => {
  collector = await startTraceCollector();
  shop = await startShopInProcess({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
});
afterAll(async () => {
  await shop.stop();
  await collector.stop();
});

const CALLER = '00f067aa0ba902b7';
const newTrace = (flags = '01') => {
  const traceId = randomBytes(16).toString('hex');
  return { traceId, headers: { traceparent: `00-${traceId}-${CALLER}-${flags}`, tracestate: 'shop=front' } };
};
const labelOf = ({ service, name, attributes }: CollectedSpan) =>
  [`${service}: ${name}`, attributes['cloudevents.event_type']].filter(Boolean).join(' ');
const HOPS = [
  'order-svc: POST /checkout',
  'order-svc: send microshop.orders-by-sku.v1 OrderRequested',
  'order-svc: send microshop.orders-by-customer.v1 OrderRequested',
  'inventory-svc: process microshop.orders-by-sku.v1 OrderRequested',
  'inventory-svc: send microshop.stock.v1 StockReserved',
  'inventory-svc: send microshop.stock-levels.v1 StockLevelChanged',
  'loyalty-svc: process microshop.orders-by-customer.v1 OrderRequested',
  'loyalty-svc: send microshop.points.v1 PointsDeducted',
  'order-svc: process microshop.stock.v1 StockReserved',
  'order-svc: process microshop.points.v1 PointsDeducted',
  'order-svc: send microshop.orders-by-sku.v1 OrderConfirmed',
  'order-svc: send microshop.orders-by-customer.v1 OrderConfirmed',
  'inventory-svc: process microshop.orders-by-sku.v1 OrderConfirmed',
  'inventory-svc: send microshop.stock-levels.v1 StockLevelChanged',
  'loyalty-svc: process microshop.orders-by-customer.v1 OrderConfirmed',
  'loyalty-svc: send microshop.points.v1 PointsEarned',
].sort();

test('one trace leads from the checkout across each outbox and topic to the answer', async () => {
  const [sku, customerId] = await Promise.all([shop.productWith(5), shop.customerWith(0)]);
  const { traceId, headers } = newTrace();
  expect((await shop.checkout({ customer: { customerId }, items: [{ sku, quantity: 1 }] }, { headers })).status).toBe(201);
  // How many transactions it takes depends on which answers come together.
  const isCommand = ({ attributes }: CollectedSpan) => attributes['db.system.name'] === 'mongodb';
  const hops = () => collector.ofTrace(traceId).filter((span) => span.name !== 'transaction' && !isCommand(span));
  await vi.waitFor(() => expect(hops().map(labelOf).sort()).toEqual(HOPS), WAIT);

  const spans = collector.ofTrace(traceId);
  expect(new Set(spans.filter(({ name }) => name === 'transaction').map(({ service }) => service)).size).toBe(3);
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const parentOf = ({ parentSpanId }: CollectedSpan) => byId.get(parentSpanId ?? '');
  const [root, ...others] = spans.filter((span) => !parentOf(span));
  expect(others, collector.treeOf(traceId, CALLER).join('\n')).toEqual([]);
  expect(root).toMatchObject({ name: 'POST /checkout', parentSpanId: CALLER, traceState: 'shop=front' });
  // Each event is handled below its own send, which is below what caused it: a request, or the handling of another event.
  for (const span of spans.filter(({ name }) => name.startsWith('process'))) {
    expect(labelOf(parentOf(span) as CollectedSpan)).toMatch(/: send /);
    expect(parentOf(span)?.attributes['messaging.message.id']).toBe(span.attributes['messaging.message.id']);
  }
  // Each command is below its transaction; polls are in no trace.
  for (const span of spans.filter(isCommand)) expect(parentOf(span)?.name).toBe('transaction');
  expect(spans.filter(isCommand).map(({ name }) => name)).toEqual(
    expect.arrayContaining(['insert orders', 'insert outbox', 'update stock', 'commitTransaction']),
  );
  for (const span of spans.filter(({ name }) => name.startsWith('send')))
    expect(labelOf(parentOf(span) as CollectedSpan)).toMatch(/: (process|POST) /);
});

test('transactions for many are traces of their own, linked to each', async () => {
  const [sku, customerId] = await Promise.all([shop.productWith(50), shop.customerWith(0)]);
  const traces = Array.from({ length: 12 }, () => newTrace());
  const answers = await Promise.all(
    traces.map(({ headers }) => shop.checkout({ customer: { customerId }, items: [{ sku, quantity: 1 }] }, { headers })),
  );
  expect(answers.map(({ status }) => status)).toEqual(traces.map(() => 201));
  await vi.waitFor(() => {
    const shared = collector.spans.filter(({ name, links = [] }) => name === 'transaction' && links.length > 1);
    expect(shared.length).toBeGreaterThan(0);
    const linked = new Set(shared.flatMap(({ links = [] }) => links.map(({ traceId }) => traceId)));
    expect(traces.filter(({ traceId }) => linked.has(traceId)).length).toBeGreaterThan(1);
    for (const { parentSpanId = '' } of shared) expect(parentSpanId).toBe('');
  }, WAIT);
});

test('what the caller does not want traced is not', async () => {
  const [sku, customerId] = await Promise.all([shop.productWith(1), shop.customerWith(0)]);
  const unwanted = newTrace('00');
  const items = [{ sku, quantity: 1 }];
  expect((await shop.checkout({ customer: { customerId }, items }, { headers: unwanted.headers })).status).toBe(201);
  const wanted = newTrace();
  expect((await shop.checkout({ customer: { customerId }, items }, { headers: wanted.headers })).status).toBe(409);
  await vi.waitFor(() => expect(collector.ofTrace(wanted.traceId).length).toBeGreaterThan(5), WAIT);
  expect(collector.ofTrace(unwanted.traceId)).toEqual([]);
});
