import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startReaper } from '@microshop/local/processes/reaper-client';
import { type RunningShop, runningShop } from '@microshop/tools/running-shop';
import { createShopClient } from '@microshop/tools/seed-client';
import type { Bench } from './bench.ts';
import type { Assortment } from './fill/assortment.ts';
import { fillOverRest } from './fill/fill-over-rest.ts';
import { startLoad } from './load/load.ts';
import { hotSkuOf } from './load/orders.ts';
import { MICROSHOP } from './measure/system.ts';
import type { BenchOptions } from './options.ts';
import type { Started } from './own-bench.ts';
import type { Check } from './report/result.ts';

/** The load alone, on a shop that runs already: what its processes use can not be seen from here. */
export async function startForeignBench(
  options: BenchOptions,
  url: string,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<Started<Bench>> {
  const running = runningShop({ ...process.env, ORDER_SVC_URL: url });
  const reaper = startReaper(0);
  const directory = await mkdtemp(join(tmpdir(), 'microshop-bench-'));
  reaper.removeAtEnd(directory);
  const bench: Bench = {
    ...{ options, signal, say },
    load: await startLoad(reaper, join(directory, 'load.log')),
    system: () => ({ name: MICROSHOP, urls: [url], pids: {}, operations: async () => ({}) }),
    fill: (assortment) => fillOverRest(running, assortment),
    checks: async (assortment) => [await hotIsRight(running, assortment)],
  };
  return {
    bench,
    servers: {},
    async close() {
      await reaper.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The level of what everybody wants; `npm run audit` says the rest. */
async function hotIsRight(running: RunningShop, { prefix, hotUnits }: Assortment): Promise<Check> {
  const { body } = await createShopClient(running)('inventory-svc', `/products/${hotSkuOf(prefix)}/stock`, {
    method: 'GET',
    expect: [200],
  });
  const level = [body.available, body.reserved, body.sold].map(Number);
  const sum = level.reduce((total, units) => total + units, 0);
  const holds = level.every((units) => units >= 0) && (hotUnits === undefined || sum === hotUnits);
  return { what: 'no unit of the hot SKU is sold twice', holds, found: `available, reserved, sold: ${level.join(', ')}` };
}
