import type { LatencyMs, LoadResult, Second } from './plan.ts';

/** What became of one order: times in milliseconds on the worker's clock. */
export type Sample = { sentAt: number; answeredAt: number; outcome: string };

type Kind = 'confirmed' | 'rejected' | 'refused' | 'other';

const kindOf = (outcome: string): Kind => {
  if (outcome === '201') return 'confirmed';
  if (outcome.startsWith('409')) return 'rejected';
  return outcome.startsWith('503') || outcome.startsWith('429') ? 'refused' : 'other';
};

/** Of sorted values; 0 of none. */
export const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;

const round = (value: number, digits = 2): number => Number(value.toFixed(digits));

function latencyOf(samples: readonly Sample[]): LatencyMs {
  const sorted = samples.map(({ sentAt, answeredAt }) => answeredAt - sentAt).sort((a, b) => a - b);
  const at = (share: number) => round(percentile(sorted, share));
  return { count: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

function timelineOf(samples: readonly Sample[], beganAt: number): Second[] {
  const seconds = Map.groupBy(samples, ({ answeredAt }) => Math.floor((answeredAt - beganAt) / 1000));
  return [...seconds]
    .sort(([a], [b]) => a - b)
    .map(([second, ofSecond]) => {
      const count = (kind: Kind) => ofSecond.filter(({ outcome }) => kindOf(outcome) === kind).length;
      const decided = ofSecond.filter(isDecided);
      return {
        second,
        confirmed: count('confirmed'),
        rejected: count('rejected'),
        refused: count('refused'),
        p99: latencyOf(decided).p99,
        refusedP99: latencyOf(ofSecond.filter(isRefused)).p99,
      };
    });
}

const isDecided = ({ outcome }: Sample): boolean => ['confirmed', 'rejected'].includes(kindOf(outcome));
const isRefused = ({ outcome }: Sample): boolean => kindOf(outcome) === 'refused';

export type Window = { beganAt: number; endedAt: number };

/** What was answered while it was measured; the samples are in the order of their answers. */
export function resultOf(samples: readonly Sample[], { beganAt, endedAt }: Window, cpuSeconds: number): LoadResult {
  const measured = samples.filter(({ answeredAt }) => answeredAt >= beganAt && answeredAt <= endedAt);
  const answers: Record<string, number> = {};
  for (const { outcome } of measured) answers[outcome] = (answers[outcome] ?? 0) + 1;
  return {
    seconds: round((endedAt - beganAt) / 1000, 3),
    drainSeconds: round(Math.max(0, (samples.at(-1)?.answeredAt ?? 0) - endedAt) / 1000, 3),
    answers,
    decided: latencyOf(measured.filter(isDecided)),
    refused: latencyOf(measured.filter(isRefused)),
    timeline: timelineOf(measured, beganAt),
    cpuSeconds: round(cpuSeconds, 3),
  };
}
