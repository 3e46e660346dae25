import { expect, test } from 'vitest';
import type { FaultOutcome } from './schedule/run-schedule.ts';
import { summaryOf, tableOf } from './summary.ts';

const outcome = (kind: string, recoveredMs: number | undefined, wasAlone = true, isHit = true): FaultOutcome => ({
  planned: { fault: 1, class: kind, target: 'kafka', startMs: 0, lengthMs: 1, detail: {} },
  evidence: isHit ? { seen: 'yes' } : undefined,
  wasAlone,
  ...(recoveredMs !== undefined && { recoveredMs }),
});

test('the table has a row for each class: planned, hit, recovered', () => {
  const rows = summaryOf([
    outcome('pause', 3000),
    outcome('kill', 100),
    outcome('kill', 1300),
    outcome('kill', 900),
    outcome('kill', undefined, false, false),
    outcome('poison', undefined),
  ]);
  expect(rows).toEqual([
    { class: 'kill', planned: 4, hit: 3, recoveryP50Ms: 900, recoveryMaxMs: 1300 },
    { class: 'pause', planned: 1, hit: 1, recoveryP50Ms: 3000, recoveryMaxMs: 3000 },
    { class: 'poison', planned: 1, hit: 1, recoveryP50Ms: null, recoveryMaxMs: null },
  ]);
  expect(tableOf(rows)).toEqual([
    'faults  planned  hit  recovery p50    max',
    'kill          4    3         0.9 s  1.3 s',
    'pause         1    1         3.0 s  3.0 s',
    'poison        1    1             –      –',
  ]);
});
