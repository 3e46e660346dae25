import { cpuOf, isSeen } from '../measure/measure.ts';
import { median } from '../measure/statistics.ts';
import type { Figure, Measurement, ScenarioResult } from './result.ts';

export const isReached = ({ value, target }: Figure): boolean | undefined => {
  if (target === undefined) return undefined;
  return 'atLeast' in target ? value >= target.atLeast : value <= target.atMost;
};

export const targetText = ({ target, unit }: Figure): string => {
  if (target === undefined) return '';
  return 'atLeast' in target ? `≥ ${target.atLeast} ${unit}` : `≤ ${target.atMost} ${unit}`;
};

export const spreadText = ({ spread }: Figure): string => (spread ? `${spread.least}–${spread.most}` : '');

function figureLine(figure: Figure): string {
  const reached = isReached(figure);
  const target = reached === undefined ? '' : `${reached ? 'reached' : 'MISSED'}  ${targetText(figure)}`;
  return `  ${figure.name.padEnd(44)}${`${figure.value} ${figure.unit}`.padStart(14)}  ${spreadText(figure).padEnd(18)}${target}`.trimEnd();
}

/** The medians of a part of each round, such as the CPU of each process. */
export function mediansOf({ rounds }: Measurement, pick: (round: Measurement['rounds'][number]) => Record<string, number>) {
  const names = new Set(rounds.flatMap((round) => Object.keys(pick(round))));
  return [...names].map((name) => [name, median(rounds.map((round) => pick(round)[name] ?? 0))] as const);
}

const list = (entries: readonly (readonly [string, number])[]) =>
  entries.map(([name, value]) => `${name} ${Number(value.toPrecision(3))}`).join(' · ');

function* measurementLines(measurement: Measurement): Generator<string> {
  const { system, label, rounds } = measurement;
  const [first] = rounds;
  if (first === undefined || !isSeen(first)) return;
  yield `  ${system}, ${label}`;
  yield `    CPU, ms per order: ${list(mediansOf(measurement, (round) => round.cpuMsPerOrder))} = ${median(rounds.map(cpuOf)).toPrecision(3)} (load ${first.loadCpuMsPerOrder})`;
  yield `    per order: ${list(mediansOf(measurement, (round) => round.operationsPerOrder))}`;
  yield `    MB: ${list(mediansOf(measurement, (round) => round.residentMb))}`;
}

/** What a scenario has shown, for the terminal. */
export function* linesOf({ title, figures, measurements, checks }: ScenarioResult): Generator<string> {
  yield title;
  for (const figure of figures) yield figureLine(figure);
  for (const measurement of measurements) yield* measurementLines(measurement);
  for (const { what, holds, found } of checks) yield `  ${holds ? 'ok    ' : 'FAILED'} ${what}: ${found}`;
}
