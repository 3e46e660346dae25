import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { brokenPromises, PACTS, pactsIn } from './pacts.ts';

test.each(pactsIn(PACTS).map((pact) => [basename(pact, '.json'), pact]))(
  '%s: what the provider emits is what the consumer expects',
  async (_, pact) => {
    expect(await brokenPromises(pact)).toEqual([]);
  },
);
