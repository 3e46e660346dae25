import type { Bench } from '../bench.ts';
import type { OrderShape } from '../load/orders.ts';
import { closed } from '../measure/measure.ts';
import type { System } from '../measure/system.ts';
import { prepared } from './prepared.ts';

const CLIENTS = 64;
const ENOUGH_ORDERS = 20_000;
const MOST_MS = 25_000;
const PART_MS = 2500;

/**
 * Orders until what is measured is warm: code is compiled as it is used, so an order costs a fifth more in the first half minute than later. Short rounds,
 * which are for trying things out, are warmed up for less.
 */
export async function warmUp(bench: Bench): Promise<void> {
  const { assortment, orders } = await prepared(bench);
  const baseline = await bench.baseline?.();
  await baseline?.fill(assortment);
  for (const system of [bench.system(), ...(baseline ? [baseline.system] : [])])
    bench.say(`${system.name}: warmed up with ${await warmUpWith(orders, bench, system)} orders`);
}

async function warmUpWith(orders: OrderShape, { load, options, signal }: Bench, { urls }: System): Promise<number> {
  const until = performance.now() + Math.min(MOST_MS, options.seconds * 5000);
  let decided = 0;
  while (decided < ENOUGH_ORDERS && performance.now() < until && !signal.aborted) {
    const plan = { orders, arrivals: closed(CLIENTS), span: { warmupMs: 0, ms: PART_MS }, urls };
    decided += (await load.run(plan, () => undefined)).decided.count;
  }
  return decided;
}
