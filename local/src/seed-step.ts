import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Refusal } from './errors.ts';
import { getOnce } from './get-once.ts';
import { REPO_DIR } from './paths.ts';
import { describeExit, launch } from './processes/child.ts';
import type { Reaper } from './processes/reaper-client.ts';
import { lastLine } from './processes/run-tool.ts';
import { exists } from './toolchain/toolchain.ts';

export interface SeedOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly inventoryUrl: string;
  readonly logFile: string;
  readonly reaper: Reaper;
  readonly signal: AbortSignal;
}

/** Loads the demo catalogue and customers when there are none. Returns what the seed says last. */
export async function seedWhenEmpty({ env, inventoryUrl, logFile, reaper, signal }: SeedOptions): Promise<string> {
  const script = join('tools', 'src', 'seed.ts');
  if (!(await exists(join(REPO_DIR, script)))) return `skipped: there is no ${script}`;
  if (await hasProducts(inventoryUrl)) return 'has products already: nothing was loaded';
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

/** The seed asks as well, but it is a process more; what goes wrong here is for it to tell. */
async function hasProducts(inventoryUrl: string): Promise<boolean> {
  try {
    const { status, body } = await getOnce(`${inventoryUrl}/products?limit=1`);
    return status === 200 && (JSON.parse(body) as { data: unknown[] }).data.length > 0;
  } catch {
    return false;
  }
}
