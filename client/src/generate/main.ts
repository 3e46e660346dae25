import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { documentOf, services } from './documents.ts';
import { typesOf } from './types.ts';

/** `npm run client`: writes the types of the three services' APIs. With --check it only exits 1 when they are stale. */
const DIRECTORY = join(import.meta.dirname, '../generated');

async function main(): Promise<number> {
  await mkdir(DIRECTORY, { recursive: true });
  const stale: string[] = [];
  for (const service of services) {
    const file = join(DIRECTORY, `${service}.ts`);
    const fresh = await typesOf(service, await documentOf(service));
    if (fresh === (await readFile(file, 'utf8').catch(() => ''))) continue;
    stale.push(service);
    if (!process.argv.includes('--check')) await writeFile(file, fresh);
  }
  if (stale.length === 0) return 0;
  if (process.argv.includes('--check')) {
    process.stderr.write(`The client's types of ${stale.join(', ')} are stale: run npm run client and commit them.\n`);
    return 1;
  }
  process.stdout.write(`The client's types of ${stale.join(', ')} were written.\n`);
  return 0;
}

process.exit(await main());
