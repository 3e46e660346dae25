import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectGreenAudit } from '../support/audit.ts';
import { launchChromium } from './chromium.ts';
import { type ConsoleShop, startConsoleShop } from './console-shop.ts';
import { DARK, type OpenPage, openPage, PHONE, WIDE } from './page.ts';
import { type Broken, brokenOrders, consoleSays, fillShop, type Orders, replayAll } from './populated.ts';
import { signIn } from './sign-in.ts';

let browser: Browser;
let shop: ConsoleShop;
let orders: Orders;
let broken: Broken;
let groupId: string;

beforeAll(async () => {
  [browser, shop] = await Promise.all([launchChromium(), startConsoleShop()]);
  orders = await fillShop(shop);
  broken = await brokenOrders(shop, 'LAMP-DESK', 3);
  const { data } = await consoleSays<{ data: { groupId: string }[] }>(shop, '/console/dead-letters', ({ data }) => data.length > 0);
  groupId = String(data[0]?.groupId);
});
afterAll(async () => {
  await broken.mend();
  await replayAll(shop);
  await expectGreenAudit();
  await Promise.all([browser.close(), shop.stop()]);
});

const topic = 'microshop.orders-by-sku.v1';

/** Every screen: its name, its address, and a fact of the shop that it shows. */
const screens = (): [name: string, path: string, fact: string][] => [
  ['overview', '/', 'inventory-svc has 3 dead letters'],
  ['stock', '/stock', 'Mug, blue'],
  ['product', '/stock/MUG-BLUE', 'Its orders'],
  ['orders', '/orders', 'out of stock'],
  ['order', `/orders/${orders.confirmed}`, 'PointsDeducted'],
  ['order-rejected', `/orders/${orders.rejected}`, 'StockRejected'],
  ['order-waiting', `/orders/${broken.orderIds[0]}`, 'Waiting for inventory-svc'],
  ['customer', `/customers/${orders.customerId}`, 'What moved the points'],
  ['dead-letters', '/dead-letters', 'OrderRequested'],
  ['dead-letter-group', `/dead-letters/${groupId}`, 'tried 3 times'],
  ['topics', '/topics', topic],
  ['topic', `/topics/${topic}?by=key&key=MUG-BLUE`, 'OrderRequested'],
  ['sign-in', '/sign-in', 'Operators’ token'],
];

async function tour(opened: OpenPage, suffix: string): Promise<void> {
  for (const [name, path, fact] of screens()) {
    await opened.open(path);
    await opened.page.getByText(fact).filter({ visible: true }).first().waitFor();
    await opened.expectFits();
    await opened.expectAccessible();
    await opened.screenshot(`${name}-${suffix}`);
  }
  await opened.close();
}

describe('every screen shows the shop, fits, is accessible, and asks nobody else', () => {
  test.for([
    ['wide', WIDE],
    ['dark', DARK],
    ['phone', PHONE],
  ] as const)('%s', { timeout: 180_000 }, async ([suffix, options]) => tour(await openPage(browser, shop.consoleUrl, options), suffix));

  test('as an operator too', { timeout: 120_000 }, async () => {
    const opened = await openPage(browser, shop.consoleUrl);
    await signIn(opened);
    await tour(opened, 'operator');
  });
});

describe('the address is the state', () => {
  test('a search, a filter and the back button', async () => {
    const opened = await openPage(browser, shop.consoleUrl);
    const { page } = opened;
    await opened.open('/orders');
    await page.getByLabel('Status').selectOption('rejected');
    await page.waitForURL('**/orders?status=rejected');
    await page.getByRole('cell', { name: 'out of stock' }).first().waitFor();
    expect(await page.getByRole('cell', { name: 'Confirmed' }).count()).toBe(0);

    await page.getByRole('link', { name: orders.rejected.slice(-8) }).click();
    await page.getByRole('heading', { level: 1, name: orders.rejected }).waitFor();
    await page.goBack();
    expect(new URL(page.url()).search).toBe('?status=rejected');
    await page.getByRole('cell', { name: 'out of stock' }).first().waitFor();
    await page.goBack();
    expect(new URL(page.url()).search).toBe('');
    await page.getByRole('cell', { name: 'Confirmed' }).first().waitFor();
    await opened.close();
  });

  test('an order leads to its customer, and the customer to their orders', async () => {
    const opened = await openPage(browser, shop.consoleUrl);
    const { page } = opened;
    await opened.open(`/orders/${orders.confirmed}`);
    await page.getByRole('link', { name: orders.customerId.slice(-8) }).click();
    await page.getByRole('cell', { name: '-100' }).waitFor();
    await page.getByRole('link', { name: 'All their orders' }).click();
    await page.getByRole('cell', { name: 'Cancelled' }).waitFor();
    expect(await page.getByLabel('Customer').inputValue()).toBe(orders.customerId);
    expect(await page.getByRole('cell', { name: 'Guest' }).count()).toBe(0);
    await opened.close();
  });

  test('a link to one event opens it', async () => {
    const opened = await openPage(browser, shop.consoleUrl);
    const { page } = opened;
    await opened.open(`/orders/${orders.confirmed}`);
    await page.getByRole('button', { name: 'StockReserved' }).first().click();
    await page.getByRole('heading', { name: 'Payload' }).waitFor();
    const address = page.url();
    expect(address).toContain('entry=');

    const other = await openPage(browser, shop.consoleUrl);
    await other.open(address);
    await other.page.getByText('microshop.stock.v1 /').waitFor();
    await other.page.getByText('its cause').first().waitFor();
    await other.screenshot('order-event');
    await Promise.all([opened.close(), other.close()]);
  });

  test('an order and a screen that are not there say what to do', async () => {
    const opened = await openPage(browser, shop.consoleUrl, WIDE, /404/);
    await opened.open('/orders/0199f3c1-7a3e-7c44-9d2e-3f5a0b6c9d10');
    await opened.page.getByRole('alert').waitFor();
    await opened.screenshot('order-unknown');
    await opened.open('/nowhere');
    await opened.page.getByRole('link', { name: 'Go to the overview' }).click();
    await opened.page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    await opened.open('/orders?search=zzzz-nobody');
    await opened.page.getByText('No order is like this').waitFor();
    await opened.screenshot('orders-none');
    await opened.close();
  });
});
