import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectGreenAudit } from '../support/audit.ts';
import { launchChromium } from './chromium.ts';
import { type ConsoleShop, startConsoleShop } from './console-shop.ts';
import { openPage, WIDE } from './page.ts';

let browser: Browser;
let shop: ConsoleShop;

beforeAll(async () => {
  [browser, shop] = await Promise.all([launchChromium(), startConsoleShop()]);
});
afterAll(async () => {
  await expectGreenAudit();
  await Promise.all([browser.close(), shop.stop()]);
});

test('an order tells whom it waits for, and its timeline grows while it is looked at', { timeout: 120_000 }, async () => {
  const [sku, customerId] = await Promise.all([shop.productWith(3), shop.customerWith(0)]);
  await shop.stopPart('loyalty');
  const { body } = await shop.checkout({ customer: { customerId }, items: [{ sku, quantity: 1 }] }, { prefer: 'wait=0' });
  const opened = await openPage(browser, shop.consoleUrl);
  const { page } = opened;
  await opened.open(`/orders/${body.orderId}`);
  await page.getByText(/Waiting for loyalty-svc since \d+ (ms|s)/).waitFor();
  await page.getByRole('button', { name: /^StockReserved/ }).waitFor();
  await opened.screenshot('order-waits-for-loyalty');

  await shop.startPart('loyalty');
  await page.getByRole('button', { name: /^PointsDeducted/ }).waitFor();
  await page.getByText('Confirmed', { exact: true }).waitFor();
  expect(await page.getByText('Waiting for loyalty-svc').count()).toBe(0);
  await opened.close();
});

test('what is shown stays while the server is away, is marked as old, and moves again afterwards', async () => {
  const opened = await openPage(browser, shop.consoleUrl, WIDE, /ERR_INTERNET_DISCONNECTED/);
  const { page } = opened;
  await opened.open('/orders');
  const row = page.getByRole('row').nth(1);
  await row.waitFor();
  await page.context().setOffline(true);
  await page.getByText('This is not up to date.').waitFor();
  expect(await row.isVisible()).toBe(true);
  await opened.screenshot('orders-not-up-to-date');
  await page.context().setOffline(false);
  await page.getByText('This is not up to date.').waitFor({ state: 'detached' });
  await opened.close();
});

test('nothing is read where a visitor must sign in first', async () => {
  const opened = await openPage(browser, shop.consoleUrl);
  const { page } = opened;
  const asked: string[] = [];
  await page.route('**/console/**', async (route) => {
    asked.push(new URL(route.request().url()).pathname);
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), mayRead: false } });
  });
  await opened.open('/orders?status=pending');
  await page.getByText('Sign in to see this').waitFor();
  expect(asked).toEqual(['/console/session']);
  await opened.expectAccessible();
  await opened.screenshot('must-sign-in');
  await page.getByRole('link', { name: 'Sign in' }).last().click();
  await page.waitForURL((url) => url.searchParams.get('next') === '/orders?status=pending');
  await opened.close();
});
