import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { emptyDataDirectory, freshLog, operatorToken, prepareDataDirectory, prepareDirectory } from './data-directory.ts';

let parent: string;
let directory: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'microshop-data-'));
  directory = join(parent, 'a', 'data');
});
afterEach(() => rm(parent, { recursive: true, force: true }));

test('a directory is made, used again, and emptied', async () => {
  await prepareDataDirectory(directory);
  await prepareDataDirectory(directory);
  await operatorToken(directory, undefined);
  await emptyDataDirectory(directory, []);
  expect(await readdir(directory)).toEqual([]);
});

test("a directory with someone else's files is neither used nor emptied", async () => {
  await writeFile(join(parent, 'thesis.txt'), '');
  await expect(prepareDataDirectory(parent)).rejects.toThrow("holds files that are not Microshop's (thesis.txt): set MICROSHOP_DATA_DIR");
  await expect(emptyDataDirectory(parent, [])).rejects.toThrow('thesis.txt');
  expect(await readdir(parent)).toEqual(['thesis.txt']);
});

test('a place that cannot be written is refused with the variable that changes it', async () => {
  await writeFile(join(parent, 'file'), '');
  await expect(prepareDirectory(join(parent, 'file', 'below'), 'SOME_DIR')).rejects.toThrow(
    /cannot be written \(\w+\): .* set SOME_DIR to another/,
  );
});

test.runIf(process.platform === 'linux')('a place below /proc is refused, too', async () => {
  await expect(prepareDirectory('/proc/microshop', 'SOME_DIR')).rejects.toThrow('cannot be written');
});

test('the token is made once, kept for its owner alone, and a given one wins', async () => {
  await prepareDataDirectory(directory);
  const made = await operatorToken(directory, undefined);
  expect(made).toMatch(/^[\w-]{32}$/);
  expect(await operatorToken(directory, undefined)).toBe(made);
  expect(await operatorToken(directory, 'given')).toBe('given');
  expect((await stat(join(directory, 'operator-token'))).mode & 0o777).toBe(0o600);
});

test('the log of the start before is kept beside the new one', async () => {
  const file = await freshLog(directory.replace('/a/', '/'), 'kafka');
  await writeFile(file, 'old');
  await freshLog(directory.replace('/a/', '/'), 'kafka');
  expect(await readdir(join(directory.replace('/a/', '/'), 'logs'))).toEqual(['kafka.log.1']);
});
