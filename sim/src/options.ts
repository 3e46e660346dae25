import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { mutants } from './mutants/mutants.ts';

export type SimOptions = { from: number; seeds: number; workers: number; mutant: string | undefined };

export const USAGE = `Usage: npm run sim [-- --seeds N] [--from N] [--seed N] [--workers N] [--mutant NAME]

Runs the three services in one process on a fake broker, fake databases and a fake clock, a seed a run, with faults of every kind,
and checks the invariants after each step and at rest. What failed once is kept in sim/seeds.json and runs first.

  --seeds N      so many seeds (2000)
  --from N       beginning with this one (1)
  --seed N       this one alone, with its trace hash
  --workers N    on so many threads (one for each core)
  --mutant NAME  with a planted bug: ${Object.keys(mutants).join(', ')}`;

/** What was asked for can not be done; the message says what can. */
export class OptionsError extends Error {}

/** Undefined when only help is asked for. */
export function simOptions(args: readonly string[]): SimOptions | undefined {
  const values = parse(args);
  if (values.help) return undefined;
  const { seed, mutant } = values;
  if (seed !== undefined && (values.seeds !== undefined || values.from !== undefined))
    throw new OptionsError('--seed is one seed alone: leave out --seeds and --from.');
  if (mutant !== undefined && !Object.hasOwn(mutants, mutant))
    throw new OptionsError(`There is no mutant "${mutant}": choose one of ${Object.keys(mutants).join(', ')}.`);
  return {
    from: numberOf('seed', seed, 0) ?? numberOf('from', values.from, 0) ?? 1,
    seeds: seed === undefined ? (numberOf('seeds', values.seeds, 1) ?? 2000) : 1,
    workers: numberOf('workers', values.workers, 1) ?? availableParallelism(),
    mutant,
  };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    const options = { seed: text, seeds: text, from: text, workers: text, mutant: text, help: { type: 'boolean', short: 'h' } } as const;
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new OptionsError(`${(error as Error).message.split('\n')[0]}: npm run sim -- --help shows what there is.`);
  }
}

function numberOf(option: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= least && number < 2 ** 31) return number;
  throw new OptionsError(`--${option} is "${text}": give a whole number from ${least} to ${2 ** 31 - 1}.`);
}
