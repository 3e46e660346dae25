import { auditEvery, auditOnce, type Io } from './audit/commands.ts';
import { parseOptions, USAGE } from './audit/options.ts';
import { ToolFailure } from './failure.ts';

/** `npm run audit`; exit codes: see `audit/options.ts`. */
async function main(): Promise<number> {
  // `| head` has read enough.
  process.stdout.on('error', () => process.exit(0));
  const stopping = new AbortController();
  const io: Io = { env: process.env, out: process.stdout, err: process.stderr, stopping: stopping.signal };
  try {
    const options = parseOptions(process.argv.slice(2), new Date());
    if (options.name === 'help') {
      process.stdout.write(`${USAGE}\n`);
      return 0;
    }
    if (options.name === 'once') return await auditOnce(options, io);
    // The run that is under way ends; a second signal ends the process at once.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
    return await auditEvery(options, io);
  } catch (error) {
    const { message } = error as Error;
    process.stderr.write(`audit: ${error instanceof ToolFailure ? message : `broke off, nothing was changed (${message}).`}\n`);
    return 2;
  }
}

process.exit(await main());
