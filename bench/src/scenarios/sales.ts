import type { Bench } from '../bench.ts';
import type { OrderShape } from '../load/orders.ts';
import { closed, cpuOf, isSeen, lineOf, measure, serviceMbOf } from '../measure/measure.ts';
import { MICROSHOP, type System } from '../measure/system.ts';
import type { Check, Figure, Measurement, Round } from '../report/result.ts';
import { figureOf, ratioOf } from './figures.ts';
import { prepared } from './prepared.ts';
import type { Scenario } from './scenario.ts';

/** What issue 7 asks of it at so many clients. */
type Target = { ordersPerSecond: number; p99: number; ratio?: number; cpu?: number };
type Targets = Readonly<Record<number, Target>>;

const FIRST_WARMUP_MS = 3000;
const NEXT_WARMUP_MS = 1000;

type Sale = { bench: Bench; orders: OrderShape; clients: number };

const planOf = ({ bench, orders, clients }: Sale, warmupMs: number) => ({
  orders,
  arrivals: closed(clients),
  span: { warmupMs, ms: bench.options.seconds * 1000 },
});

/** Rounds on the shop and on the transaction design take turns, so that whatever disturbs the machine disturbs both. */
async function compare(sale: Sale, systems: readonly System[]): Promise<Measurement[]> {
  const { bench, clients } = sale;
  const measurements = systems.map(({ name }): Measurement => ({ system: name, label: `${clients} clients`, at: clients, rounds: [] }));
  for (let index = 0; index < bench.options.rounds; index++)
    for (const [which, system] of systems.entries()) {
      const { round } = await measure(bench.load, system, planOf(sale, index === 0 ? FIRST_WARMUP_MS : NEXT_WARMUP_MS));
      measurements[which]?.rounds.push(round);
      bench.say(`${system.name}, ${clients} clients: ${lineOf(round)}`);
    }
  return measurements;
}

function figuresOf(clients: number, [shop, other]: readonly Measurement[], target: Target | undefined): Figure[] {
  const rounds = shop?.rounds ?? [];
  const of = (name: string) => `${name}, ${clients} clients`;
  const speed = (round: Round) => round.ordersPerSecond;
  const figures = [
    figureOf(rounds, of('orders'), '/s', speed, target && { atLeast: target.ordersPerSecond }),
    figureOf(rounds, of('p50'), 'ms', ({ latencyMs }) => latencyMs.p50),
    figureOf(rounds, of('p99'), 'ms', ({ latencyMs }) => latencyMs.p99, target && { atMost: target.p99 }),
    ...(rounds.every(isSeen)
      ? [
          figureOf(rounds, of('CPU per order'), 'ms', cpuOf, target?.cpu === undefined ? undefined : { atMost: target.cpu }),
          figureOf(rounds, of('memory of the largest service'), 'MB', serviceMbOf, { atMost: 150 }),
        ]
      : []),
  ];
  if (other === undefined) return figures;
  return [
    ...figures,
    figureOf(other.rounds, of('orders, transaction design'), '/s', speed),
    ratioOf(rounds, other.rounds, of('times the transaction design'), target?.ratio),
  ];
}

const sale = (title: string, isHot: boolean, targets: Targets): Scenario => ({
  title,
  isUsual: true,
  on: 'any shop',
  async run(bench) {
    const { assortment, orders, checks: checksOf } = await prepared(bench, { isHot });
    const baseline = await bench.baseline?.();
    await baseline?.fill(assortment);
    const systems = [bench.system(), ...(baseline ? [baseline.system] : [])];
    const measurements: Measurement[] = [];
    const figures: Figure[] = [];
    for (const clients of bench.options.clients) {
      const sale = { bench, orders, clients };
      const compared = await compare(sale, systems);
      measurements.push(...compared);
      figures.push(...figuresOf(clients, compared, targets[clients]));
      await bench.profile?.(`${clients} clients`, () => measure(bench.load, bench.system(), planOf(sale, NEXT_WARMUP_MS)));
    }
    const checks = [allConfirmed(measurements), ...(await checksOf()), ...(baseline ? [await baseline.check()] : [])];
    return { figures, measurements, curves: [], checks };
  },
});

/** Nobody was told anything but an outcome. */
function allConfirmed(measurements: readonly Measurement[]): Check {
  const others: Record<string, number> = {};
  for (const { rounds } of measurements.filter(({ system }) => system === MICROSHOP))
    for (const [outcome, count] of rounds.flatMap(({ answers }) => Object.entries(answers)))
      if (outcome !== '201') others[outcome] = (others[outcome] ?? 0) + count;
  const found = Object.entries(others).map(([outcome, count]) => `${count} × ${outcome}`);
  return { what: 'every order is confirmed', holds: found.length === 0, found: found.join(', ') || 'nothing but 201' };
}

export const uniform = sale('Orders of 2 SKUs out of 1,000, with points', false, {
  64: { ordersPerSecond: 800, p99: 150 },
  256: { ordersPerSecond: 1400, p99: 400, ratio: 4, cpu: 1.4 },
});

export const hot = sale('Every order has the same SKU, and one of 1,000 others', true, {
  64: { ordersPerSecond: 800, p99: 150, ratio: 6 },
  256: { ordersPerSecond: 1400, p99: 400, ratio: 40 },
});
