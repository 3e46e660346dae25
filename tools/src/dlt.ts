import { createInterface } from 'node:readline/promises';
import { type Io, run } from './dlt/commands.ts';
import { ToolFailure } from './failure.ts';
import { runningStack } from './running-stack.ts';

/** `npm run dlt -- list | show | replay | park | discard`: dead letters as work. Exit codes: see `dlt/options.ts`. */
async function confirm(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} (y/N) `)).trim());
  } finally {
    terminal.close();
  }
}

async function main(): Promise<number> {
  const stopping = new AbortController();
  // Each step is a transaction: what is under way ends, and a second Ctrl-C ends the process at once.
  process.once('SIGINT', () => stopping.abort());
  // `| head` has read enough.
  process.stdout.on('error', () => process.exit(0));
  const io: Io = {
    env: process.env,
    mongodb: () => runningStack(process.env),
    out: process.stdout,
    stopping: stopping.signal,
    ...(process.stdin.isTTY && { confirm }),
  };
  try {
    return await run(process.argv.slice(2), io);
  } catch (error) {
    if (error instanceof ToolFailure) process.stderr.write(`dlt: ${error.message}\n`);
    else process.stderr.write(`dlt: broke off (${(error as Error).message}): what was sent stays sent, run it again to go on.\n`);
    return 2;
  }
}

if (import.meta.main) process.exitCode = await main();
