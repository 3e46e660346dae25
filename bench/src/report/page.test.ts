import { Check } from 'typebox/value';
import { expect, test } from 'vitest';
import { withFigures } from './docs.ts';
import { roundUp } from './lines.ts';
import { pageOf } from './page.ts';
import { type Measurement, RunResult } from './result.ts';
import { linesOf } from './text.ts';

const latencyMs = { count: 100, p50: 10, p95: 20, p99: 30, max: 40 };
const measurement = (system: string, ordersPerSecond: number): Measurement => ({
  system,
  label: '64 clients',
  at: 64,
  rounds: [
    {
      ...{ seconds: 6, ordersPerSecond, answers: { '201': 100 }, latencyMs, refusedMs: { count: 0, p50: 0, p95: 0, p99: 0, max: 0 } },
      ...{
        cpuMsPerOrder: { kafka: 0.2, mongod: 0.5 },
        loadCpuMsPerOrder: 0.05,
        residentMb: { kafka: 200 },
        operationsPerOrder: { find: 2 },
      },
    },
  ],
});
const line = {
  name: 'CPU',
  points: [
    { x: 1, y: 2 },
    { x: 1000, y: 3 },
  ],
};
const run: RunResult = {
  ...{ format: 1, startedAt: '2026-01-01T00:00:00.000Z', seconds: 9, options: {}, commit: 'abc', versions: { node: 'v26.0.0' } },
  machine: { cpu: 'CPU <b>', cores: 2, memoryGb: 24, system: 'Linux', loadBefore: 0.1 },
  scenarios: [
    {
      ...{ scenario: 'uniform', title: 'Orders', seconds: 5 },
      figures: [
        { name: 'orders', unit: '/s', value: 900, spread: { least: 880, most: 910 }, target: { atLeast: 800 } },
        { name: 'p99', unit: 'ms', value: 200, target: { atMost: 150 } },
      ],
      measurements: [measurement('Microshop', 900), measurement('transaction design', 300)],
      curves: [{ title: 'Second by second', x: 'seconds', y: 'a second', isLogarithmic: false, lines: [line] }],
      checks: [{ what: 'no unit is sold twice', holds: true, found: 'right' }],
    },
  ],
};

test('a result is what its schema says', () => {
  expect(Check(RunResult, run)).toBe(true);
});

test('the page needs nothing from elsewhere, and takes no text for markup', () => {
  const page = pageOf(run);

  expect(page).not.toMatch(/<script|<link|src=|href=|url\(|http:/);
  expect(page).toContain('CPU &lt;b&gt;');
  expect(page).not.toMatch(/NaN|Infinity|undefined/);
  expect(page.match(/<svg/g)).toHaveLength(4);
});

test('the terminal says which targets are reached, and what does not hold', () => {
  const lines = [...linesOf({ ...run.scenarios[0], checks: [{ what: 'all is well', holds: false, found: 'it is not' }] } as never)];

  expect(lines.find((text) => text.includes('orders'))).toContain('reached  ≥ 800 /s');
  expect(lines.find((text) => text.includes('p99'))).toContain('MISSED  ≤ 150 ms');
  expect(lines).toContain('  FAILED all is well: it is not');
});

test.each([
  [0, 1],
  [1, 1],
  [1.2, 2],
  [2.2, 2.5],
  [780, 1000],
])('%d fits below %d', (value, expected) => {
  expect(roundUp(value)).toBe(expected);
});

test('the figures in the documents are those of the last run alone', () => {
  const empty = 'Before\n<!-- written by npm run bench -- --docs: begin -->\n<!-- written by npm run bench -- --docs: end -->\nAfter\n';
  const once = withFigures(empty, run);

  expect(once).toContain('| orders | 900 /s | 880–910 | ≥ 800 /s |');
  expect(once).toContain('| p99 | 200 ms |  | ≤ 150 ms, missed |');
  expect(withFigures(once, run)).toBe(once);
});
