import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vite';

const root = import.meta.dirname;
const pages = { console: join(root, 'index.html'), shop: join(root, 'shop/index.html') };
const server = 'http://127.0.0.1:4000';

/** Two pages on one origin: the operators' console and the storefront. Everything is a file of its own, as the console's strict CSP asks. */
export default defineConfig({
  root,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'es2024',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: Object.fromEntries(Object.entries(pages).filter(([, page]) => existsSync(page))) },
  },
  // npm run console:dev: the pages from here, their data from a console that runs.
  server: { proxy: { '/api': server, '/console': server } },
});
