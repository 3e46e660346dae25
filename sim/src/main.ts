import { runCampaign } from './campaign.ts';
import type { Violation } from './check/violation.ts';
import { keepSeed, keptSeeds } from './kept-seeds.ts';
import { mutants } from './mutants/mutants.ts';
import { OptionsError, type SimOptions, simOptions, USAGE } from './options.ts';
import { type Played, play } from './play.ts';
import { createProgress } from './progress.ts';
import { type Scenario, scenarioOf } from './scenario.ts';
import { shrink } from './shrink.ts';
import { vacuity } from './tally.ts';
import { timelineOf } from './timeline.ts';

/** `npm run sim`: exits 0 when all held, 1 when an invariant was violated or too little was seen, 2 when it was asked for what there is not. */
const say = (line: string) => process.stdout.write(`${line}\n`);

async function playOne({ from, mutant }: SimOptions): Promise<boolean> {
  const scenario = scenarioOf(from);
  const played = await play(scenario, { mutation: mutationOf(mutant) });
  say(`seed ${from}: ${played.steps} steps, trace ${played.hash}`);
  if (played.violation) await explain(scenario, played.violation, mutant);
  return !played.violation;
}

async function playMany(options: SimOptions): Promise<boolean> {
  for (const { scenario, invariant } of keptSeeds()) {
    const { violation } = await play(scenario, { mutation: mutationOf(options.mutant) });
    if (!violation) continue;
    say(`A kept seed fails, which once violated: ${invariant}`);
    await explain(scenario, violation, options.mutant);
    return false;
  }
  const progress = createProgress(process.stdout, options.seeds);
  const { seeds, steps, counts, failure } = await runCampaign(options, (campaign) => progress.show(campaign.seeds));
  progress.end();
  if (failure) {
    await explain(scenarioOf(failure.seed), failure.violation, options.mutant);
    return false;
  }
  say(`${seeds} seeds, ${steps} steps, ${progress.rate(seeds)} seeds a second, no invariant violated`);
  say(seenIn(counts));
  const missing = vacuity(counts, seeds);
  for (const line of missing) say(`too little seen: ${line}`);
  return missing.length === 0;
}

/** The seed, what it violates, the smallest scenario that still does, and how its order came to it. */
async function explain(scenario: Scenario, violation: Violation, mutant: string | undefined): Promise<void> {
  const mutation = mutationOf(mutant);
  say(`seed ${scenario.seed} violates: ${violation.invariant}`);
  const smallest = await shrink(scenario, violation, async (candidate) => (await play(candidate, { mutation })).violation);
  const played: Played = await play(smallest, { mutation, keepTrace: true });
  say(`  ${played.violation?.text ?? violation.text}`);
  say(`  shrunk to ${JSON.stringify({ clients: smallest.clients, faults: smallest.faults, happenings: smallest.happenings })}`);
  for (const line of timelineOf(played)) say(line);
  say(`again: npm run sim -- --seed ${scenario.seed}${mutant === undefined ? '' : ` --mutant ${mutant}`}`);
  if (mutant === undefined) keepSeed({ invariant: violation.invariant, scenario: smallest });
}

const mutationOf = (mutant: string | undefined) => (mutant === undefined ? {} : (mutants[mutant]?.mutation ?? {}));

const seenIn = (counts: Record<string, number>): string =>
  `seen: ${Object.entries(counts)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([what, times]) => `${what} ${times}`)
    .join(', ')}`;

try {
  const options = simOptions(process.argv.slice(2));
  if (!options) say(USAGE);
  else if (!(await (options.seeds === 1 ? playOne(options) : playMany(options)))) process.exitCode = 1;
} catch (error) {
  if (!(error instanceof OptionsError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
