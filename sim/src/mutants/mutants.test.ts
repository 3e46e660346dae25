import { describe, expect, test } from 'vitest';
import type { Violation } from '../check/violation.ts';
import { play } from '../play.ts';
import { scenarioOf } from '../scenario.ts';
import { mutants } from './mutants.ts';

const WITHIN_MS = 10_000;

describe('a planted bug is found within 10 seconds', () => {
  test.each(Object.entries(mutants))('%s', { timeout: 2 * WITHIN_MS }, async (_, { mutation }) => {
    const until = performance.now() + WITHIN_MS;
    let found: Violation | undefined;
    for (let seed = 1; !found && performance.now() < until; seed++) found = (await play(scenarioOf(seed), { mutation })).violation;

    expect(found).toBeDefined();
  });
});
