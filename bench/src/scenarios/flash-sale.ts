import type { Bench } from '../bench.ts';
import type { OrderShape } from '../load/orders.ts';
import { closed, cpuOf, isSeen, lineOf, measure } from '../measure/measure.ts';
import { MICROSHOP, type System } from '../measure/system.ts';
import type { Check, Measurement, Round } from '../report/result.ts';
import { figureOf, ratioOf } from './figures.ts';
import { prepared } from './prepared.ts';
import type { Scenario } from './scenario.ts';

const ORDERS = 3000;
const UNITS = 500;
const WARMUP = { warmupMs: 0, ms: 3000 };

/** 3,000 orders for 500 units: each system sells to warm up, and then the sale opens all at once. */
export const flashSale: Scenario = {
  title: `A flash sale: ${ORDERS} orders for ${UNITS} units of one SKU`,
  isUsual: true,
  on: 'any shop',
  async run(bench) {
    const baseline = await bench.baseline?.();
    const clients = Math.max(...bench.options.clients);
    const systems = [bench.system(), ...(baseline ? [baseline.system] : [])];
    const measurements = systems.map(({ name }): Measurement => ({ system: name, label: `${clients} clients`, rounds: [] }));
    const checks: Check[] = [];
    for (let round = 0; round < bench.options.rounds; round++) {
      const { assortment, orders, checks: checksOf } = await prepared(bench, {}, { hotUnits: UNITS });
      await baseline?.fill(assortment);
      for (const [which, system] of systems.entries()) measurements[which]?.rounds.push(await sell(bench, system, orders, clients));
      const ofShop = measurements[0]?.rounds.at(-1)?.answers ?? {};
      checks.push(exactly(ofShop, round), ...(await checksOf()));
    }
    const [shop, other] = measurements;
    const rounds = shop?.rounds ?? [];
    const figures = [
      figureOf(rounds, 'answers', '/s', ({ ordersPerSecond }) => ordersPerSecond, { atLeast: 2000 }),
      figureOf(rounds, 'p99', 'ms', ({ latencyMs }) => latencyMs.p99),
      ...(rounds.every(isSeen) ? [figureOf(rounds, 'CPU per answer', 'ms', cpuOf)] : []),
      ...(other ? [ratioOf(rounds, other.rounds, 'times the transaction design', undefined)] : []),
    ];
    return { figures, measurements, curves: [], checks };
  },
};

async function sell(bench: Bench, system: System, orders: OrderShape, clients: number): Promise<Round> {
  const arrivals = closed(clients);
  await measure(bench.load, system, { orders, arrivals, span: WARMUP });
  const { round } = await measure(bench.load, system, { orders: { ...orders, isHot: true }, arrivals, span: { orders: ORDERS } });
  bench.say(`${system.name}: ${lineOf(round)}`);
  return round;
}

function exactly(answers: Round['answers'], round: number): Check {
  const found = Object.entries(answers).map(([outcome, count]) => `${count} × ${outcome}`);
  const holds = answers['201'] === UNITS && answers['409 out_of_stock'] === ORDERS - UNITS;
  return { what: `${MICROSHOP} confirms exactly ${UNITS} (round ${round + 1})`, holds, found: found.join(', ') };
}
