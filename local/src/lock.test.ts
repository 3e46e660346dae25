import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { acquireLock, findLockHolder } from './lock.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'microshop-lock-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

test('a second stack on the same data is refused with the pid of the first and what to do', async () => {
  const lock = await acquireLock(directory, 'stop it');
  await expect(acquireLock(directory, 'stop it')).rejects.toThrow(`is in use by a running Microshop (pid ${process.pid}): stop it.`);
  await lock.release();
  expect(await readdir(directory)).toEqual([]);
  expect((await acquireLock(directory, 'stop it')).wasStale).toBe(false);
});

test.each([
  ['of a process that ended', { pid: 2 ** 22 + 1, startTime: '1' }],
  ['of a process whose id was given to another one', { pid: process.pid, startTime: '1' }],
  ['that was cut off', undefined],
])('a lock %s is taken over', async (_, holder) => {
  await writeFile(join(directory, 'stack.lock'), holder === undefined ? '{"pi' : JSON.stringify(holder));
  expect(await findLockHolder(directory)).toBeUndefined();
  expect((await acquireLock(directory, 'stop it')).wasStale).toBe(true);
  expect(await findLockHolder(directory)).toMatchObject({ pid: process.pid });
});
