import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the console's and the storefront's pages are, built from these sources. */
    pagesDirectory: string;
  }
}

const web = join(import.meta.dirname, '../../console/web');
const vite = join(dirname(createRequire(join(web, '../package.json')).resolve('vite/package.json')), 'bin/vite.js');

export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'microshop-pages-'));
  await promisify(execFile)(process.execPath, [
    vite,
    'build',
    web,
    '--config',
    join(web, 'vite.config.ts'),
    '--outDir',
    directory,
    '--emptyOutDir',
  ]);
  provide('pagesDirectory', directory);
  return () => rm(directory, { recursive: true, force: true });
}
