import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Io, run } from './contracts/commands.ts';
import { presentDocuments } from './contracts/documents.ts';
import { ToolFailure } from './failure.ts';

/** `npm run contracts -- check | diff | docs | sample | release`: what others can rely on. Exit codes: see `contracts/commands.ts`. */
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const io: Io = {
  out: process.stdout,
  directory: fileURLToPath(new URL('../../contracts', import.meta.url)),
  present: presentDocuments,
  async pactsHold() {
    const vitest = fileURLToPath(import.meta.resolve('vitest/vitest.mjs'));
    const { status } = spawnSync(process.execPath, [vitest, 'run', '--project', 'contract'], { cwd: ROOT, stdio: 'inherit' });
    return status === 0;
  },
};

async function main(): Promise<number> {
  try {
    return await run(process.argv.slice(2), io);
  } catch (error) {
    process.stderr.write(`contracts: ${error instanceof ToolFailure ? error.message : `broke off: ${(error as Error).message}`}\n`);
    return 2;
  }
}

// The services that told their documents go on running.
if (import.meta.main) process.exit(await main());
