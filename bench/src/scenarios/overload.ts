import type { Arrivals, LoadResult, Second } from '../load/plan.ts';
import { closed, lineOf, measure } from '../measure/measure.ts';
import { significant } from '../measure/statistics.ts';
import { MICROSHOP } from '../measure/system.ts';
import type { Check, Curve, Figure } from '../report/result.ts';
import { prepared } from './prepared.ts';
import type { Scenario } from './scenario.ts';

const TIMES = 3;
/** More than the services let in: what they refuse must not wait for a connection. */
const CONNECTIONS = 6000;
const PROBE = { clients: 8, ms: 10_000 };

/** Three times what it can do, for a minute: it does what it can, refuses the rest at once, and is well right after. */
export const overload: Scenario = {
  title: `${TIMES} times the capacity`,
  isUsual: true,
  on: 'any shop',
  async run(bench) {
    const { orders, checks: checksOf } = await prepared(bench);
    const run = (arrivals: Arrivals, warmupMs: number, ms: number) =>
      measure(bench.load, bench.system(), { orders, arrivals, span: { warmupMs, ms } });

    const calm = await run(closed(PROBE.clients), 1000, 3000);
    const capacity = (await run(closed(256), 3000, bench.options.seconds * 1000)).round;
    bench.say(`capacity: ${lineOf(capacity)}`);
    const perSecond = TIMES * capacity.ordersPerSecond;
    const stressed = await run({ kind: 'open', perSecond, connections: CONNECTIONS }, 0, bench.options.isFull ? 60_000 : 15_000);
    bench.say(`${Math.round(perSecond)}/s: ${lineOf(stressed.round)}, answers ${JSON.stringify(stressed.round.answers)}`);
    const after = await run(closed(PROBE.clients), 0, PROBE.ms);

    const figures = figuresOf(capacity.ordersPerSecond, stressed.load, recoverySeconds(stressed.load, after.load, calm.load.decided.p99));
    const measurements = [
      { system: MICROSHOP, label: 'capacity, 256 clients', rounds: [capacity] },
      { system: MICROSHOP, label: `${Math.round(perSecond)} orders a second`, rounds: [stressed.round] },
      { system: MICROSHOP, label: 'right after', rounds: [after.round] },
    ];
    const checks = [answered(stressed.load), ...(await checksOf())];
    return { figures, measurements, curves: secondBySecond(stressed.load), checks };
  },
};

function figuresOf(capacity: number, { answers, seconds, decided, refused }: LoadResult, recovered: number): Figure[] {
  const goodput = (answers['201'] ?? 0) / seconds;
  return [
    { name: 'capacity', unit: '/s', value: significant(capacity) },
    { name: 'goodput of the capacity', unit: '%', value: significant((goodput / capacity) * 100), target: { atLeast: 80 } },
    { name: 'p99 of what is accepted', unit: 'ms', value: decided.p99, target: { atMost: 1000 } },
    { name: 'accepted, and not decided while its client waited', unit: 'orders', value: answers['202'] ?? 0, target: { atMost: 0 } },
    { name: 'p99 of a refusal', unit: 'ms', value: refused.p99 },
    { name: 'all is normal again after', unit: 's', value: significant(recovered), target: { atMost: 5 } },
  ];
}

/** From the end of the overload until the last answer to it, and then until orders are as quick as before. */
function recoverySeconds(stressed: LoadResult, after: LoadResult, usualP99: number): number {
  const usual = Math.max(100, usualP99 * 2);
  const normal = after.timeline.find(({ p99 }) => p99 > 0 && p99 <= usual);
  return stressed.drainSeconds + (normal?.second ?? after.seconds);
}

function answered({ answers }: LoadResult): Check {
  const found = Object.entries(answers).filter(([outcome]) => !/^(201|202|429 rate_limited|503 .*)$/.test(outcome));
  const what = 'whoever is not served is told so: 503 or 429';
  return { what, holds: found.length === 0, found: found.map(([outcome, count]) => `${count} × ${outcome}`).join(', ') || 'nothing else' };
}

function secondBySecond({ timeline }: LoadResult): Curve[] {
  const line = (name: string, pick: (second: Second) => number) => ({
    name,
    points: timeline.map((second) => ({ x: second.second, y: pick(second) })),
  });
  const curve = (title: string, y: string, lines: Curve['lines']): Curve => ({ title, x: 'seconds', y, isLogarithmic: false, lines });
  return [
    curve('Overload, second by second', 'a second', [
      line('confirmed', ({ confirmed }) => confirmed),
      line('refused', ({ refused }) => refused),
    ]),
    curve('Overload, p99 of what was answered in a second', 'ms', [
      line('accepted', ({ p99 }) => p99),
      line('refused', ({ refusedP99 }) => refusedP99),
    ]),
  ];
}
