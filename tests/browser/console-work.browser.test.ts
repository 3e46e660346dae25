import type { Health } from '@microshop/console/api/health';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { expectGreenAudit } from '../support/audit.ts';
import { OPERATOR_TOKEN } from '../support/shop.ts';
import { launchChromium } from './chromium.ts';
import { type ConsoleShop, startConsoleShop } from './console-shop.ts';
import { type OpenPage, openPage, PHONE, WIDE } from './page.ts';
import { brokenOrders, consoleKnows, consoleSays, fillShop, type Orders } from './populated.ts';
import { giveToken, signIn } from './sign-in.ts';

let browser: Browser;
let shop: ConsoleShop;
let orders: Orders;

beforeAll(async () => {
  [browser, shop] = await Promise.all([launchChromium(), startConsoleShop({ DISCARD_GRACE: '60s' })]);
  orders = await fillShop(shop);
});
afterAll(async () => {
  await expectGreenAudit();
  await Promise.all([browser.close(), shop.stop()]);
});

const dialogOf = (page: Page) => page.getByRole('dialog');

describe('an operator', () => {
  let opened: OpenPage;
  let page: Page;
  beforeEach(async () => {
    opened = await openPage(browser, shop.consoleUrl);
    page = opened.page;
    return () => opened.close();
  });

  test('adjusts the stock with a reason, and sees it in the figures, the ledger and another window', async () => {
    const watcher = await openPage(browser, shop.consoleUrl);
    const sku = await shop.productWith(3);
    await watcher.open(`/stock?search=${sku}`);
    await watcher.page.getByText('Live').waitFor();
    await signIn(opened, `/stock/${sku}`);

    await page.getByRole('button', { name: 'Adjust…' }).click();
    const dialog = dialogOf(page);
    await dialog.getByLabel('Change in units').fill('-9');
    await dialog.getByText('More than is available').waitFor();
    expect(await dialog.getByRole('button', { name: 'Adjust' }).isDisabled()).toBe(true);
    await dialog.getByLabel('Change in units').fill('+20');
    await dialog.getByLabel('Reason').fill('delivery 4711');
    await opened.expectAccessible();
    await opened.screenshot('adjust-dialog');
    await dialog.getByRole('button', { name: 'Adjust' }).click();
    await dialog.waitFor({ state: 'detached' });

    await page.getByRole('definition').filter({ hasText: /^23$/ }).first().waitFor();
    await page.getByRole('cell', { name: 'delivery 4711' }).waitFor();
    await watcher.page.getByRole('row', { name: sku }).getByText('23', { exact: true }).first().waitFor();
    expect(await shop.levelOf(sku)).toMatchObject({ available: 23 });
    await opened.screenshot('stock-adjusted');
    await watcher.close();
  });

  test('finds an order, reads its timeline and cancels it', async () => {
    await signIn(opened, '/orders');
    await page.getByRole('searchbox').fill(orders.guest.slice(0, 18));
    await page.getByRole('link', { name: orders.guest.slice(-8) }).click();
    await page
      .getByRole('button', { name: /^StockReserved/ })
      .first()
      .waitFor();
    await page
      .getByRole('button', { name: /^OrderConfirmed/ })
      .first()
      .waitFor();
    expect(await page.getByText('guest@example.com').count()).toBe(0);

    await page.getByRole('button', { name: 'Cancel the order…' }).click();
    await dialogOf(page).getByRole('button', { name: 'Cancel the order' }).click();
    await page
      .getByRole('button', { name: /^OrderCancelled/ })
      .first()
      .waitFor();
    await page
      .getByRole('button', { name: /^StockReleased/ })
      .first()
      .waitFor();
    await consoleKnows(shop, orders.guest, 'cancelled');
    await opened.screenshot('order-cancelled');
  });

  test('marks an order as fulfilled: its lines are sold, and it can not be cancelled any more', async () => {
    await signIn(opened, `/orders/${orders.confirmed}`);
    await page.getByRole('cell', { name: 'Sold' }).first().waitFor();
    await page.getByRole('button', { name: 'Mark as fulfilled…' }).click();
    await dialogOf(page).getByText('can not be cancelled any more').waitFor();
    await dialogOf(page).getByRole('button', { name: 'Mark as fulfilled' }).click();
    await page
      .getByRole('button', { name: /^OrderFulfilled/ })
      .first()
      .waitFor();
    await consoleKnows(shop, orders.confirmed, 'fulfilled');
    await page.getByRole('button', { name: 'Cancel the order…' }).waitFor({ state: 'detached' });
    expect(await page.getByRole('cell', { name: 'Sold' }).count()).toBe(2);
  });

  test('rebuilds the read side, which goes on being shown', async () => {
    await signIn(opened, '/');
    const { generation } = (await consoleSays<Health>(shop, '/console/health', ({ projection }) => projection.state === 'live')).projection;
    await page.getByText(`generation ${generation}`, { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Rebuild…' }).click();
    await dialogOf(page).getByRole('button', { name: 'Rebuild' }).click();
    await page.getByText('The read side is being rebuilt').waitFor();
    await page.getByText(`generation ${generation + 1}`, { exact: true }).waitFor();
    await consoleKnows(shop, orders.rejected, 'rejected');
  });

  test('replays dead letters: a dry run, one first, then the rest', { timeout: 120_000 }, async () => {
    const broken = await brokenOrders(shop, 'TEE-BLACK-L', 4);
    await signIn(opened, '/dead-letters');
    await page.getByRole('link', { name: 'OrderRequested' }).first().click();
    await page.getByRole('button', { name: 'Dry run' }).first().click();
    await page.getByText('4 letters would fail again').waitFor();
    await opened.screenshot('dry-run-fails');

    await broken.mend();
    await page.getByRole('button', { name: 'Dry run' }).first().click();
    await page.getByText('None would fail again.').waitFor();
    await page.getByRole('button', { name: 'Try one first' }).click();
    await page.getByText('1 replayed').waitFor();
    await page.getByRole('button', { name: 'Replay all 3…' }).click();
    await dialogOf(page).getByRole('button', { name: 'Replay' }).click();
    await page.getByText('3 replayed').waitFor();
    await page.getByText('No letter is in this group any more').waitFor();
    await opened.screenshot('replayed');
    for (const orderId of broken.orderIds) await consoleKnows(shop, orderId, 'confirmed');
  });

  test('discards with a reason, takes it back, and puts one aside', { timeout: 120_000 }, async () => {
    const broken = await brokenOrders(shop, 'LAMP-DESK', 2);
    await signIn(opened, '/dead-letters');
    await page.getByRole('link', { name: 'OrderRequested' }).first().click();
    await page.getByLabel('New note').fill('The stock document of LAMP-DESK is broken.');
    await page.getByRole('button', { name: 'Add the note' }).click();
    await page.getByText('The stock document of LAMP-DESK is broken.').waitFor();

    await page.getByRole('button', { name: 'Discard all…' }).click();
    await dialogOf(page).getByLabel('Reason').fill('a test');
    await dialogOf(page).getByRole('button', { name: 'Discard' }).click();
    await page.getByText('Grace discards 2 letters: a test.').waitFor();
    await opened.screenshot('discard-scheduled');
    await page.getByText('can be undone').locator('xpath=..').getByRole('button', { name: 'Undo' }).click();
    await page.getByText('Taken back: 2 letters stay open.').waitFor();
    await page.getByText('can be undone').waitFor({ state: 'detached' });

    const replayAll = async () => {
      await page.getByRole('button', { name: 'Replay all 1…' }).click();
      await dialogOf(page).getByRole('button', { name: 'Replay' }).click();
    };
    const [first = '', second = ''] = broken.orderIds;
    await page.getByRole('button', { name: first.slice(-8) }).click();
    await page.getByRole('button', { name: 'Put aside' }).click();
    await page.getByText('A replay of the group passes it over.').waitFor();
    await broken.mend();
    await replayAll();
    await consoleKnows(shop, second, 'confirmed');
    await consoleKnows(shop, first, 'pending');
    await page.getByRole('button', { name: 'Take back in' }).click();
    await replayAll();
    await consoleKnows(shop, first, 'confirmed');
  });

  test('runs the audit and sees its verdicts', async () => {
    await signIn(opened, '/');
    await page.getByRole('button', { name: 'Run the audit' }).click();
    await page.getByText('Holds').first().waitFor();
    await opened.screenshot('audited');
  });
});

describe('without the token', () => {
  test('everything is read-only, and a wrong token is refused with what to do', async () => {
    const opened = await openPage(browser, shop.consoleUrl, WIDE, /401/);
    const { page } = opened;
    await opened.open('/stock/MUG-BLUE');
    expect(await page.getByRole('button', { name: 'Adjust…' }).count()).toBe(0);
    await page.getByRole('link', { name: 'Sign in to adjust' }).click();
    await giveToken(opened, 'a-guess');
    await page.getByText('This is not the operators’ token').waitFor();
    await giveToken(opened, OPERATOR_TOKEN);
    await page.waitForURL('**/stock/MUG-BLUE');
    await page.getByRole('button', { name: 'Adjust…' }).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('link', { name: 'Sign in to adjust' }).waitFor();
    await opened.close();
  });

  test('records are found by their key, with headers and value', async () => {
    const opened = await openPage(browser, shop.consoleUrl);
    const { page } = opened;
    await opened.open('/topics');
    await page.getByRole('link', { name: 'microshop.orders-by-sku.v1', exact: true }).click();
    await page.getByRole('button', { name: 'By key' }).click();
    await page.getByLabel('Key, whole').fill('POSTER-A2');
    const record = page.getByRole('button', { name: /OrderRequested.*POSTER-A2/ });
    // The newest is the last.
    await record.last().click();
    await page.getByText('"ce_type": "OrderRequested"').waitFor();
    await page.getByRole('link', { name: orders.rejected }).click();
    await page.getByRole('heading', { level: 1, name: orders.rejected }).waitFor();
    await opened.close();
  });
});

describe('by keyboard alone', () => {
  test('an order is found, opened and read', async () => {
    const opened = await openPage(browser, shop.consoleUrl);
    const { page } = opened;
    await opened.open('/');
    await page.keyboard.press('Tab');
    expect(await focusedText(page)).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    await opened.open('/orders');
    await page.keyboard.press('/');
    await page.keyboard.type(orders.confirmed.slice(0, 18));
    await page.waitForURL('**search=**');
    await page.getByRole('link', { name: orders.confirmed.slice(-8) }).waitFor();
    await tabTo(page, `…${orders.confirmed.slice(-8)}`);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /^PointsDeducted/ }).waitFor();
    await tabTo(page, 'PointsDeducted');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Payload' }).waitFor();
    await opened.close();
  });

  test('Esc closes a dialog, and the focus is where it was', async () => {
    const opened = await openPage(browser, shop.consoleUrl, PHONE);
    const { page } = opened;
    await signIn(opened, '/stock/MUG-BLUE');
    const adjust = page.getByRole('button', { name: 'Adjust…' });
    await adjust.focus();
    await page.keyboard.press('Enter');
    await dialogOf(page).getByLabel('Change in units').waitFor();
    await opened.screenshot('adjust-dialog-phone');
    await page.keyboard.press('Escape');
    await dialogOf(page).waitFor({ state: 'detached' });
    expect(await focusedText(page)).toBe('Adjust…');
    await opened.close();
  });
});

const focusedText = (page: Page) => page.evaluate('document.activeElement.textContent') as Promise<string>;

/** Tabs on until what has the focus says so. */
async function tabTo(page: Page, text: string): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press('Tab');
    if ((await focusedText(page)).startsWith(text)) return;
  }
  throw new Error(`Tab does not reach ${text}.`);
}
