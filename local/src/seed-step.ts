import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Refusal } from './errors.ts';
import { REPO_DIR } from './paths.ts';
import { describeExit, launch } from './processes/child.ts';
import type { Reaper } from './processes/reaper-client.ts';
import { lastLine } from './processes/run-tool.ts';
import { exists } from './toolchain/toolchain.ts';

export interface SeedOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly logFile: string;
  readonly reaper: Reaper;
  readonly signal: AbortSignal;
}

/** Loads the demo catalogue and customers when there are none. Returns what the seed says last. */
export async function seedWhenEmpty({ env, logFile, reaper, signal }: SeedOptions): Promise<string> {
  const script = join('tools', 'src', 'seed.ts');
  if (!(await exists(join(REPO_DIR, script)))) return `skipped: there is no ${script}`;
  const seed = launch({ name: 'seed', command: process.execPath, args: [script, '--if-empty'], cwd: REPO_DIR, env, logFile }, reaper);
  const interrupt = (): void => void seed.kill();
  signal.addEventListener('abort', interrupt, { once: true });
  const exit = await seed.exited;
  signal.removeEventListener('abort', interrupt);
  signal.throwIfAborted();
  const said = lastLine(await readFile(logFile, 'utf8'));
  if (exit.code === 0) return said;
  throw new Refusal(
    `The demo catalogue could not be loaded (${describeExit(exit)}: ${said.slice(0, 200)}): see ${logFile}, then start again.`,
  );
}
