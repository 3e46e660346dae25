import { expect, test } from 'vitest';
import { resultOf, type Sample } from './answers.ts';

const sample = (outcome: string, answeredAt: number, ms = 10): Sample => ({ outcome, answeredAt, sentAt: answeredAt - ms });
const window = { beganAt: 1000, endedAt: 3000 };

test('counts what was answered while it was measured, and nothing before or after', () => {
  const { answers, decided, seconds, drainSeconds } = resultOf([sample('201', 999), sample('201', 1500), sample('201', 3400)], window, 1);

  expect(answers).toEqual({ '201': 1 });
  expect(decided.count).toBe(1);
  expect(seconds).toBe(2);
  expect(drainSeconds).toBe(0.4);
});

test('tells orders that were decided from those that were refused, with a latency of their own', () => {
  const samples = [
    sample('201', 1100, 20),
    sample('409 out_of_stock', 1200, 40),
    sample('503 overloaded', 1300, 1),
    sample('202', 1400, 500),
  ];
  const { answers, decided, refused, timeline } = resultOf(samples, window, 1);

  expect(answers).toEqual({ '201': 1, '202': 1, '409 out_of_stock': 1, '503 overloaded': 1 });
  expect(decided).toMatchObject({ count: 2, max: 40 });
  expect(refused).toMatchObject({ count: 1, max: 1 });
  expect(timeline).toEqual([{ second: 0, confirmed: 1, rejected: 1, refused: 1, p99: 40, refusedP99: 1 }]);
});

test('a percentile is a latency that occurred', () => {
  const samples = Array.from({ length: 100 }, (_, index) => sample('201', 1100, index + 1));

  expect(resultOf(samples, window, 1).decided).toEqual({ count: 100, p50: 51, p95: 96, p99: 100, max: 100 });
});
