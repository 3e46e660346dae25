// One stack per data directory. The lock names its holder so exactly that a lock left by a killed stack is recognised.
import { link, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, Refusal } from './errors.ts';
import { identify, isAlive, type ProcessIdentity } from './processes/identity.ts';

const FILE = 'stack.lock';

export interface DataLock {
  /** A lock of a stack that was killed had been there: its processes may still be ending. */
  readonly wasStale: boolean;
  release(): Promise<void>;
}

export async function acquireLock(dataDir: string, advice: string): Promise<DataLock> {
  const file = join(dataDir, FILE);
  const mine = `${file}.${process.pid}`;
  let wasStale = false;
  await writeFile(mine, JSON.stringify(identify(process.pid)));
  try {
    for (;;) {
      try {
        await link(mine, file);
        break;
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw error;
      }
      const holder = await findLockHolder(dataDir);
      if (holder !== undefined)
        throw new Refusal(`The data directory ${dataDir} is in use by a running Microshop (pid ${holder.pid}): ${advice}.`);
      wasStale = true;
      await rm(file, { force: true });
    }
  } finally {
    await rm(mine, { force: true });
  }
  return { wasStale, release: () => unlink(file).catch(() => {}) };
}

/** Who runs on the data directory now. */
export async function findLockHolder(dataDir: string): Promise<ProcessIdentity | undefined> {
  try {
    const holder = JSON.parse(await readFile(join(dataDir, FILE), 'utf8')) as ProcessIdentity;
    return isAlive(holder) ? holder : undefined;
  } catch {
    return undefined;
  }
}
