import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/snap/bin/chromium'];

/** Nothing but the pages: no sandbox for root, no GPU, and no calls of the browser's own to anywhere. */
const switches = [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export async function launchChromium(): Promise<Browser> {
  const named = process.env.CHROMIUM_PATH;
  const executablePath = named === undefined ? places.find((place) => existsSync(place)) : named;
  if (executablePath === undefined)
    throw new Error('The browser tests need Chromium: apt-get install -y chromium, or name its program in CHROMIUM_PATH.');
  return chromium.launch({ executablePath, args: switches });
}
