import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './contracts/commands.ts';
import { presentApis } from './contracts/documents.ts';
import { shopAsyncApi } from './contracts/shop-asyncapi.ts';
import { ToolFailure } from './failure.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** All but the comparison with releases, which `check` does itself. */
const PACTS = ['run', '--project', 'contract', '--exclude', '**/compatibility.*'];

async function pactsHold(): Promise<boolean> {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', ...PACTS], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  if (status !== 0) process.stdout.write(stdout + stderr);
  return status === 0;
}

/** `npm run contracts -- check | diff | docs | sample | release`: what others can rely on. Exit codes: see `contracts/commands.ts`. */
async function main(): Promise<number> {
  try {
    const directory = join(ROOT, 'contracts');
    return await run(process.argv.slice(2), { out: process.stdout, directory, asyncapi: shopAsyncApi(), apis: presentApis, pactsHold });
  } catch (error) {
    process.stderr.write(`contracts: ${error instanceof ToolFailure ? error.message : `broke off: ${(error as Error).message}`}\n`);
    return 2;
  }
}

// The services that told their documents go on running.
if (import.meta.main) process.exit(await main());
