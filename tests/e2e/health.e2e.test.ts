import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Part, type ShopInProcess, startShopInProcess } from '../support/in-process.ts';

let shop: ShopInProcess;
beforeAll(async () => {
  shop = await startShopInProcess();
});
afterAll(() => shop.stop());

describe.each<Part>(['order', 'inventory', 'loyalty'])('%s-svc', (part) => {
  test('says at /livez that it runs', async () => {
    expect(await shop.anyone[part]('GET', '/livez')).toMatchObject({ status: 200, body: { status: 'ok' } });
  });

  test('says at /readyz that it has its database, its broker and its partitions', async () => {
    expect(await shop.anyone[part]('GET', '/readyz')).toMatchObject({
      status: 200,
      body: { status: 'ready', checks: { mongodb: { ok: true }, kafka: { ok: true }, consumer: { ok: true } } },
    });
  });

  test('stops within ten seconds, also with an idle connection open, and listens no more', async () => {
    await shop.anyone[part]('GET', '/livez');
    const started = performance.now();
    await shop.stopPart(part);
    expect(performance.now() - started).toBeLessThan(10_000);
    await expect(shop.anyone[part]('GET', '/livez')).rejects.toThrow();
  });
});
