import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Scenario } from './scenario.ts';

/** A run that once violated an invariant. The scenario itself is kept, so that it stays what it was when seeds come to mean others. */
export type KeptSeed = { invariant: string; scenario: Scenario };

const FILE = join(import.meta.dirname, '..', 'seeds.json');

export const keptSeeds = (): KeptSeed[] => JSON.parse(readFileSync(FILE, 'utf8')) as KeptSeed[];

/** Adds a scenario, unless it is there. */
export function keepSeed(kept: KeptSeed): void {
  const present = keptSeeds();
  if (present.some(({ scenario }) => JSON.stringify(scenario) === JSON.stringify(kept.scenario))) return;
  writeFileSync(FILE, `[\n${[...present, kept].map((each) => `  ${JSON.stringify(each)}`).join(',\n')}\n]\n`);
}
