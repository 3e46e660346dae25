import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const screenshots = join(import.meta.dirname, 'screenshots');

type AxeResult = { violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[] };

export type OpenPage = {
  page: Page;
  /** Goes there and waits until nothing is still loading. */
  open(path: string): Promise<void>;
  settled(): Promise<void>;
  /** Kept in tests/browser/screenshots, for people. */
  screenshot(name: string): Promise<void>;
  /** No serious or critical violation of WCAG 2.2 AA that axe can see. */
  expectAccessible(): Promise<void>;
  /** The page itself does not scroll sideways. */
  expectFits(): Promise<void>;
  /** What was wrong so far: errors in the browser's console, requests to elsewhere. */
  complaints(): string[];
  close(): Promise<void>;
};

export const WIDE = { viewport: { width: 1280, height: 800 } };
export const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true };
export const DARK = { ...WIDE, colorScheme: 'dark' } as const;

/** A page of its own cookies. What it complains about fails the test that closes it, unless `expected` says so. */
export async function openPage(
  browser: Browser,
  origin: string,
  options: BrowserContextOptions = WIDE,
  expected?: RegExp,
): Promise<OpenPage> {
  const context = await browser.newContext({ ...options, baseURL: origin, reducedMotion: 'reduce', locale: 'en-GB' });
  await context.addInitScript({ content: axe });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(`${message.type()}: ${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => complaints.push(`exception: ${error.message}`));
  page.on('request', (request) => {
    if (!request.url().startsWith(origin)) complaints.push(`a request to elsewhere: ${request.url()}`);
  });

  const opened: OpenPage = {
    page,
    async open(path) {
      await page.goto(path);
      await opened.settled();
    },
    async settled() {
      await page.locator('#app').locator(':scope > *').first().waitFor();
      // Not by a function in the page: the CSP forbids to evaluate text.
      await page.locator('.bones').first().waitFor({ state: 'detached' });
    },
    async screenshot(name) {
      await page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true });
    },
    async expectAccessible() {
      const { violations } = (await page.evaluate('axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"] })')) as AxeResult;
      const serious = violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join('\n')}`);
      expect(serious, page.url()).toEqual([]);
    },
    async expectFits() {
      const { wanted, there } = (await page.evaluate(
        '({ wanted: document.documentElement.scrollWidth, there: document.documentElement.clientWidth })',
      )) as { wanted: number; there: number };
      expect(wanted, `the width of ${page.url()}`).toBeLessThanOrEqual(there);
    },
    complaints: () => complaints.filter((complaint) => expected?.test(complaint) !== true),
    async close() {
      await context.close();
      expect(opened.complaints()).toEqual([]);
    },
  };
  return opened;
}
