import type { OwnBench } from '../bench.ts';
import { closed, cpuOf, lineOf, measure } from '../measure/measure.ts';
import { median, significant } from '../measure/statistics.ts';
import type { Check, Curve, Figure, Measurement, Round } from '../report/result.ts';
import { figureOf } from './figures.ts';
import type { Prepared } from './prepared.ts';
import type { Outcome, Scenario } from './scenario.ts';

/** One thing that grows, and what an order costs at each size of it. */
export type Growth = {
  title: string;
  /** What is on the axis. */
  axis: string;
  sizes(isFull: boolean): readonly number[];
  /** How many times the CPU per order may rise from the least size to the most. */
  mostTimes?: number;
  /** Brings the shop to the size. */
  prepare(bench: OwnBench, size: number): Promise<Prepared>;
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
    for (const size of bench.options.sizes ?? growth.sizes(bench.options.isFull)) {
      const prepared = await growth.prepare(bench, size);
      // What was filled in is on the disk before it is measured: writing it out goes on for a minute, and would count.
      await bench.databases.client.db('admin').command({ fsync: 1 });
      const measurement: Measurement = { system: bench.system().name, label: `${size} ${growth.axis}`, at: size, rounds: [] };
      const span = { warmupMs: WARMUP_MS, ms: bench.options.seconds * 1000 };
      const work = () => measure(bench.load, bench.system(), { orders: prepared.orders, arrivals: closed(CLIENTS), span });
      for (let round = 0; round < bench.options.rounds; round++) measurement.rounds.push((await work()).round);
      bench.say(`${size} ${growth.axis}: ${measurement.rounds.map(lineOf).join('; ')}`);
      await bench.profile?.(measurement.label, work);
      measurements.push(measurement);
      checks.push(...(await prepared.checks()));
    }
    await growth.after?.(bench);
    return outcomeOf(growth, measurements, checks);
  },
});

function outcomeOf({ axis, mostTimes }: Growth, measurements: Measurement[], checks: Check[]): Outcome {
  const line = (name: string, pick: (round: Round) => number) => ({
    name,
    points: measurements.map(({ at = 0, rounds }) => ({ x: at, y: median(rounds.map(pick)) })),
  });
  const curve = (title: string, y: string, lines: Curve['lines']): Curve => ({ title, x: axis, y, isLogarithmic: true, lines });
  const parts = Object.keys(measurements[0]?.rounds[0]?.residentMb ?? {});
  const curves = [
    curve('Orders', 'a second', [line('orders', ({ ordersPerSecond }) => ordersPerSecond)]),
    curve('CPU for each order', 'ms', [
      line('all', cpuOf),
      ...parts.map((part) => line(part, ({ cpuMsPerOrder }) => cpuMsPerOrder[part] ?? 0)),
    ]),
    curve(
      'Memory',
      'MB',
      parts.map((part) => line(part, ({ residentMb }) => residentMb[part] ?? 0)),
    ),
  ];
  const figures = measurements.flatMap(({ label, rounds }) => [
    figureOf(rounds, `orders, ${label}`, '/s', ({ ordersPerSecond }) => ordersPerSecond),
    figureOf(rounds, `CPU per order, ${label}`, 'ms', cpuOf),
  ]);
  const costs = measurements.map(({ rounds }) => median(rounds.map(cpuOf)));
  const times: Figure = {
    ...{ name: 'CPU per order, most size to least', unit: '×', value: significant((costs.at(-1) ?? 0) / (costs[0] || 1)) },
    ...(mostTimes !== undefined && { target: { atMost: mostTimes } }),
  };
  return { figures: [times, ...figures], measurements, curves, checks };
}
