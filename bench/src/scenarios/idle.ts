import { sleep } from '@microshop/chassis/clock';
import { significant } from '../measure/statistics.ts';
import type { Figure } from '../report/result.ts';
import { usageOfParts } from '../stack/usage.ts';
import type { Scenario } from './scenario.ts';

/** Until V8 and the JVM have compiled what runs at rest, too. */
const SETTLE_MS = 150_000;

/** What everything costs while nobody orders. */
export const idle: Scenario = {
  title: 'CPU and memory of the idle system',
  isUsual: true,
  isCold: true,
  on: 'own stack',
  async run(bench) {
    const { pids } = bench.system();
    await sleep(SETTLE_MS, bench.signal);
    const before = usageOfParts(pids);
    const beganAt = performance.now();
    await sleep(bench.options.isFull ? 60_000 : 30_000, bench.signal);
    const seconds = (performance.now() - beganAt) / 1000;
    const after = usageOfParts(pids);
    const parts = Object.entries(after).map(([name, { cpuSeconds, residentMb }]) => ({
      name,
      percent: ((cpuSeconds - (before[name]?.cpuSeconds ?? 0)) / seconds) * 100,
      residentMb,
    }));
    const all = parts.reduce((sum, { percent }) => sum + percent, 0);
    const figures: Figure[] = [
      { name: 'CPU of all', unit: '% of a core', value: significant(all), target: { atMost: 3 } },
      ...parts.map(({ name, percent }) => ({ name: `CPU of ${name}`, unit: '% of a core', value: significant(percent, 2) })),
      ...parts.map(({ name, residentMb }) => ({
        ...{ name: `memory of ${name}`, unit: 'MB', value: Math.round(residentMb) },
        ...(name.endsWith('-svc') && { target: { atMost: 150 } }),
      })),
    ];
    return { figures, measurements: [], curves: [], checks: [] };
  },
};
