import { describe, expect, test } from 'vitest';
import type { PlannedFault } from '../faults/fault.ts';
import { kinds } from '../faults/kinds.ts';
import { crashPoints } from '../service/crash-points.ts';
import { missedOf, planSchedule } from './schedule.ts';

const SEEDS = Array.from({ length: 20 }, (_, seed) => seed);
const MINUTE_MS = 60_000;

describe('a schedule', () => {
  test('follows from its seed alone', () => {
    expect(planSchedule({ seed: 7 })).toEqual(planSchedule({ seed: 7 }));
    expect(planSchedule({ seed: 7, minutes: 5 })).toEqual(planSchedule({ seed: 7, minutes: 5 }));
    expect(planSchedule({ seed: 7 })).not.toEqual(planSchedule({ seed: 8 }));
  });

  test.each(SEEDS)('of seed %i has every class once and 15 crash points, each at a target of its own', (seed) => {
    const planned = planSchedule({ seed });
    const points = planned.filter((fault) => fault.class === 'crash-point');
    expect(new Set(points.map(({ detail }) => detail.point)).size).toBe(15);
    expect(points.every(({ target, detail }) => crashPoints[detail.point ?? '']?.services.some((service) => service === target))).toBe(
      true,
    );
    const others = planned.filter((fault) => fault.class !== 'crash-point');
    expect(others.map((fault) => fault.class).sort()).toEqual(
      Object.keys(kinds)
        .filter((name) => name !== 'crash-point')
        .sort(),
    );
    expect(others.every((fault) => kinds[fault.class]?.targets.includes(fault.target))).toBe(true);
  });

  test.each(SEEDS)('of seed %i is over within three minutes, and its faults overlap', (seed) => {
    const planned = planSchedule({ seed });
    expect(Math.max(...planned.map(({ startMs }) => startMs))).toBeLessThan(3 * MINUTE_MS);
    expect(planned.some(({ startMs, lengthMs }, nth) => (planned[nth + 1]?.startMs ?? Number.POSITIVE_INFINITY) < startMs + lengthMs)).toBe(
      true,
    );
  });

  test('numbers its faults in the order in which they come', () => {
    const planned = planSchedule({ seed: 1, minutes: 10 });
    expect(planned.map(({ fault }) => fault)).toEqual(planned.map((_, nth) => nth + 1));
    expect(planned.map(({ startMs }) => startMs)).toEqual(planned.map(({ startMs }) => startMs).toSorted((a, b) => a - b));
  });

  test('of a campaign goes on for as long as it is asked to, with every class in each round', () => {
    const planned = planSchedule({ seed: 1, minutes: 20 });
    expect(planned.at(-1)?.startMs).toBeGreaterThan(17 * MINUTE_MS);
    for (const name of Object.keys(kinds)) expect(planned.filter((fault) => fault.class === name).length).toBeGreaterThan(2);
  });

  test('has only what was asked for', () => {
    const planned = planSchedule({ seed: 1, only: ['kill', 'poison'] });
    expect(planned.map((fault) => fault.class).sort()).toEqual(['kill', 'poison']);
  });
});

describe('what is struck once more', () => {
  const [kill, pause, first, second] = [
    ['kill', {}],
    ['pause', {}],
    ['crash-point', { point: 'a' }],
    ['crash-point', { point: 'b' }],
  ].map(([name, detail], index) => ({
    fault: index + 1,
    class: name,
    target: 'order-svc',
    startMs: 5000,
    lengthMs: 1000,
    detail,
  })) as PlannedFault[];
  const outcome = (planned: PlannedFault | undefined, seen?: string) => ({ planned: planned as PlannedFault, evidence: seen && { seen } });

  test('is each class that nothing was seen of, and each crash point that nobody passed, at once and under a new number', () => {
    const missed = missedOf([outcome(kill, 'died'), outcome(kill), outcome(pause), outcome(first, 'died'), outcome(second)], 50);

    expect(missed).toEqual([
      { ...pause, fault: 50, startMs: 0 },
      { ...second, fault: 51, startMs: 0 },
    ]);
  });

  test('is nothing when all was seen', () => {
    expect(missedOf([outcome(kill, 'died'), outcome(kill)], 50)).toEqual([]);
  });
});
