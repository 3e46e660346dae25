import type { FaultOutcome } from './schedule/run-schedule.ts';

export type ClassSummary = { class: string; planned: number; hit: number; recoveryP50Ms: number | null; recoveryMaxMs: number | null };

/** Of each class how many were planned and really hit, and how long it was until an order was confirmed again, whatever else struck meanwhile. */
export function summaryOf(outcomes: readonly FaultOutcome[]): ClassSummary[] {
  return [...Map.groupBy(outcomes, ({ planned }) => planned.class)]
    .map(([name, ofClass]) => {
      const recoveries = ofClass.flatMap(({ recoveredMs }) => recoveredMs ?? []).sort((a, b) => a - b);
      return {
        class: name,
        planned: ofClass.length,
        hit: ofClass.filter(({ evidence }) => evidence !== undefined).length,
        recoveryP50Ms: recoveries[Math.floor((recoveries.length - 1) / 2)] ?? null,
        recoveryMaxMs: recoveries.at(-1) ?? null,
      };
    })
    .sort((a, b) => (a.class < b.class ? -1 : 1));
}

const seconds = (ms: number | null) => (ms === null ? '–' : `${(ms / 1000).toFixed(1)} s`);

export function tableOf(rows: readonly ClassSummary[]): string[] {
  const cells = [
    ['faults', 'planned', 'hit', 'recovery p50', 'max'],
    ...rows.map((row) => [row.class, String(row.planned), String(row.hit), seconds(row.recoveryP50Ms), seconds(row.recoveryMaxMs)]),
  ];
  const widths = cells[0]?.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0))) ?? [];
  return cells.map((row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  '),
  );
}

const SEEN = [
  'confirmed',
  'rejected',
  'cancelled',
  'fulfilled',
  'checkout info',
  'compensations',
  'tombstones',
  'rejected: timed_out',
  'duplicates on the topics',
  'consumed: retried',
  'letter dead',
] as const;

/** What happened in the shop meanwhile, in numbers. */
export const seenLine = (counts: Readonly<Record<string, number>>): string =>
  `seen: ${SEEN.map((what) => `${what} ${counts[what] ?? 0}`).join(', ')}`;
