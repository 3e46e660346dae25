import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { identify, type ProcessIdentity } from './identity.ts';
import type { ReaperCommand } from './reaper.ts';

export interface Reaper {
  pid(): number | undefined;
  watch(pid: number): void;
  unwatch(pid: number): void;
  /** Deletes the directory when this process ends without having said `keep`. */
  removeAtEnd(directory: string): void;
  keep(directory: string): void;
  /** Ends the reaper after it has ended whatever is still watched. */
  close(): Promise<void>;
}

/** `graceMs`: what left-over processes get between SIGTERM and SIGKILL; 0 kills at once. */
export function startReaper(graceMs = 3000): Reaper {
  const watched = new Map<number, ProcessIdentity>();
  const directories = new Set<string>();
  let closed = false;
  let reaper = run();

  function run(): ChildProcess {
    const child = spawn(process.execPath, [fileURLToPath(new URL('reaper.ts', import.meta.url)), String(graceMs)], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    child.stdin?.on('error', () => {});
    child.on('error', () => {});
    child.on('exit', () => {
      if (closed) return;
      reaper = run();
      for (const process of watched.values()) tell({ type: 'watch', process });
      for (const directory of directories) tell({ type: 'removeAtEnd', directory });
    });
    return child;
  }

  function tell(command: ReaperCommand): void {
    reaper.stdin?.write(`${JSON.stringify(command)}\n`);
  }

  return {
    pid: () => reaper.pid,
    watch(pid) {
      const process = identify(pid);
      watched.set(pid, process);
      tell({ type: 'watch', process });
    },
    unwatch(pid) {
      watched.delete(pid);
      tell({ type: 'unwatch', pid });
    },
    removeAtEnd(directory) {
      directories.add(directory);
      tell({ type: 'removeAtEnd', directory });
    },
    keep(directory) {
      directories.delete(directory);
      tell({ type: 'keep', directory });
    },
    async close() {
      if (closed) return;
      closed = true;
      if (reaper.exitCode !== null || reaper.signalCode !== null) return;
      reaper.stdin?.end();
      await once(reaper, 'exit');
    },
  };
}
