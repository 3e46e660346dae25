import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Reaper } from '../processes/reaper-client.ts';

/** What the parts of the toolchain need to find or fetch something. */
export interface Toolchain {
  readonly cacheDir: string;
  readonly env: NodeJS.ProcessEnv;
  readonly reaper: Reaper;
  readonly signal: AbortSignal;
  /** Told once before something takes long, e.g. "fetching Kafka 4.4.0 with Maven". */
  readonly report: (message: string) => void;
}

export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** Makes the directory whole or not at all, however often and by however many processes at a time. */
export async function makeOnce(toolchain: Toolchain, target: string, fill: (directory: string) => Promise<void>): Promise<string> {
  if (await exists(target)) return target;
  await mkdir(dirname(target), { recursive: true });
  const unfinished = await mkdtemp(join(dirname(target), `.${basename(target)}-`));
  toolchain.reaper.removeAtEnd(unfinished);
  try {
    await fill(unfinished);
    await rename(unfinished, target).catch(async (error: unknown) => {
      // Another process was faster: its directory is as good.
      if (!(await exists(target))) throw error;
    });
    return target;
  } finally {
    await rm(unfinished, { recursive: true, force: true, maxRetries: 5 });
    toolchain.reaper.keep(unfinished);
  }
}
