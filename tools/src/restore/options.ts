import { parseArgs } from 'node:util';
import { ToolFailure } from '../failure.ts';

export const USAGE = `Usage: npm run restore -- --from DIRECTORY [OPTIONS]

Brings the databases of the three services back to the moment of a backup, and then what Kafka's topics know of the time after it. The services
must be stopped. The files are checked before anything is written.

  --from DIRECTORY  of npm run backup
  --replace         drops the databases that are there
  --replay-only     the documents are there already (mongorestore, or a run that broke off later): only what Kafka knows
  --dry-run         checks the files and says what would be done

Settings: those of the services for Kafka and MongoDB, and POINT_VALUE of order-svc (docs/configuration.md). More: docs/backup.md.
Exit codes: 0 done, 2 bad usage or it can not be done, 130 stopped.`;

export type RestoreOptions = { from: string; replace: boolean; replayOnly: boolean; dryRun: boolean };

/** What the arguments ask for, or `help`; fails with a ToolFailure that names the option. */
export function parseRestoreOptions(args: readonly string[]): RestoreOptions | 'help' {
  const given = read(args);
  if (given.help) return 'help';
  if (!given.from) throw new ToolFailure('--from DIRECTORY says which backup to restore (npm run restore -- --help).');
  const [replace, replayOnly] = [given.replace === true, given['replay-only'] === true];
  if (replace && replayOnly)
    throw new ToolFailure('--replace and --replay-only exclude each other: one drops the documents, one keeps them.');
  return { from: given.from, replace, replayOnly, dryRun: given['dry-run'] === true };
}

function read(args: readonly string[]) {
  const flag = { type: 'boolean' } as const;
  try {
    const options = { from: { type: 'string' }, replace: flag, 'replay-only': flag, 'dry-run': flag, help: flag } as const;
    return parseArgs({ args: [...args], options, strict: true }).values;
  } catch (error) {
    throw new ToolFailure(`${(error as Error).message.split(/\. |\n/)[0]} (npm run restore -- --help).`);
  }
}
