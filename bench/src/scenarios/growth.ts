import type { OwnBench } from '../bench.ts';
import type { OrderShape } from '../load/orders.ts';
import { closed, cpuOf, lineOf, measure } from '../measure/measure.ts';
import { median } from '../measure/statistics.ts';
import type { Check, Curve, Measurement } from '../report/result.ts';
import { figureOf } from './figures.ts';
import type { Outcome, Scenario } from './scenario.ts';

/** One thing that grows, and what an order costs at each size of it. */
export type Growth = {
  title: string;
  /** What is on the axis. */
  axis: string;
  sizes(isFull: boolean): readonly number[];
  /** Brings the shop to the size; answers what is ordered there and how it is checked. */
  prepare(bench: OwnBench, size: number): Promise<{ orders: OrderShape; checks(): Promise<Check[]> }>;
  after?(bench: OwnBench): Promise<void>;
};

const CLIENTS = 64;
/** New instances, and what was just filled in, are cold. */
const WARMUP_MS = 5000;

export const growthOf = (growth: Growth): Scenario => ({
  title: growth.title,
  isUsual: false,
  on: 'own stack',
  async run(bench) {
    const measurements: Measurement[] = [];
    const checks: Check[] = [];
    for (const size of growth.sizes(bench.options.isFull)) {
      const prepared = await growth.prepare(bench, size);
      const measurement: Measurement = { system: bench.system().name, label: `${size} ${growth.axis}`, at: size, rounds: [] };
      for (let round = 0; round < bench.options.rounds; round++) {
        const span = { warmupMs: WARMUP_MS, ms: bench.options.seconds * 1000 };
        const measured = await measure(bench.load, bench.system(), { orders: prepared.orders, arrivals: closed(CLIENTS), span });
        measurement.rounds.push(measured.round);
      }
      bench.say(`${size} ${growth.axis}: ${measurement.rounds.map(lineOf).join('; ')}`);
      measurements.push(measurement);
      checks.push(...(await prepared.checks()));
    }
    await growth.after?.(bench);
    return outcomeOf(growth, measurements, checks);
  },
});

function outcomeOf({ title, axis }: Growth, measurements: Measurement[], checks: Check[]): Outcome {
  const line = (name: string, pick: (rounds: Measurement['rounds']) => number) => ({
    name,
    points: measurements.map(({ at = 0, rounds }) => ({ x: at, y: pick(rounds) })),
  });
  const speed: Curve = {
    ...{ title: `${title}: orders`, x: axis, y: 'orders/s', isLogarithmic: true },
    lines: [line('orders/s', (rounds) => median(rounds.map(({ ordersPerSecond }) => ordersPerSecond)))],
  };
  const cost: Curve = {
    ...{ title: `${title}: CPU per order`, x: axis, y: 'ms', isLogarithmic: true },
    lines: [line('CPU, ms an order', (rounds) => median(rounds.map(cpuOf)))],
  };
  const memory: Curve = {
    ...{ title: `${title}: memory`, x: axis, y: 'MB', isLogarithmic: true },
    lines: Object.keys(measurements[0]?.rounds[0]?.residentMb ?? {}).map((part) =>
      line(part, (rounds) => median(rounds.map(({ residentMb }) => residentMb[part] ?? 0))),
    ),
  };
  const figures = measurements.flatMap(({ label, rounds }) => [
    figureOf(rounds, `orders, ${label}`, '/s', ({ ordersPerSecond }) => ordersPerSecond),
    figureOf(rounds, `CPU per order, ${label}`, 'ms', cpuOf),
  ]);
  return { figures, measurements, curves: [speed, cost, memory], checks: checks.filter(({ holds }, index) => !holds || index < 2) };
}
