import { expect, test } from 'vitest';
import { aRecord } from '../testing/events.ts';
import { createConsumerProgress } from './consumer-progress.ts';

const SECOND = 1000;
function setUp() {
  let now = 100 * SECOND;
  const progress = createConsumerProgress(() => now);
  return {
    progress,
    pass: (seconds: number) => {
      now += seconds * SECOND;
    },
    /** A batch whose records were appended at these seconds; the nth has the offset n. */
    receive(appendedAt: number[], partition = 0) {
      const records = appendedAt.map((second, offset) => aRecord({ offset: String(offset), appendedAt: new Date(second * SECOND) }));
      const batch = { topic: 'events', partition, records };
      return {
        batch,
        control: progress.watch(batch, { heartbeat: async () => undefined, handled: () => undefined, isRunning: () => true }),
      };
    },
  };
}

test('without lag there is no age, however long nothing came', () => {
  const { progress, pass } = setUp();
  pass(3600);
  expect(progress.lagSeconds('events', 0)).toBe(0);
  expect(progress.lastProgress('events')).toBeUndefined();
});

test('the oldest record in hand gives the age, of all partitions of the topic', () => {
  const { progress, receive } = setUp();
  receive([90, 95]);
  receive([80], 1);
  expect(progress.lagSeconds('events', 3)).toBe(20);
  expect(progress.lagSeconds('others', 0)).toBe(0);
});

test('what is handled is not in hand any more, and is progress', () => {
  const { progress, receive, pass } = setUp();
  const { control, batch } = receive([80, 95]);
  pass(1);
  control.handled('0');
  expect(progress.lagSeconds('events', 1)).toBe(6);
  expect(progress.lastProgress('events')).toBe(101 * SECOND);
  control.handled('1');
  progress.over(batch);
  expect(progress.lagSeconds('events', 0)).toBe(0);
});

test('lag of which nothing comes ages from when it was first seen, or from the last progress', () => {
  const { progress, receive, pass } = setUp();
  expect(progress.lagSeconds('events', 5)).toBe(0);
  pass(30);
  expect(progress.lagSeconds('events', 5)).toBe(30);
  const { control, batch } = receive([99]);
  control.handled('0');
  progress.over(batch);
  pass(2);
  expect(progress.lagSeconds('events', 4)).toBe(2);
  expect(progress.lagSeconds('events', 0)).toBe(0);
  pass(50);
  expect(progress.lagSeconds('events', 1)).toBe(0);
});

test('a batch that fails is not in hand: its records come again', () => {
  const { progress, receive } = setUp();
  const { batch } = receive([1]);
  progress.over(batch);
  expect(progress.lagSeconds('events', 0)).toBe(0);
});
