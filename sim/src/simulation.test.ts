import { describe, expect, test } from 'vitest';
import { keptSeeds } from './kept-seeds.ts';
import { play } from './play.ts';
import { scenarioOf } from './scenario.ts';
import { vacuity } from './tally.ts';
import { playChunk } from './worker.ts';

const SEEDS = 300;

describe('the simulated shop', () => {
  test.each(keptSeeds())('keeps what it once violated: $invariant, $scenario.seed', async ({ scenario }) => {
    expect((await play(scenario)).violation).toBeUndefined();
  });

  test(`keeps every invariant through ${SEEDS} seeds, and sees enough of each fault`, { timeout: 120_000 }, async () => {
    const { failure, counts, count } = await playChunk({ from: 1, count: SEEDS });

    expect(failure).toBeUndefined();
    expect(count).toBe(SEEDS);
    expect(vacuity(counts, SEEDS)).toEqual([]);
  });

  test('plays a seed again exactly, step by step', { timeout: 60_000 }, async () => {
    for (const seed of [1, 7, 42, 193, 212]) {
      const [once, again] = [await play(scenarioOf(seed)), await play(scenarioOf(seed), { keepTrace: true })];

      expect({ seed, hash: again.hash, steps: again.steps }).toEqual({ seed, hash: once.hash, steps: once.steps });
    }
  });

  test('plays different seeds differently', async () => {
    const hashes = new Set<string>();
    for (const seed of [1, 2, 3]) hashes.add((await play(scenarioOf(seed))).hash);

    expect(hashes.size).toBe(3);
  });
});
