import { parseArgs } from 'node:util';
import { ToolFailure } from '../failure.ts';
import { parseDuration } from '../times.ts';

export const USAGE = `Usage: npm run backup -- --to DIRECTORY [OPTIONS]

Writes the databases of the three services, as they were at one moment, and where Kafka's groups were. The shop goes on meanwhile.
mongorestore reads the files; npm run restore brings the rest from Kafka, too.

  --to DIRECTORY  new, or empty; it appears when the backup is whole, and not before
  --gzip          compressed
  --dry-run       says how much it would be, and writes nothing
  --window 5m     how long MongoDB is to keep the moment readable: longer than the backup takes. Beyond 5m it asks MongoDB for it, which
                  needs the role clusterManager

Settings: those of the services for Kafka and MongoDB (docs/configuration.md). More: docs/backup.md.
Exit codes: 0 done, 2 bad usage or it can not be done (nothing is left), 130 stopped.`;

export type BackupOptions = { to: string; gzip: boolean; dryRun: boolean; windowSeconds: number | undefined };

const MAX_WINDOW_MS = 24 * 3600 * 1000;

/** What the arguments ask for, or `help`; fails with a ToolFailure that names the option. */
export function parseBackupOptions(args: readonly string[]): BackupOptions | 'help' {
  const given = read(args);
  if (given.help) return 'help';
  if (!given.to) throw new ToolFailure('--to DIRECTORY says where the backup goes (npm run backup -- --help).');
  return { to: given.to, gzip: given.gzip === true, dryRun: given['dry-run'] === true, windowSeconds: secondsOf(given.window) };
}

function secondsOf(window: string | undefined): number | undefined {
  if (window === undefined) return undefined;
  const ms = parseDuration(window);
  if (ms === undefined || ms < 1000 || ms > MAX_WINDOW_MS)
    throw new ToolFailure(`--window is "${window}": give a time like 30m or 2h, at most 24h.`);
  return Math.ceil(ms / 1000);
}

function read(args: readonly string[]) {
  const flag = { type: 'boolean' } as const;
  const text = { type: 'string' } as const;
  try {
    const options = { to: text, gzip: flag, 'dry-run': flag, window: text, help: flag } as const;
    return parseArgs({ args: [...args], options, strict: true }).values;
  } catch (error) {
    throw new ToolFailure(`${(error as Error).message.split(/\. |\n/)[0]} (npm run backup -- --help).`);
  }
}
