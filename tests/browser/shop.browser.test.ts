import type { Order } from '@microshop/client';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectGreenAudit } from '../support/audit.ts';
import { launchChromium } from './chromium.ts';
import { type ConsoleShop, startConsoleShop } from './console-shop.ts';
import { DARK, type OpenPage, openPage, PHONE, WIDE } from './page.ts';

let shop: ConsoleShop;
let browser: Browser;

beforeAll(async () => {
  [shop, browser] = await Promise.all([startConsoleShop(), launchChromium()]);
});
afterAll(async () => {
  await browser.close();
  await expectGreenAudit();
  await shop.stop();
});

/** A visitor of the shop who plays the part of a new customer with so many points. */
async function visitor(
  points = 0,
  options = WIDE,
  expected?: RegExp,
): Promise<OpenPage & { customerId: string; orders(): Promise<Order[]> }> {
  const customerId = await shop.customerWith(points);
  const opened = await openPage(browser, shop.consoleUrl, options, expected);
  const buyer = JSON.stringify({ kind: 'customer', customerId });
  await opened.page.addInitScript({
    content: `localStorage.getItem('microshop.buyer') ?? localStorage.setItem('microshop.buyer', ${JSON.stringify(buyer)})`,
  });
  return {
    ...opened,
    customerId,
    orders: async () => (await shop.order('GET', `/orders?customerId=${customerId}`)).body.data as Order[],
  };
}

const cardOf = ({ page }: OpenPage, sku: string) => page.locator(`.product[data-sku="${sku}"]`);
const placeOrder = ({ page }: OpenPage) => page.getByRole('button', { name: 'Place the order' });
const becomes = ({ page }: OpenPage, status: Order['status']) => page.locator(`[data-status="${status}"]`).waitFor();

/** Puts so many of a new product into the cart and goes there. */
async function fillCart(opened: OpenPage, stock: number, quantity = 1): Promise<string> {
  const sku = await shop.productWith(stock, { unitPrice: 2500, name: 'Blue mug' });
  await opened.open('/shop');
  await cardOf(opened, sku).getByRole('button', { name: 'Add Blue mug to the cart' }).click();
  const field = cardOf(opened, sku).getByLabel('Quantity of Blue mug');
  await field.fill(String(quantity));
  await field.blur();
  await opened.page.getByRole('link', { name: /^Cart/ }).click();
  await opened.page.getByRole('heading', { name: 'Cart' }).waitFor();
  return sku;
}

describe('buying', () => {
  test('is done in a few clicks, with discount and points taken off by the shop, and can be cancelled', async () => {
    const ada = await visitor(200);
    const code = `TEN-${Date.now()}`;
    await shop.order('POST', '/discounts', { body: { code, percent: 10 } });
    const sku = await fillCart(ada, 10, 2);
    await ada.page.getByLabel('Discount code').fill(code);
    await ada.page.getByLabel('Points to redeem').fill('150');
    const reduced = [`Discount ${code}−€5.00`, '150 points−€1.50', 'Total€43.50'];
    const sums = ada.page.locator('.sums__row');
    await sums.filter({ hasText: 'Total€43.50' }).waitFor();
    expect(await sums.allTextContents()).toEqual(['Items (2)€50.00', ...reduced]);
    await ada.expectAccessible();
    await ada.screenshot('shop-cart');
    await placeOrder(ada).click();
    await becomes(ada, 'confirmed');

    expect(await sums.allTextContents()).toEqual(['2 × Blue mug€50.00', 'Items€50.00', ...reduced]);
    await ada.expectAccessible();
    await ada.screenshot('shop-order-confirmed');
    await shop.levelBecomes(sku, { available: 8, reserved: 0, sold: 2 });

    await ada.page.getByRole('button', { name: 'Cancel the order' }).click();
    await ada.screenshot('shop-cancel-dialog');
    await ada.page.getByRole('dialog').getByRole('button', { name: 'Cancel the order' }).click();
    await becomes(ada, 'cancelled');
    await shop.levelBecomes(sku, { available: 10, sold: 0 });
    await shop.balanceBecomes(ada.customerId, 200);
    await ada.open('/shop/orders');
    expect(await ada.page.locator('.order').allInnerTexts()).toEqual([expect.stringContaining('Cancelled')]);
    await ada.screenshot('shop-orders');
    await ada.close();
  });

  test('works as a guest, who sees the price before saying who they are, and is forgotten when they want to be', async () => {
    const guest = await visitor();
    await fillCart(guest, 5);
    const email = `bob-${Date.now()}@example.com`;
    await guest.page.getByLabel('Shopping as').selectOption({ label: 'A guest' });
    await guest.page.getByText('Total').waitFor();
    await guest.page.getByLabel('Your name').fill('Bob');
    await guest.page.getByLabel('Your e-mail address').fill(email);
    await placeOrder(guest).click();
    await becomes(guest, 'confirmed');

    const kept = () => guest.page.evaluate('JSON.stringify(localStorage)') as Promise<string>;
    const orderId = guest.page.url().split('/').at(-1) ?? '';
    expect(await kept()).toContain(email);
    await guest.open('/shop/orders');
    await guest.page.locator('.order').waitFor();
    await guest.page.getByRole('button', { name: 'Forget me…' }).click();
    await guest.expectAccessible();
    await guest.page.getByRole('dialog').getByRole('button', { name: 'Forget me' }).click();
    await guest.page.getByText('No orders yet').waitFor();
    for (const personal of [email, 'Bob', orderId]) expect(await kept()).not.toContain(personal);
    await guest.close();
  });

  test('works with the keyboard alone', async () => {
    const ada = await visitor();
    const { keyboard } = ada.page;
    await fillCart(ada, 5);
    await ada.page.keyboard.press('Tab');
    const focused = () => ada.page.evaluate('document.activeElement.textContent');
    for (let presses = 0; (await focused()) !== 'Place the order'; presses++) {
      expect(presses, 'the tab order reaches the button').toBeLessThan(30);
      await keyboard.press('Tab');
    }
    await keyboard.press('Enter');
    await becomes(ada, 'confirmed');
    expect(await focused(), 'the focus is on the new page').toBe('Order');
    await ada.close();
  });
});

describe('one order, whatever happens', () => {
  test('a double click makes one', async () => {
    const ada = await visitor();
    await fillCart(ada, 5);
    await placeOrder(ada).dblclick();
    await becomes(ada, 'confirmed');
    expect(await ada.orders()).toHaveLength(1);
    await ada.close();
  });

  test('a reload in the middle of the checkout asks again with the same key', async () => {
    const ada = await visitor();
    await fillCart(ada, 5);
    const keys: (string | undefined)[] = [];
    // The order arrives and its answer does not: the page is gone before.
    await ada.page.route('**/api/checkout', async (route) => {
      keys.push(route.request().headers()['idempotency-key']);
      await route.fetch();
      if (keys.length > 1) return route.continue();
      await ada.page.reload();
    });
    await placeOrder(ada).click();
    await becomes(ada, 'confirmed');
    expect(new Set(keys).size).toBe(1);
    expect(keys.length).toBeGreaterThan(1);
    expect(await ada.orders()).toHaveLength(1);
    expect(await ada.page.locator('.badge').getAttribute('data-units')).toBe('0');
    await ada.close();
  });

  test('a lost answer is asked for again; meanwhile the page says so and the cart waits', async () => {
    const ada = await visitor(0, WIDE, /ERR_FAILED|status of 500/);
    await fillCart(ada, 5);
    await ada.page.route('**/api/checkout', async (route) => {
      await route.fetch();
      await route.fulfill({ status: 500, body: 'lost' });
    });
    await placeOrder(ada).click();
    await ada.page.getByText('the order may have arrived or not').waitFor();
    expect(await placeOrder(ada).isDisabled()).toBe(true);
    await ada.expectAccessible();
    await ada.screenshot('shop-lost-answer');
    await ada.page.unroute('**/api/checkout');
    await ada.page.getByRole('button', { name: 'Ask again' }).click();
    await becomes(ada, 'confirmed');
    expect(await ada.orders()).toHaveLength(1);
    await ada.close();
  });
});

describe('when it can not be had', () => {
  test('a rejection says what is short, and what is left goes back into the cart', async () => {
    const ada = await visitor();
    const sku = await fillCart(ada, 3, 5);
    await ada.page.getByText('Only 3 left').waitFor();
    await placeOrder(ada).click();
    await becomes(ada, 'rejected');
    await ada.page.getByText('you wanted 5, 3 are left').waitFor();
    await ada.expectAccessible();
    await ada.screenshot('shop-order-rejected');
    await ada.page.getByRole('button', { name: 'Put what is left into the cart' }).click();
    await placeOrder(ada).click();
    await becomes(ada, 'confirmed');
    await shop.levelBecomes(sku, { available: 0, sold: 3 });
    await ada.open('/shop');
    await cardOf(ada, sku).getByText('Sold out').waitFor();
    expect(await cardOf(ada, sku).getByRole('button').isDisabled()).toBe(true);
    await ada.close();
  });

  test('a code that does not hold is said at its field, and makes no order', async () => {
    const ada = await visitor(0, WIDE, /status of 422/);
    await fillCart(ada, 5);
    await ada.page.getByLabel('Discount code').fill('NO-SUCH-CODE');
    // Before the order is placed, and when it is placed all the same.
    await ada.page.locator('.field__error').waitFor();
    await placeOrder(ada).click();
    await ada.page.locator('.field__error').waitFor();
    expect(await ada.page.getByLabel('Discount code').getAttribute('aria-invalid')).toBe('true');
    expect(await ada.orders()).toEqual([]);
    await ada.screenshot('shop-bad-code');
    await ada.page.getByLabel('Discount code').fill('');
    await placeOrder(ada).click();
    await becomes(ada, 'confirmed');
    await ada.close();
  });

  test('an order that nobody decides yet says that it waits, and is confirmed before your eyes, though the stream breaks', async () => {
    const ada = await visitor(0, WIDE, /ERR_INCOMPLETE_CHUNKED_ENCODING|status of 503/);
    await fillCart(ada, 5);
    await shop.stopPart('loyalty');
    try {
      await placeOrder(ada).click();
      await becomes(ada, 'pending');
      await ada.expectAccessible();
      await ada.screenshot('shop-order-pending');
      await shop.stopPart('order');
      await shop.startPart('order');
    } finally {
      await shop.startPart('loyalty');
    }
    await becomes(ada, 'confirmed');
    await ada.close();
  });
});

describe('the catalogue', () => {
  test('shows how the stock changes, without a reload', async () => {
    const ada = await visitor();
    const sku = await shop.productWith(40);
    await ada.open('/shop');
    await cardOf(ada, sku).getByText('40 in stock').waitFor();
    await shop.inventory('POST', `/products/${sku}/stock`, { body: { change: -38, reason: 'test' } });
    await cardOf(ada, sku).getByText('Only 2 left').waitFor();
    await ada.close();
  });

  test('says what to do when the services are away', async () => {
    const ada = await visitor(0, WIDE, /status of 503/);
    await ada.page.route('**/api/products?*', (route) => route.fulfill({ status: 503, body: '{}' }));
    await ada.open('/shop');
    await ada.page.getByRole('button', { name: 'Try again' }).waitFor();
    await ada.screenshot('shop-away');
    await ada.page.unroute('**/api/products?*');
    await ada.page.getByRole('button', { name: 'Try again' }).click();
    await ada.page.locator('.product').first().waitFor();
    await ada.close();
  });

  test.each([
    ['light', WIDE],
    ['dark', DARK],
    ['phone', PHONE],
    ['phone-dark', { ...PHONE, colorScheme: 'dark' as const }],
  ])('and the cart are fit for everybody: %s', async (name, options) => {
    const ada = await visitor(0, options);
    await fillCart(ada, 9);
    await ada.expectAccessible();
    await ada.expectFits();
    await ada.screenshot(`shop-cart-${name}`);
    await ada.open('/shop');
    await ada.page.locator('.product .status').first().waitFor();
    await ada.expectAccessible();
    await ada.expectFits();
    await ada.screenshot(`shop-catalogue-${name}`);
    await ada.open('/shop/nowhere');
    await ada.expectFits();
    await ada.close();
  });
});
