import { parseArgs } from 'node:util';
import { OUTBOX_KEEP_SECONDS } from '@microshop/chassis/outbox/outbox';
import { ToolFailure } from '../failure.ts';
import { parseDuration, parseTime } from '../times.ts';

export const USAGE = `Usage: npm run audit [-- OPTIONS]

Checks the invariants of docs/guarantees.md on the running shop, without stopping it, and says of each whether it holds. Changes nothing.

  --at-rest            waits up to 30 s until nothing is under way, and is violated when something still is
  --since TIME         looks only at what has changed since: a time (2026-01-31T12:00:00Z) or how long ago (30m, 2h, 6d at most)
  --settle 30s         how long to wait for what is under way before a suspicion counts as unsettled
  --json               one JSON object a run
  --every 60s          again and again, each time what has changed in the last 24 h, or --since
  --metrics-port PORT  with --every: the verdicts for Prometheus, at /metrics on HOST (127.0.0.1)
  --repair --dry-run   says of each violation what would mend it, and changes nothing
  --repair             publishes lost events again, which has an effect once however often; the rest it only proposes
  --rebuild-stock      changes nothing: each level is always compared with the one that its ledger amounts to

Settings: those of the services for Kafka and MongoDB (docs/configuration.md).
Exit codes: 0 green, 1 violated, 2 bad usage or the shop can not be reached, 3 unsettled: nothing is known to be wrong, and something was
still under way.`;

export type Repair = 'none' | 'propose' | 'apply';
export type Options =
  | { name: 'help' }
  | { name: 'once'; since?: Date; restMs?: number; settleMs: number; json: boolean; repair: Repair }
  | { name: 'every'; intervalMs: number; windowMs: number; settleMs: number; json: boolean; metricsPort?: number };

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const known = {
  'at-rest': flag,
  since: text,
  settle: text,
  json: flag,
  every: text,
  'metrics-port': text,
  repair: flag,
  'dry-run': flag,
  'rebuild-stock': flag,
  help: flag,
} as const;

const REST_MS = 30_000;
const SETTLE_MS = 30_000;
const DAY_MS = 24 * 3600 * 1000;
/** The outbox tells for a week which orders have moved. */
const LONGEST_MS = OUTBOX_KEEP_SECONDS * 1000 - DAY_MS;

/** What the arguments ask for; fails with a ToolFailure that names the option. */
export function parseOptions(args: readonly string[], now: Date): Options {
  const given = read(args);
  if (given.help) return { name: 'help' };
  refuseTogether(given);
  const settleMs = given.settle === undefined ? SETTLE_MS : durationOf('settle', given.settle, 1, DAY_MS);
  const json = given.json === true;
  if (given.every === undefined)
    return {
      name: 'once',
      settleMs,
      json,
      repair: given.repair !== true ? 'none' : given['dry-run'] === true ? 'propose' : 'apply',
      ...(given.since !== undefined && { since: sinceOf(given.since, now) }),
      ...(given['at-rest'] === true && { restMs: REST_MS }),
    };
  return {
    name: 'every',
    settleMs,
    json,
    intervalMs: durationOf('every', given.every, 1000, DAY_MS),
    windowMs: given.since === undefined ? DAY_MS : durationOf('since', given.since, 1000, LONGEST_MS),
    ...(given['metrics-port'] !== undefined && { metricsPort: portOf(given['metrics-port']) }),
  };
}

type Given = ReturnType<typeof read>;

function read(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: known }).values;
  } catch (error) {
    throw new ToolFailure(`${(error as Error).message.split(/\. |\n/)[0]} (npm run audit -- --help).`);
  }
}

function refuseTogether(given: Given): void {
  if (given['dry-run'] && !given.repair) throw new ToolFailure('--dry-run says what a repair would do: give --repair with it.');
  if (given['metrics-port'] !== undefined && given.every === undefined)
    throw new ToolFailure('--metrics-port serves what runs again and again: give --every with it.');
  for (const option of ['at-rest', 'repair'] as const)
    if (given.every !== undefined && given[option])
      throw new ToolFailure(`--every and --${option} exclude each other: leave one of them out.`);
}

function durationOf(option: string, given: string, least: number, most: number): number {
  const ms = parseDuration(given);
  if (ms === undefined || ms < least || ms > most)
    throw new ToolFailure(
      `--${option} is "${given}": give a duration from ${least} ms to ${Math.round(most / 3_600_000)} h, like 30s, 10m or 2h.`,
    );
  return ms;
}

function sinceOf(given: string, now: Date): Date {
  const since = parseTime(given, now);
  if (!since) throw new ToolFailure(`--since is "${given}": give a time like 2026-01-31T12:00:00Z, or how long ago, like 30m, 2h or 6d.`);
  if (since > now) throw new ToolFailure(`--since is "${given}", which is still to come: give a time that is past.`);
  if (now.getTime() - since.getTime() > LONGEST_MS)
    throw new ToolFailure(
      `--since is "${given}", and what has changed is known for six days: give 6d at most, or leave it out to look at everything.`,
    );
  return since;
}

function portOf(given: string): number {
  const port = Number(given);
  if (!/^\d+$/.test(given) || port > 65_535)
    throw new ToolFailure(`--metrics-port is "${given}": give a port from 0 to 65535; 0 takes a free one.`);
  return port;
}
