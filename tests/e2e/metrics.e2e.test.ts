import { randomUUID } from 'node:crypto';
import { metricsServed } from '@microshop/tools/metrics-docs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Part, type ShopInProcess, startInProcess, startShopInProcess } from '../support/in-process.ts';
import { expectServed, type Scrape, scrape } from '../support/metrics.ts';
import { OPERATOR_TOKEN, WAIT } from '../support/shop.ts';

let shop: ShopInProcess;
beforeAll(async () => {
  shop = await startShopInProcess();
});
afterAll(async () => shop.stop());

const of = (part: Part): Promise<Scrape> => scrape(shop.urls[part]);
const becomes = (part: Part, check: (metrics: Scrape) => void) => vi.waitFor(async () => check(await of(part)), WAIT);

describe('/metrics', () => {
  test.each(['order', 'inventory', 'loyalty'] as const)('of %s has each metric that is declared, and no other', async (part) => {
    expectServed(await of(part), metricsServed[`${part}-svc`]);
  });

  test('counts what orders come to, each service what it does', async () => {
    const before = { order: await of('order'), inventory: await of('inventory'), loyalty: await of('loyalty') };
    const [sku, short] = await Promise.all([shop.productWith(5), shop.productWith(1)]);
    const customerId = await shop.customerWith(100);
    const customer = { customerId };
    const key = randomUUID();
    const good = { customer, items: [{ sku, quantity: 2 }], redeemPoints: 50 };
    expect((await shop.checkout(good, { key })).status).toBe(201);
    expect((await shop.checkout(good, { key })).status).toBe(201);
    // Refused for one SKU: what the other had reserved and the points come back.
    const tooMuch = [
      { sku, quantity: 1 },
      { sku: short, quantity: 2 },
    ];
    expect((await shop.checkout({ customer, items: tooMuch, redeemPoints: 10 })).status).toBe(409);
    expect((await shop.checkout({ customer, items: [{ sku: 'T-unknown', quantity: 1 }] })).status).toBe(422);

    const rise = (part: Part, now: Scrape, name: string, labels: Record<string, string> = {}) =>
      now.sum(name, labels) - before[part].sum(name, labels);
    await becomes('order', (now) => {
      const orders = (name: string, labels: Record<string, string>) => rise('order', now, name, labels);
      expect(orders('microshop_checkouts_total', { result: 'placed' })).toBe(2);
      expect(orders('microshop_checkouts_total', { result: 'replayed' })).toBe(1);
      expect(orders('microshop_checkouts_total', { result: 'refused', reason: 'unknown_sku' })).toBeGreaterThanOrEqual(1);
      expect(orders('microshop_orders_total', { state: 'confirmed' })).toBe(1);
      expect(orders('microshop_orders_total', { state: 'rejected', reason: 'out_of_stock' })).toBe(1);
      expect(orders('microshop_checkout_duration_seconds_count', { outcome: 'confirmed' })).toBe(1);
      expect(orders('microshop_checkout_duration_seconds_count', { outcome: 'rejected' })).toBe(1);
      expect(orders('microshop_http_request_duration_seconds_count', { route: '/checkout', status_code: '201' })).toBe(2);
      expect(now.sum('microshop_orders_pending')).toBe(0);
    });
    await becomes('inventory', (now) => {
      expect(rise('inventory', now, 'microshop_events_total', { type: 'StockReleased' })).toBe(1);
      expect(rise('inventory', now, 'microshop_consumed_records_total', { type: 'OrderRequested', result: 'handled' })).toBe(3);
      expect(rise('inventory', now, 'microshop_outbox_publish_delay_seconds_count')).toBeGreaterThanOrEqual(3);
    });
    await becomes('loyalty', (now) => {
      expect(rise('loyalty', now, 'microshop_events_total', { type: 'PointsRefunded' })).toBe(1);
    });
  });

  test('tells the state of the stock, the outbox, the consumer and what the service stands on', async () => {
    await becomes('inventory', (now) => {
      for (const dependency of ['mongodb', 'kafka', 'consumer']) expect(now.sum('microshop_dependency_up', { dependency })).toBe(1);
      for (const zero of ['outbox_pending', 'outbox_stuck', 'outbox_oldest_age_seconds', 'consumer_lag_records', 'stock_guard_hits_total'])
        expect(now.sum(`microshop_${zero}`), zero).toBe(0);
      expect(now.sum('microshop_outbox_lease_held')).toBe(1);
      expect(now.sum('microshop_stock_units', { state: 'available' })).toBeGreaterThan(0);
      expect(now.samples.find(({ name }) => name === 'microshop_stock_lowest_units')?.value).toBe(0);
      expect(Date.now() / 1000 - now.sum('microshop_consumer_last_progress_timestamp_seconds')).toBeLessThan(600);
    });
  });

  test('can be read as often as one likes under load: it stays right, and small', async () => {
    const [sku, customerId] = await Promise.all([shop.productWith(60), shop.customerWith(0)]);
    const confirmed = (now: Scrape) => now.sum('microshop_orders_total', { state: 'confirmed' });
    const before = confirmed(await of('order'));
    const body = { customer: { customerId }, items: [{ sku, quantity: 1 }] };
    const customers = Array.from({ length: 10 }, async () => {
      for (let nth = 0; nth < 6; nth++) expect((await shop.checkout(body)).status).toBe(201);
    });
    let isLoaded = true;
    const tookMs: number[] = [];
    const scraping = (async () => {
      while (isLoaded) {
        const began = performance.now();
        await Promise.all([of('order'), of('inventory'), of('loyalty')]);
        tookMs.push(performance.now() - began);
      }
    })();
    await Promise.all(customers).finally(() => {
      isLoaded = false;
    });
    await scraping;
    await becomes('order', (now) => expect(confirmed(now) - before).toBe(60));
    tookMs.sort((a, b) => a - b);
    const [median, slowest] = [tookMs[Math.floor(tookMs.length / 2)], tookMs.at(-1)].map((ms) => `${ms?.toFixed(1)} ms`);
    console.info(`${tookMs.length} readings of the three services during 60 checkouts: median ${median}, slowest ${slowest}`);
    const size = (await (await fetch(`${shop.urls.order}/metrics`)).text()).length;
    expect(size).toBeLessThan(200_000);
  });

  test('has no id, SKU or customer in any label', async () => {
    for (const part of ['order', 'inventory', 'loyalty'] as const)
      for (const { name, labels } of (await of(part)).samples)
        for (const value of Object.values(labels)) expect(value, name).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-|@|^T-|^c-/);
  });
});

describe('who may read /metrics', () => {
  const status = async (url: string, headers: Record<string, string> = {}) => (await fetch(`${url}/metrics`, { headers })).status;

  test('is the machine itself, but no proxy on it, where there is no METRICS_TOKEN; and operators', async () => {
    const forwarded = { 'x-forwarded-for': '203.0.113.9' };
    expect(await status(shop.urls.order)).toBe(200);
    expect(await status(shop.urls.order, forwarded)).toBe(401);
    expect(await status(shop.urls.order, { ...forwarded, authorization: `Bearer ${OPERATOR_TOKEN}` })).toBe(200);
  });

  test('is who has METRICS_TOKEN, where there is one, and operators', async () => {
    const loyalty = await startInProcess.loyalty({ METRICS_TOKEN: 'of-the-scraper' });
    try {
      expect(await status(loyalty.url)).toBe(401);
      expect(await status(loyalty.url, { authorization: 'Bearer of-the-scrapes' })).toBe(401);
      expect(await status(loyalty.url, { authorization: 'Bearer of-the-scraper' })).toBe(200);
      expect(await status(loyalty.url, { authorization: `Bearer ${OPERATOR_TOKEN}` })).toBe(200);
    } finally {
      await loyalty.stop();
    }
  });
});
