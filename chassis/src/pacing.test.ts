import { expect, test } from 'vitest';
import { createPacing } from './pacing.ts';

/** A stage, and how long it was asked to rest. */
function aStage() {
  const rests: number[] = [];
  const sleep = async (ms: number) => void rests.push(ms);
  return { pacing: createPacing(sleep, { msPerItem: 0.5, maxMs: 40 }), rests };
}

test('a stage rests the longer the more its last batch held, up to a limit', async () => {
  const { pacing, rests } = aStage();
  for (const items of [20, 80, 1000]) {
    pacing.done(items);
    await pacing.rested();
  }
  expect(rests).toEqual([10, 0, 40, 0, 40, 0]);
});

test('one that has little to do only lets what has arrived come in', async () => {
  const { pacing, rests } = aStage();
  await pacing.rested();
  pacing.done(1);
  await pacing.rested();
  expect(rests).toEqual([0, 0]);
});

test('the rest begins with the end of the batch, not when somebody asks for it', async () => {
  const begun: number[] = [];
  const pacing = createPacing(async (ms) => void begun.push(ms), { msPerItem: 1, maxMs: 10 });
  pacing.done(5);
  expect(begun).toEqual([5]);
});
