import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const git = async (root: string, ...args: string[]) => (await promisify(execFile)('git', ['-C', root, ...args])).stdout.trim();

/** The commit that a tag, a branch or a hash names; fails with a sentence when there is none. */
export const commitOf = (root: string, revision: string): Promise<string> =>
  git(root, 'rev-parse', '--verify', '--quiet', `${revision}^{commit}`).catch(() => {
    throw new Error(`There is no revision ${revision} here: give a tag or a commit of this repository (git fetch --tags).`);
  });

export const titleOf = (root: string, commit: string): Promise<string> => git(root, 'log', '-1', '--format=%h %s', commit);

/** Puts the sources of a commit into an empty directory, with the packages that are installed here. Git's own state is not touched. */
export async function extractSources(root: string, commit: string, directory: string): Promise<void> {
  const archive = spawn('git', ['-C', root, 'archive', commit], { stdio: ['ignore', 'pipe', 'inherit'] });
  const unpack = spawn('tar', ['-x', '-C', directory], { stdio: [archive.stdout, 'inherit', 'inherit'] });
  const [[archived], [unpacked]] = await Promise.all([once(archive, 'exit'), once(unpack, 'exit')]);
  if (archived !== 0 || unpacked !== 0)
    throw new Error(`The sources of ${commit} can not be unpacked: git archive ${archived}, tar ${unpacked}.`);
  await linkPackages(root, directory);
}

/** The installed packages, and instead of our own those of the directory. */
async function linkPackages(root: string, directory: string): Promise<void> {
  const own = join(directory, 'node_modules', '@microshop');
  await mkdir(own, { recursive: true });
  for (const name of await readdir(join(root, 'node_modules')))
    if (name !== '@microshop' && !name.startsWith('.'))
      await symlink(join(root, 'node_modules', name), join(directory, 'node_modules', name));
  const { workspaces } = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8')) as { workspaces: string[] };
  for (const workspace of workspaces) {
    await symlink(join(directory, workspace), join(own, workspace));
    const nested = join(root, workspace, 'node_modules');
    if (existsSync(nested)) await symlink(nested, join(directory, workspace, 'node_modules'));
  }
}
