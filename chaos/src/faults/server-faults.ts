import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FaultKind } from './fault.ts';

type ServerName = 'kafka' | 'mongod';

const killed = (server: ServerName): FaultKind => ({
  says: `SIGKILL of ${server}, started again later`,
  targets: [server],
  lengthMs: [1000, 4000],
  needs: () => [server],
  async strike({ lengthMs }, { cluster, pause }) {
    await cluster[server].kill();
    await pause(lengthMs);
    await cluster[server].restart();
    return { seen: `down for ${lengthMs} ms` };
  },
});

const stopped = (server: ServerName): FaultKind => ({
  says: `SIGSTOP of ${server}`,
  targets: [server],
  lengthMs: [3000, 12_000],
  needs: () => [server],
  async strike({ lengthMs }, { cluster, pause }) {
    const { pid } = cluster[server];
    if (pid === undefined) return undefined;
    process.kill(pid, 'SIGSTOP');
    try {
      await pause(lengthMs);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    return { seen: `stopped for ${lengthMs} ms` };
  },
});

const NO_SPACE = /No space left on device|ENOSPC/g;

const diskFull = (server: ServerName): FaultKind => ({
  says: `the disk of ${server} is full for a while`,
  targets: [server],
  lengthMs: [5000, 8000],
  needs: () => [server],
  async strike({ lengthMs }, { cluster, pause, complain, logDirectory }) {
    const { disk } = cluster[server];
    if (disk.notMounted !== undefined) {
      complain(disk.notMounted);
      return undefined;
    }
    const complaints = async () => (await readFile(join(logDirectory, `${server}.log`), 'utf8')).match(NO_SPACE)?.length ?? 0;
    const before = await complaints();
    const bytes = await disk.fill();
    await pause(lengthMs);
    const hasEnded = cluster[server].pid === undefined;
    await disk.free();
    // One that is still there may have a log directory offline or a thread dead.
    await cluster[server].restart();
    const met = (await complaints()) - before;
    return met > 0 || hasEnded
      ? { seen: `${bytes} bytes taken, ${met} writes met it${hasEnded ? ', it ended by itself' : ''}` }
      : undefined;
  },
});

export const serverFaults = {
  'kafka-kill': killed('kafka'),
  'kafka-pause': stopped('kafka'),
  'kafka-disk-full': diskFull('kafka'),
  'mongod-kill': killed('mongod'),
  'mongod-pause': stopped('mongod'),
  'mongod-disk-full': diskFull('mongod'),
};
