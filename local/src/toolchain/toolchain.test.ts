import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Reaper } from '../processes/reaper-client.ts';
import { findJava, parseJavaProperties } from './java.ts';
import { findMongod } from './mongod-binary.ts';
import { makeOnce, type Toolchain } from './toolchain.ts';

const noReaper: Reaper = { pid: () => undefined, watch() {}, unwatch() {}, removeAtEnd() {}, keep() {}, close: async () => {} };
let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'microshop-toolchain-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

function toolchain(env: NodeJS.ProcessEnv = {}): Toolchain {
  return { cacheDir: directory, env, reaper: noReaper, signal: new AbortController().signal, report: () => {} };
}

async function program(name: string, output: string): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, `#!/bin/sh\ncat <<'END'\n${output}\nEND\n`);
  await chmod(path, 0o755);
  return path;
}

test('a thing is made whole or not at all', async () => {
  const target = join(directory, 'thing');
  const failing = makeOnce(toolchain(), target, async (unfinished) => {
    await writeFile(join(unfinished, 'half'), '');
    throw new Error('cut off');
  });
  await expect(failing).rejects.toThrow('cut off');
  expect(await readdir(directory)).toEqual([]);
});

test('made by two at once, it is there once', async () => {
  const target = join(directory, 'thing');
  const make = () => makeOnce(toolchain(), target, (unfinished) => writeFile(join(unfinished, 'part'), ''));
  expect(await Promise.all([make(), make()])).toEqual([target, target]);
  expect(await readdir(directory)).toEqual(['thing']);
});

test('java tells what it is', () => {
  const properties = parseJavaProperties(
    'Property settings:\n    java.home = /opt/jdk\n    java.specification.version = 17\nopenjdk version',
  );
  expect(Object.fromEntries(properties)).toEqual({ 'java.home': '/opt/jdk', 'java.specification.version': '17' });
});

test('a missing and an old java are each one sentence that says what to do', async () => {
  await expect(findJava(toolchain({ PATH: directory, JAVA_HOME: directory }))).rejects.toThrow(
    /^Kafka needs Java 17 or later, and java does not run at .*: install a JRE/,
  );
  await program('java', '    java.specification.version = 11\n    java.version = 11.0.2');
  await expect(findJava(toolchain({ PATH: `${directory}:/bin:/usr/bin` }))).rejects.toThrow(/and \S*java is Java 11\.0\.2: install a JRE/);
});

test('the chosen mongod goes before all others, and one that cannot be used is refused', async () => {
  const path = await program('chosen', 'db version v7.0.1');
  expect(await findMongod(toolchain({ PATH: '/bin', MONGOMS_SYSTEM_BINARY: path }))).toEqual({ path, version: '7.0.1' });
  const old = await program('old', 'db version v4.4.0');
  await expect(findMongod(toolchain({ PATH: '/bin', MONGOMS_SYSTEM_BINARY: old }))).rejects.toThrow('is 4.4.0, older than 6.0');
});

test('what was found before goes before PATH, unless it is gone', async () => {
  const onPath = await program('mongod', 'db version v8.0.0');
  const kept = await program('kept', 'db version v6.0.5');
  await writeFile(join(directory, 'mongod.json'), JSON.stringify({ path: kept, version: '6.0.5' }));
  const env = { PATH: `${directory}:/bin` };
  expect(await findMongod(toolchain(env))).toEqual({ path: kept, version: '6.0.5' });
  await rm(kept);
  expect(await findMongod(toolchain(env))).toEqual({ path: onPath, version: '8.0.0' });
  await rm(onPath);
  expect(await findMongod(toolchain({ PATH: directory }))).toBeUndefined();
});
