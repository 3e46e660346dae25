import { execFile } from 'node:child_process';
import { mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const PREFIX = 'microshop-chaos-';
const CHUNK = Buffer.alloc(1024 * 1024);

/** A directory that is a small disk of its own where the system lets us mount one; else a directory like others. */
export type Disk = {
  readonly directory: string;
  /** Why it can not be filled; undefined when it can. */
  readonly notMounted: string | undefined;
  /** Takes what is left of it; how many bytes that was. */
  fill(): Promise<number>;
  /** Gives back what `fill` took. */
  free(): Promise<void>;
  unmount(): Promise<void>;
};

export async function createDisk(directory: string, megabytes: number): Promise<Disk> {
  await mkdir(directory, { recursive: true });
  const notMounted = await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'microshop-chaos', directory]).then(
    () => undefined,
    (error: Error) => `A tmpfs can not be mounted here (${error.message.trim().split('\n').at(-1)}): run as root to fill a disk.`,
  );
  const filler = join(directory, 'filler');
  return {
    directory,
    notMounted,
    async fill() {
      const file = await open(filler, 'w');
      let taken = 0;
      try {
        // In pieces down to a byte, so that nothing at all is left.
        for (let size = CHUNK.length; size >= 1; ) {
          const written = await file.write(CHUNK, 0, size).then(
            ({ bytesWritten }) => bytesWritten,
            () => 0,
          );
          taken += written;
          if (written < size) size = Math.floor(size / 2);
        }
      } finally {
        await file.close();
      }
      return taken;
    },
    free: () => rm(filler, { force: true }),
    async unmount() {
      if (notMounted === undefined) await run('umount', ['-l', directory]).catch(() => undefined);
    },
  };
}

/** Where a run has its data; the process that owns it is in the name. */
export const dataDirectoryName = (): string => `${PREFIX}${process.pid}-`;

/** Unmounts what a run left behind that was killed. */
export async function unmountOrphans(): Promise<void> {
  const mounts = await readFile('/proc/mounts', 'utf8').catch(() => '');
  const alive = new Set(await readdir('/proc').catch((): string[] => []));
  const ours = new RegExp(`^microshop-chaos (${tmpdir()}/${PREFIX}(\\d+)-\\S+) `, 'gm');
  for (const [, directory = '', pid = ''] of mounts.matchAll(ours))
    if (!alive.has(pid)) await run('umount', ['-l', directory]).catch(() => undefined);
}
