import { ToolFailure } from '../failure.ts';
import type { Io } from './commands.ts';

type Tool<Options> = {
  parse(args: readonly string[]): Options | 'help';
  usage: string;
  run(options: Options, io: Io): Promise<number>;
};

/** Ends the process with the tool's exit code; a signal stops what is under way, a second one ends the process at once. */
export async function runTool<Options extends object>(name: string, { parse, usage, run }: Tool<Options>): Promise<never> {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
  try {
    const options = parse(process.argv.slice(2));
    if (options === 'help') process.stdout.write(`${usage}\n`);
    else process.exit(await run(options, { env: process.env, out: process.stdout, err: process.stderr, stopping: stopping.signal }));
    process.exit(0);
  } catch (error) {
    const { message } = error as Error;
    const otherwise = stopping.signal.aborted ? 'stopped.' : `broke off (${message}).`;
    process.stderr.write(`${name}: ${error instanceof ToolFailure ? message : otherwise}\n`);
    process.exit(stopping.signal.aborted ? 130 : 2);
  }
}
