import type { Bench } from '../bench.ts';
import { closed } from '../measure/measure.ts';
import { prepared } from './prepared.ts';

const CLIENTS = 64;
const ENOUGH_ORDERS = 20_000;
const MOST_MS = 25_000;
const PART_MS = 2500;

/**
 * Orders until the servers and services are warm: code is compiled as it is used, so an order costs a fifth more in the first half minute than later. Short
 * rounds, which are for trying things out, are warmed up for less.
 */
export async function warmUp(bench: Bench): Promise<void> {
  const { orders } = await prepared(bench);
  const ms = Math.min(MOST_MS, bench.options.seconds * 5000);
  const until = performance.now() + ms;
  let decided = 0;
  while (decided < ENOUGH_ORDERS && performance.now() < until && !bench.signal.aborted) {
    const plan = { orders, arrivals: closed(CLIENTS), span: { warmupMs: 0, ms: PART_MS }, urls: bench.system().urls };
    decided += (await bench.load.run(plan, () => undefined)).decided.count;
  }
  bench.say(`warmed up with ${decided} orders`);
}
