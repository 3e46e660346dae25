// MongoDB's own download, through mongodb-memory-server. It runs in a process of its own, because it cannot be stopped otherwise
// and because a network that swallows packets would keep it for minutes.
import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lastLine, runTool } from '../processes/run-tool.ts';
import type { Toolchain } from './toolchain.ts';

const SCRIPT = fileURLToPath(new URL('mongod-download-script.ts', import.meta.url));
const FIRST_BYTE_MS = 8000;
const TOTAL_MS = 600_000;

export async function downloadMongod(toolchain: Toolchain): Promise<string> {
  const directory = join(toolchain.cacheDir, 'mongod-download');
  await mkdir(directory, { recursive: true });
  toolchain.report('fetching mongod from MongoDB (once)');
  const silent = new AbortController();
  const timer = setTimeout(() => void hasBytes(directory).then((some) => (some ? undefined : silent.abort())), FIRST_BYTE_MS);
  try {
    const done = await runTool(process.execPath, [SCRIPT, directory], {
      reaper: toolchain.reaper,
      signal: AbortSignal.any([toolchain.signal, silent.signal]),
      timeoutMs: TOTAL_MS,
      env: { ...toolchain.env, MONGOMS_MAX_RETRIES: '0', MONGOMS_PREFER_GLOBAL_PATH: 'false', npm_config_strict_ssl: 'true' },
    });
    const path = /^mongod=(.+)$/m.exec(done.output)?.[1];
    if (!done.ok || path === undefined) throw new Error(`MongoDB's download failed: ${lastLine(done.output)}`);
    return path;
  } catch (error) {
    if (silent.signal.aborted) throw new Error("MongoDB's download host did not answer");
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function hasBytes(directory: string): Promise<boolean> {
  const files = await readdir(directory, { recursive: true });
  const sizes = await Promise.all(files.filter((name) => /\.(downloading|tgz|zip)$/.test(name)).map((name) => stat(join(directory, name))));
  return sizes.some(({ size }) => size > 0);
}
