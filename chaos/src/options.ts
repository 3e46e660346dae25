import { parseArgs } from 'node:util';
import { kinds } from './faults/kinds.ts';
import { mutants } from './service/mutants.ts';

export type ChaosOptions = {
  seed: number;
  /** Undefined: every class once. */
  minutes: number | undefined;
  only: readonly string[] | undefined;
  /** How long each fault lasts; undefined: as its class says. */
  seconds: number | undefined;
  mutant: string | undefined;
  keep: boolean;
};
/** What was asked for: a run, a look at an old one, or to be told what there is. */
export type Asked = { do: 'run'; options: ChaosOptions } | { do: 'check'; folder: string } | { do: 'list' } | { do: 'help' };

export const USAGE = `Usage: npm run chaos [-- --minutes N] [--seed N] [--only CLASS,CLASS] [--seconds N] [--mutant NAME] [--keep]
       npm run chaos -- --check FOLDER
       npm run chaos -- --list

Starts Kafka, MongoDB and two instances of each service as processes, lets clients use the shop, and strikes with real faults; then
heals, waits for rest, and checks what clients, databases and topics say. Without --minutes every class of faults comes once.

  --minutes N     a campaign: faults of all classes, again and again, for so long
  --seed N        what is done, to whom and when follows from it (by chance)
  --only CLASSES  only faults of these classes
  --seconds N     each fault lasts so long, instead of a few seconds
  --mutant NAME   with a planted bug, which has to be found
  --keep          keep the run's folder, also when all held
  --check FOLDER  check the folder of an earlier run, and nothing else
  --list          the classes of faults, the crash points and the planted bugs`;

/** What was asked for can not be done; the message says what can. */
export class OptionsError extends Error {}

export function chaosOptions(args: readonly string[], anySeed: () => number): Asked {
  const values = parse(args);
  if (values.help) return { do: 'help' };
  if (values.list) return { do: 'list' };
  if (values.check !== undefined) {
    if (Object.keys(values).length > 1) throw new OptionsError('--check looks at an old run: leave out the other options.');
    return { do: 'check', folder: values.check };
  }
  const { mutant } = values;
  if (mutant !== undefined && !Object.hasOwn(mutants, mutant))
    throw new OptionsError(`There is no mutant "${mutant}": choose one of ${Object.keys(mutants).join(', ')}.`);
  return {
    do: 'run',
    options: {
      seed: numberOf('seed', values.seed, 0, 2 ** 31 - 1) ?? anySeed(),
      minutes: numberOf('minutes', values.minutes, 1, 24 * 60),
      only: classesOf(values.only),
      seconds: numberOf('seconds', values.seconds, 1, 3600),
      mutant,
      keep: values.keep ?? false,
    },
  };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = {
    minutes: text,
    seed: text,
    only: text,
    seconds: text,
    mutant: text,
    check: text,
    keep: flag,
    list: flag,
    help: { ...flag, short: 'h' },
  };
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new OptionsError(`${(error as Error).message.split('\n')[0]}: npm run chaos -- --help shows what there is.`);
  }
}

function classesOf(text: string | undefined): string[] | undefined {
  if (text === undefined) return undefined;
  const names = text.split(',');
  const unknown = names.find((name) => !Object.hasOwn(kinds, name));
  if (unknown === undefined) return names;
  throw new OptionsError(`--only: there is no class of faults "${unknown}": choose of ${Object.keys(kinds).join(', ')}.`);
}

function numberOf(option: string, text: string | undefined, least: number, most: number): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= least && number <= most) return number;
  throw new OptionsError(`--${option} is "${text}": give a whole number from ${least} to ${most}.`);
}
