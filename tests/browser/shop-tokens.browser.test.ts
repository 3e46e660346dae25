import { TEST_SECRET } from '@microshop/chassis/http/test-tokens';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectGreenAudit } from '../support/audit.ts';
import { createShop, OPERATOR_TOKEN } from '../support/shop.ts';
import { launchChromium } from './chromium.ts';
import { type ConsoleShop, startConsoleShop } from './console-shop.ts';
import { openPage, WIDE } from './page.ts';

/** The storefront where the services take customers' tokens: the console hands them out in development. */
let shop: ConsoleShop;
let browser: Browser;

beforeAll(async () => {
  [shop, browser] = await Promise.all([startConsoleShop({ AUTH_JWT_SECRET: TEST_SECRET }), launchChromium()]);
});
afterAll(async () => {
  await browser.close();
  await expectGreenAudit();
  await shop.stop();
});

test('whoever is chosen orders and sees what is theirs; others and guests do not', async () => {
  const operator = createShop(shop.urls, OPERATOR_TOKEN, OPERATOR_TOKEN);
  const sku = await operator.productWith(5);
  const names = ['Ada', 'Grace'];
  for (const name of names)
    await shop.loyalty('POST', '/customers', { body: { customerId: `${name}-${sku}`, email: `${name}-${sku}@example.com`, name } });
  const { page, open, close } = await openPage(browser, shop.consoleUrl, WIDE, /status of 40[14]/);
  const shopAs = (label: string) => page.getByLabel('Shopping as').selectOption({ label });
  const toCart = async () => {
    await open('/shop');
    await page.locator(`.product[data-sku="${sku}"]`).getByRole('button', { name: 'Add A product' }).click();
    await page.getByRole('link', { name: /^Cart/ }).click();
  };

  await toCart();
  await shopAs('Ada');
  await page.getByRole('button', { name: 'Place the order' }).click();
  await page.locator('[data-status="confirmed"]').waitFor();
  const url = page.url();

  await shopAs('Grace');
  await open(url);
  await page.getByText('An order is shown to who placed it').waitFor();
  await shopAs('Ada');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.locator('[data-status="confirmed"]').waitFor();

  await toCart();
  await shopAs('A guest');
  await page.getByLabel('Your name').fill('Bob');
  await page.getByLabel('Your e-mail address').fill('bob@example.com');
  await page.getByRole('button', { name: 'Place the order' }).click();
  await page.getByText('Guests can not order in this shop').waitFor();
  expect(await page.getByRole('button', { name: 'Place the order' }).isEnabled(), 'another customer may be chosen').toBe(true);
  await close();
});
