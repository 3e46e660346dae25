import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const REPO_DIR = fileURLToPath(new URL('../../', import.meta.url));

/** Downloads and archives; survives a reset. */
export function cacheDirectory(env: NodeJS.ProcessEnv): string {
  return directory(env.MICROSHOP_CACHE_DIR, join(REPO_DIR, '.microshop', 'cache'));
}

/** What Node has compiled, for the next start of the same sources. */
export function compileCacheDirectory(env: NodeJS.ProcessEnv): string {
  return directory(env.NODE_COMPILE_CACHE, join(cacheDirectory(env), 'compiled'));
}

/** What the shop writes; `npm run reset` empties it. */
export function dataDirectory(env: NodeJS.ProcessEnv): string {
  return directory(env.MICROSHOP_DATA_DIR, join(REPO_DIR, '.microshop', 'data'));
}

function directory(chosen: string | undefined, otherwise: string): string {
  return chosen === undefined || chosen.trim() === '' ? otherwise : resolve(REPO_DIR, chosen.trim());
}
