import { parseArgs } from 'node:util';

export type BenchOptions = {
  /** Undefined: the usual ones. */
  readonly scenarios: readonly string[] | undefined;
  readonly clients: readonly number[];
  readonly rounds: number;
  /** Of each round. */
  readonly seconds: number;
  readonly isFull: boolean;
  /** Of curves and of the backlog; undefined: each its own. */
  readonly sizes: readonly number[] | undefined;
  readonly comparesWithBaseline: boolean;
  readonly skipsAudit: boolean;
  readonly profiles: boolean;
  /** The address of the order service of a shop that runs already. */
  readonly against: string | undefined;
  readonly directory: string | undefined;
  readonly writesDocs: boolean;
};
export type Asked = { do: 'run'; options: BenchOptions } | { do: 'list' } | { do: 'help' };

export const USAGE = `Usage: npm run bench [-- --quick | --full] [--scenario NAME,NAME] [--clients N,N] [--rounds N] [--seconds N]
                     [--sizes N,N] [--profile] [--no-baseline] [--no-audit] [--against URL] [--out DIRECTORY] [--docs]
       npm run bench -- --list

Starts Kafka, MongoDB and the three services as production runs them, warms them up with orders, orders from a process of its own, and measures. Leaves a result file and
a page with plots. Exits 1 when a check did not hold.

  --quick           the usual scenarios, in a few minutes (the default)
  --full            all scenarios, more and longer rounds, the whole curves: hours
  --scenario NAMES  these scenarios only; --list names them
  --clients COUNTS  clients that order at the same time (64,256)
  --rounds N        rounds of each measurement (3, with --full 5)
  --seconds N       length of a round (6, with --full 30)
  --sizes COUNTS    of a curve: so many lines, SKUs, past orders or instances; of the backlog: so many events
  --profile         a CPU profile of each Node process, and where its time goes by package
  --no-baseline     without the transaction design
  --no-audit        without the audit after each scenario
  --against URL     orders from a shop that runs already, whose order service is there; INVENTORY_SVC_URL, LOYALTY_SVC_URL and OPERATOR_TOKEN
                    say the rest, as for the other tools. It fills that shop with products and customers of its own
  --out DIRECTORY   where the result goes (.microshop/bench)
  --docs            and its figures into docs/performance.md`;

/** What was asked for can not be done; the message says what can. */
export class OptionsError extends Error {}

export function benchOptions(args: readonly string[], scenarios: readonly string[]): Asked {
  const values = parse(args);
  if (values.help) return { do: 'help' };
  if (values.list) return { do: 'list' };
  if (values.quick && values.full) throw new OptionsError('--quick and --full exclude each other: leave one out.');
  const isFull = values.full ?? false;
  const unknown = values.scenario?.split(',').find((name) => !scenarios.includes(name));
  if (unknown !== undefined) throw new OptionsError(`There is no scenario "${unknown}": choose of ${scenarios.join(', ')}.`);
  return {
    do: 'run',
    options: {
      isFull,
      scenarios: values.scenario?.split(','),
      clients: numbersOf('clients', values.clients ?? '64,256', 1, 10_000),
      sizes: values.sizes === undefined ? undefined : numbersOf('sizes', values.sizes, 0, 100_000_000),
      rounds: numberOf('rounds', values.rounds ?? (isFull ? '5' : '3'), 100),
      seconds: numberOf('seconds', values.seconds ?? (isFull ? '30' : '6'), 3600),
      comparesWithBaseline: !values['no-baseline'] && values.against === undefined,
      skipsAudit: values['no-audit'] ?? false,
      profiles: values.profile ?? false,
      against: values.against === undefined ? undefined : urlOf(values.against),
      directory: values.out,
      writesDocs: values.docs ?? false,
    },
  };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = {
    ...{
      quick: flag,
      full: flag,
      list: flag,
      profile: flag,
      docs: flag,
      'no-baseline': flag,
      'no-audit': flag,
      help: { ...flag, short: 'h' },
    },
    ...{ scenario: text, clients: text, rounds: text, seconds: text, against: text, out: text, sizes: text },
  };
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new OptionsError(`${(error as Error).message.split('\n')[0]}: npm run bench -- --help shows what there is.`);
  }
}

const numbersOf = (option: string, text: string, least: number, most: number): number[] =>
  text.split(',').map((each) => numberOf(option, each, most, least));

function numberOf(option: string, text: string, most: number, least = 1): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= least && number <= most) return number;
  throw new OptionsError(`--${option} is "${text}": give a whole number from ${least} to ${most}.`);
}

function urlOf(text: string): string {
  if (URL.parse(text)?.protocol === 'http:') return text.replace(/\/+$/, '');
  throw new OptionsError(`--against is "${text}": give an address like http://127.0.0.1:4001.`);
}
