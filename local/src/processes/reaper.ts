// Runs as a process of its own beside every stack. Its stdin closes when the owner of the stack ends, however it ends (SIGKILL, too);
// it then ends what the owner left running and deletes its temporary directories. So no process is orphaned.
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive, type ProcessIdentity, signalGroup } from './identity.ts';

export type ReaperCommand =
  | { readonly type: 'watch'; readonly process: ProcessIdentity }
  | { readonly type: 'unwatch'; readonly pid: number }
  | { readonly type: 'removeAtEnd'; readonly directory: string }
  | { readonly type: 'keep'; readonly directory: string };

const graceMs = Number(process.argv[2] ?? 3000);
const watched = new Map<number, ProcessIdentity>();
const directories = new Set<string>();

function obey(command: ReaperCommand): void {
  switch (command.type) {
    case 'watch':
      watched.set(command.process.pid, command.process);
      return;
    case 'unwatch':
      watched.delete(command.pid);
      return;
    case 'removeAtEnd':
      directories.add(command.directory);
      return;
    case 'keep':
      directories.delete(command.directory);
      return;
    default:
      command satisfies never;
  }
}

async function reap(): Promise<void> {
  const left = () => [...watched.values()].filter(isAlive);
  for (const { pid } of left()) signalGroup(pid, graceMs > 0 ? 'SIGTERM' : 'SIGKILL');
  const deadline = Date.now() + graceMs;
  while (left().length > 0 && Date.now() < deadline) await delay(25);
  for (const { pid } of left()) signalGroup(pid, 'SIGKILL');
  const killed = Date.now() + 2000;
  while (left().length > 0 && Date.now() < killed) await delay(10);
  for (const directory of directories) rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => obey(JSON.parse(line) as ReaperCommand));
lines.on('close', () => void reap().finally(() => process.exit(0)));
