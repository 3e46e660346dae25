import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Reaper } from './processes/reaper-client.ts';
import { seedWhenEmpty } from './seed-step.ts';

test('a catalogue that has products costs no process', async () => {
  const asked: (string | undefined)[] = [];
  const inventory = createServer((request, response) => {
    asked.push(request.url);
    response.end(JSON.stringify({ data: [{ sku: 'MUG-BLUE' }], nextCursor: null }));
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void inventory.close());
  await once(inventory, 'listening');
  const watched: number[] = [];
  const reaper: Reaper = {
    pid: () => undefined,
    watch: (pid) => void watched.push(pid),
    unwatch() {},
    removeAtEnd() {},
    keep() {},
    close: async () => {},
  };

  const said = await seedWhenEmpty({
    env: {},
    inventoryUrl: `http://127.0.0.1:${(inventory.address() as AddressInfo).port}`,
    logFile: join('/nowhere', 'seed.log'),
    reaper,
    signal: new AbortController().signal,
  });

  expect([said, asked, watched]).toEqual(['has products already: nothing was loaded', ['/products?limit=1'], []]);
});
