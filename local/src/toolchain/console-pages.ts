// The console's pages, built by Vite once for each content of their sources: a start finds them in the cache.
import { createHash } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Refusal } from '../errors.ts';
import { REPO_DIR } from '../paths.ts';
import { lastLine, runTool } from '../processes/run-tool.ts';
import { exists, makeOnce, type Toolchain } from './toolchain.ts';

/** What the pages are made of: their own sources, the client that they use, and the versions of all packages. */
const SOURCES = ['console/web', 'client/src', 'package-lock.json'];
const PREFIX = 'console-pages-';

/** The directory of the built pages; undefined in a checkout that has none. */
export async function ensureConsolePages(toolchain: Toolchain, repository = REPO_DIR): Promise<string | undefined> {
  if (!(await exists(join(repository, 'console/web/index.html')))) return undefined;
  const name = `${PREFIX}${await fingerprint(repository)}`;
  const target = join(toolchain.cacheDir, name);
  if (await exists(target)) return target;
  toolchain.report('building the pages (once)');
  await makeOnce(toolchain, target, (directory) => build(toolchain, repository, directory));
  await removeOthers(toolchain.cacheDir, name);
  return target;
}

async function build(toolchain: Toolchain, repository: string, directory: string): Promise<void> {
  const vite = join(repository, 'node_modules/vite/bin/vite.js');
  const args = [vite, 'build', '--config', 'console/web/vite.config.ts', '--outDir', directory, '--emptyOutDir', '--logLevel', 'warn'];
  // In a production environment, too, whatever NODE_ENV the shop runs with.
  const env = { ...toolchain.env, NODE_ENV: 'production' };
  const { ok, output } = await runTool(process.execPath, args, { ...toolchain, env, cwd: repository, timeoutMs: 120_000 });
  if (!ok) throw new Refusal(`The console's pages can not be built (${lastLine(output)}): run npm run console:build to see why.`);
}

async function fingerprint(repository: string): Promise<string> {
  const hash = createHash('sha256');
  for (const source of SOURCES) {
    for (const file of await filesOf(repository, source)) hash.update(`${file}\n`).update(await readFile(join(repository, file)));
  }
  return hash.digest('hex').slice(0, 12);
}

async function filesOf(repository: string, source: string): Promise<string[]> {
  const entries = await readdir(join(repository, source), { recursive: true, withFileTypes: true }).catch(() => undefined);
  if (!entries) return (await exists(join(repository, source))) ? [source] : [];
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(repository.length));
  return files.sort();
}

/** Nobody starts an older state of the sources again soon. */
async function removeOthers(cacheDir: string, kept: string): Promise<void> {
  const others = (await readdir(cacheDir)).filter((name) => name.startsWith(PREFIX) && name !== kept);
  await Promise.all(others.map((name) => rm(join(cacheDir, name), { recursive: true, force: true })));
}
