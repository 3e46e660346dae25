import { type ParseArgsConfig, parseArgs } from 'node:util';
import { type ServiceName, topics } from '@microshop/contracts';
import { parseDuration, parseTime } from '../times.ts';
import { DltFailure } from './failure.ts';
import { groups } from './shop.ts';

export type Status = 'dead' | 'parked' | 'replayed' | 'discarded';

/** Which letters; what is undefined does not narrow. */
export type Filter = {
  group?: ServiceName;
  topic?: string;
  error?: string;
  type?: string;
  order?: string;
  statuses: readonly Status[];
  since?: Date;
  until?: Date;
};

/** One letter by its name, or all that a filter finds. */
export type Target = { id: string } | { filter: Filter };

export type Command =
  | { name: 'help' }
  | { name: 'list'; filter: Filter; each: boolean; json: boolean }
  | { name: 'show'; id: string; json: boolean }
  | { name: 'replay'; target: Target; dryRun: boolean; max: number; one: boolean; timeoutMs: number }
  | { name: 'discard'; target: Target; reason: string; yes: boolean }
  | { name: 'park'; id: string; note: string }
  | { name: 'unpark'; id: string };

export const USAGE = `Usage: npm run dlt -- COMMAND

  list [FILTERS] [--each] [--json]      dead letters by group, error and event type; --each names every one
  show ID [--json]                      one letter: content, error, what waits behind it, what was done with it
  replay ID|FILTERS [--dry-run] [--one] [--max N] [--timeout 30s]
                                        handles letters again, in order, and what is parked behind them; --one: without what is behind
  discard ID|FILTERS --reason TEXT [--yes]
                                        drops letters for good; what waits behind them can then be replayed
  park ID --note TEXT | park ID --undo  puts a letter aside: a replay by filters passes it over, and what waits behind it

Filters, all of which must hold:
  --group SERVICE     order-svc, inventory-svc, loyalty-svc
  --topic TOPIC       microshop.stock.v1, or stock for short
  --error CODE|TEXT   the code, or a part of the error's text
  --type TYPE         OrderRequested, StockReserved, …, or unreadable
  --order ORDER_ID    events of one order
  --status STATUS     dead, parked (waits behind a dead one), open (both, the default); for list also replayed, discarded, all
  --since, --until    a time (2026-01-31T12:00:00Z) or how long ago (30m, 2h, 7d), by when the letter died last
  --all               no filter: every open letter (replay and discard)

Exit codes: 0 done, 1 some failed, 2 bad usage or MongoDB can not be reached, 130 stopped by Ctrl-C (run it again to go on).`;

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const filters = { group: text, topic: text, error: text, type: text, order: text, status: text, since: text, until: text } as const;
const options = {
  list: { ...filters, each: flag, json: flag },
  show: { json: flag },
  replay: { ...filters, all: flag, 'dry-run': flag, one: flag, max: text, timeout: text },
  discard: { ...filters, all: flag, reason: text, yes: flag },
  park: { note: text, undo: flag },
} as const;
type Name = keyof typeof options;
type Given = { values: Record<string, string | boolean | undefined>; ids: string[] };

/** The command that the arguments make; fails with one sentence that names the option. */
export function parseCommand(args: readonly string[], now: Date): Command {
  const [name, ...rest] = args;
  if (name === undefined || name === 'help' || args.includes('--help') || args.includes('-h')) return { name: 'help' };
  if (!(Object.keys(options) as string[]).includes(name))
    throw new DltFailure(`There is no command ${name}: give list, show, replay, park or discard (npm run dlt -- --help).`);
  return commandOf(name as Name, read(name as Name, rest), now);
}

function read(name: Name, args: string[]): Given {
  try {
    const { values, positionals } = parseArgs<ParseArgsConfig>({ args, options: options[name], allowPositionals: true });
    return { values: values as Given['values'], ids: positionals };
  } catch (error) {
    throw new DltFailure(`${name}: ${(error as Error).message.split(/\. |\n/)[0]} (npm run dlt -- --help).`);
  }
}

function commandOf(name: Name, { values, ids }: Given, now: Date): Command {
  switch (name) {
    case 'list':
      if (ids.length > 0) throw new DltFailure(`list takes filters, not ${ids[0]}: show ID shows one letter.`);
      return { name, filter: filterOf(values, now, true), each: values.each === true, json: values.json === true };
    case 'show':
      return { name, id: oneId(name, ids), json: values.json === true };
    case 'replay':
      return {
        name,
        target: targetOf(name, { values, ids }, now),
        dryRun: values['dry-run'] === true,
        one: values.one === true,
        max: maxOf(values.max),
        timeoutMs: durationOf('timeout', values.timeout, 30_000),
      };
    case 'discard':
      return { name, target: targetOf(name, { values, ids }, now), reason: wordsOf('reason', values.reason), yes: values.yes === true };
    case 'park':
      if (values.undo !== true) return { name, id: oneId(name, ids), note: wordsOf('note', values.note) };
      if (values.note !== undefined) throw new DltFailure('--note and --undo exclude each other.');
      return { name: 'unpark', id: oneId(name, ids) };
    default:
      return name satisfies never;
  }
}

function oneId(name: string, ids: readonly string[]): string {
  const [id] = ids;
  if (id === undefined || ids.length > 1) throw new DltFailure(`${name} takes the id of one letter: list --each names them.`);
  return id;
}

function targetOf(name: string, { values, ids }: Given, now: Date): Target {
  const narrowing = Object.keys(filters).filter((option) => values[option] !== undefined);
  if (ids.length > 0) {
    const also = [...narrowing, ...(values.all ? ['all'] : [])][0];
    if (also) throw new DltFailure(`${name} takes either an id or filters: leave out --${also} or ${ids[0]}.`);
    return { id: oneId(name, ids) };
  }
  if (narrowing.length === 0 && values.all !== true)
    throw new DltFailure(`${name} needs the id of a letter, a filter, or --all for every open letter.`);
  if (narrowing.length > 0 && values.all === true) throw new DltFailure(`--all and --${narrowing[0]} exclude each other.`);
  return { filter: filterOf(values, now, false) };
}

function filterOf(values: Given['values'], now: Date, settledToo: boolean): Filter {
  const { group, topic, error, type, order, status, since, until } = values as Record<string, string | undefined>;
  const filter: Filter = {
    statuses: statusesOf(status, settledToo),
    ...(group !== undefined && { group: oneOf('group', group, groups) }),
    ...(topic !== undefined && { topic: topicOf(topic) }),
    ...(error !== undefined && { error: wordsOf('error', error) }),
    ...(type !== undefined && { type: typeOf(type) }),
    ...(order !== undefined && { order: orderOf(order) }),
    ...(since !== undefined && { since: timeOf('since', since, now) }),
    ...(until !== undefined && { until: timeOf('until', until, now) }),
  };
  if (filter.since && filter.until && filter.since > filter.until)
    throw new DltFailure(`--since ${since} is later than --until ${until}: nothing lies between them.`);
  return filter;
}

const open = ['dead', 'parked'] as const;
const settled = ['replayed', 'discarded'] as const;

function statusesOf(given: string | undefined, settledToo: boolean): readonly Status[] {
  const known = settledToo ? ['open', 'all', ...open, ...settled] : ['open', ...open];
  const status = oneOf('status', given ?? 'open', known);
  return status === 'open' ? open : status === 'all' ? [...open, ...settled] : [status as Status];
}

function oneOf<T extends string>(option: string, given: string, known: readonly T[]): T {
  const found = known.find((each) => each === given);
  if (found === undefined) throw new DltFailure(`--${option} is "${given}": give one of ${known.join(', ')}.`);
  return found;
}

const shortOf = (name: string): string => name.replace(/^microshop\.(.*)\.v\d+$/, '$1');

function topicOf(given: string): string {
  const consumed = topics.filter(({ consumers }) => consumers.length > 0).map(({ name }) => name);
  const found = consumed.find((name) => name === given || shortOf(name) === given);
  if (found === undefined) throw new DltFailure(`--topic is "${given}": give one of ${consumed.map(shortOf).join(', ')}.`);
  return found;
}

const typeOf = (given: string): string =>
  oneOf('type', given, [
    'unreadable',
    ...new Set(topics.filter(({ consumers }) => consumers.length > 0).flatMap(({ events }) => Object.keys(events))),
  ]);

function orderOf(given: string): string {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(given))
    throw new DltFailure(`--order is "${given}": give the order's id, a UUID.`);
  return given.toLowerCase();
}

function timeOf(option: string, given: string, now: Date): Date {
  const time = parseTime(given, now);
  if (!time) throw new DltFailure(`--${option} is "${given}": give a time like 2026-01-31T12:00:00Z, or how long ago, like 30m, 2h or 7d.`);
  return time;
}

function durationOf(option: string, given: string | boolean | undefined, otherwise: number): number {
  if (given === undefined) return otherwise;
  const ms = parseDuration(String(given)) ?? Number.NaN;
  if (!(ms >= 1 && ms <= 86_400_000)) throw new DltFailure(`--${option} is "${given}": give a duration from 1ms to 1d, like 30s.`);
  return ms;
}

function maxOf(given: string | boolean | undefined): number {
  if (given === undefined) return Number.POSITIVE_INFINITY;
  if (!/^[1-9]\d{0,8}$/.test(String(given))) throw new DltFailure(`--max is "${given}": give a whole number from 1.`);
  return Number(given);
}

/** What is kept for ever must say something, and fit in a line of the trail. */
function wordsOf(option: string, given: string | boolean | undefined): string {
  const words = typeof given === 'string' ? given.trim() : '';
  if (words === '') throw new DltFailure(`--${option} is missing: say it in a few words.`);
  if (words.length > 500) throw new DltFailure(`--${option} has ${words.length} characters: at most 500 are kept.`);
  return words;
}
