import { expect, test } from 'vitest';
import { mutants } from './mutants/mutants.ts';
import type { Mutation } from './mutation.ts';
import { play } from './play.ts';
import { scenarioOf } from './scenario.ts';
import { shrink } from './shrink.ts';
import { timelineOf } from './timeline.ts';

test('a violation shrinks to what it needs, and its timeline tells of its order and ends with it', { timeout: 60_000 }, async () => {
  const mutation = mutants['unknown-is-committed']?.mutation ?? {};
  const { scenario, violation } = await firstFailing(mutation);

  const smallest = await shrink(scenario, violation, async (candidate) => (await play(candidate, { mutation })).violation);
  const played = await play(smallest, { mutation, keepTrace: true });

  expect(smallest.faults).toMatchObject([{ at: 'commit', fault: 'unknown, not written' }]);
  expect(smallest.happenings).toEqual([]);
  expect(smallest.clients.length + smallest.faults.length).toBeLessThan(scenario.clients.length + scenario.faults.length);
  expect(played.violation?.invariant).toBe(violation.invariant);
  const timeline = timelineOf(played);
  expect(timeline.at(-1)).toContain(`VIOLATED ${violation.invariant}`);
  expect(timeline.length).toBeLessThan(80);
  expect(timeline.filter((line) => line.includes(played.violation?.orderId ?? '?')).length).toBeGreaterThan(5);
});

async function firstFailing(mutation: Mutation) {
  for (let seed = 1; seed < 500; seed++) {
    const scenario = scenarioOf(seed);
    const { violation } = await play(scenario, { mutation });
    if (violation) return { scenario, violation };
  }
  throw new Error('No seed fails with the planted bug.');
}
