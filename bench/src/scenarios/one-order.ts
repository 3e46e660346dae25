import type { Bench } from '../bench.ts';
import { lineOf, measure } from '../measure/measure.ts';
import type { Measurement } from '../report/result.ts';
import { figureOf } from './figures.ts';
import { prepared } from './prepared.ts';
import type { Scenario } from './scenario.ts';

const PAUSE_MS = 100;
const ordersOf = ({ options }: Bench): number => (options.isFull ? 300 : 50);

/** Round trips are what an unloaded order pays for. */
export const oneOrder: Scenario = {
  title: 'One order at a time on an idle system',
  isUsual: true,
  on: 'any shop',
  async run(bench) {
    const { orders, checks } = await prepared(bench);
    const arrivals = { kind: 'closed', clients: 1, pauseMs: PAUSE_MS } as const;
    const system = bench.system();
    const measurement: Measurement = { system: system.name, label: 'one client', rounds: [] };
    for (let index = 0; index < bench.options.rounds; index++) {
      const { round } = await measure(bench.load, system, { orders, arrivals, span: { orders: ordersOf(bench) } });
      bench.say(lineOf(round));
      measurement.rounds.push(round);
    }
    const { rounds } = measurement;
    const figures = [
      figureOf(rounds, 'p50', 'ms', ({ latencyMs }) => latencyMs.p50, { atMost: 18 }),
      figureOf(rounds, 'p99', 'ms', ({ latencyMs }) => latencyMs.p99, { atMost: 50 }),
    ];
    return { figures, measurements: [measurement], curves: [], checks: await checks() };
  },
};
