import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { commitOf, extractSources, titleOf } from './sources.ts';

const USAGE = `Usage: npm run test:rollback -- --from REVISION

Rolls a release back and forth: this version sells, that of REVISION (a tag or a commit) takes over its databases and topics, both run side
by side, and this one takes over again. The audit must be green each time. About 2 minutes; databases and topics are its own.

Exit codes: 0 it can be rolled back, 1 it can not, 2 bad usage.`;

const root = fileURLToPath(new URL('../../', import.meta.url));

function revisionOf(args: string[]): string | undefined {
  try {
    return parseArgs({ args, options: { from: { type: 'string' } } }).values.from;
  } catch {
    return undefined;
  }
}

async function main(): Promise<number> {
  const revision = revisionOf(process.argv.slice(2));
  if (revision === undefined) {
    console.error(USAGE);
    return 2;
  }
  const directory = await mkdtemp(join(tmpdir(), 'microshop-rollback-'));
  try {
    const commit = await commitOf(root, revision);
    console.log(`rolling back to ${await titleOf(root, commit)}`);
    await extractSources(root, commit, directory);
    const vitest = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', '--config', 'tests/rollback/vitest.config.ts'], {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, ROLLBACK_SOURCES: directory },
    });
    const [code] = await once(vitest, 'exit');
    return code === 0 ? 0 : 1;
  } catch (error) {
    console.error(`rollback: ${(error as Error).message}`);
    return 2;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

process.exit(await main());
