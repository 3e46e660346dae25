import type { Consumption } from '@microshop/chassis/kafka/broker';
import { silent } from '@microshop/chassis/testing/events';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Generations, ProjectionState } from '../persistence/generations.ts';
import { followProjection } from './follow.ts';

const stateOf = (current: number): ProjectionState => ({ current, builtAt: current === 1 ? undefined : new Date(0), building: undefined });

const consumption = { stop: async () => undefined, isAssigned: () => true } as unknown as Consumption;

function setUp() {
  vi.useFakeTimers();
  const consume = vi.fn(async () => consumption);
  const read = vi.fn(async () => stateOf(1));
  const following = followProjection({
    connectDatabase: async () => undefined,
    generations: { read, prepare: async () => undefined, removeOld: async () => [] } as unknown as Generations,
    broker: { consume },
    inspector: { forgetGroup: async () => undefined },
    transact: async () => {
      throw new Error('Nothing is consumed here.');
    },
    logger: silent,
  });
  onTestFinished(async () => {
    await following.stop();
    vi.useRealTimers();
  });
  return { following, consume, read, look: () => vi.advanceTimersByTimeAsync(1000) };
}

test('what is told of a generation is never told of the one before it', async () => {
  const { following, consume, read, look } = setUp();
  await look();
  read.mockResolvedValue(stateOf(2));
  let going = () => {};
  consume.mockImplementationOnce(async () => {
    await new Promise<void>((resolve) => {
      going = resolve;
    });
    return consumption;
  });
  await look();
  expect([following.projection().generation, following.state()?.current, following.isAssigned()]).toEqual([2, 2, false]);
  going();
  await look();
  expect([following.projection().generation, following.state()?.current, following.isAssigned()]).toEqual([2, 2, true]);
});

test('a broker that is away when the next generation is to be followed is asked again', async () => {
  const { following, consume, read, look } = setUp();
  await look();
  read.mockResolvedValue(stateOf(2));
  consume.mockRejectedValueOnce(new Error('away'));
  await look();
  expect(following.isAssigned()).toBe(false);
  await look();
  await look();
  expect([following.isAssigned(), consume.mock.calls.length]).toEqual([true, 3]);
});
