// One child process: in a process group of its own (the terminal's Ctrl-C must not reach it before its turn) and watched by the reaper.
import { type StdioOptions, spawn } from 'node:child_process';
import { closeSync, createWriteStream, openSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../errors.ts';
import { signalGroup } from './identity.ts';
import type { Reaper } from './reaper-client.ts';

export interface ProcessSpec {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** stdout and stderr are appended to this file. */
  readonly logFile: string;
  /** When given, gets each line beside the file: the output then passes through this process. */
  readonly onLine?: (line: string) => void;
  /** When given, opens a channel of messages: gets what the process sends, and `send` reaches it. */
  readonly onMessage?: (message: unknown) => void;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why it could not be started at all. */
  readonly error?: string;
}

export interface ChildHandle {
  readonly pid: number | undefined;
  readonly exited: Promise<Exit>;
  hasExited(): boolean;
  /** Over the channel that `onMessage` opens; nothing when the process is gone. */
  send(message: object): void;
  /** SIGTERM, and SIGKILL when it has not ended in time. */
  stop(timeoutMs: number): Promise<Exit>;
  kill(): Promise<Exit>;
}

export function describeExit({ code, signal, error }: Exit): string {
  return error ?? signal ?? `code ${code}`;
}

export function launch(spec: ProcessSpec, reaper: Reaper): ChildHandle {
  const log = openSync(spec.logFile, 'a');
  const { onLine } = spec;
  const output = onLine === undefined ? log : 'pipe';
  // stdin stays open while this process lives: a supervised service ends when it closes.
  const stdio: StdioOptions = ['pipe', output, output, ...(spec.onMessage ? ['ipc' as const] : [])];
  const child = spawn(spec.command, spec.args, { cwd: spec.cwd, env: spec.env, detached: true, stdio });
  if (child.pid !== undefined) reaper.watch(child.pid);
  child.stdin?.on('error', () => {});
  if (spec.onMessage) child.on('message', spec.onMessage);
  if (onLine === undefined) closeSync(log);
  else {
    const file = createWriteStream(spec.logFile, { fd: log });
    // A full disk must not end the supervisor: the lines are lost, the processes go on.
    file.on('error', () => {});
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      stream.pipe(file, { end: false });
      createInterface({ input: stream }).on('line', onLine);
    }
    child.on('close', () => file.end());
  }

  let exit: Exit | undefined;
  const exited = new Promise<Exit>((resolve) => {
    const end = (how: Exit): void => {
      if (exit !== undefined) return;
      exit = how;
      if (child.pid !== undefined) {
        signalGroup(child.pid, 'SIGKILL');
        reaper.unwatch(child.pid);
      }
      resolve(how);
    };
    child.on('exit', (code, signal) => end({ code, signal }));
    child.on('error', (error) => end({ code: null, signal: null, error: messageOf(error) }));
  });
  return {
    pid: child.pid,
    exited,
    hasExited: () => exit !== undefined,
    send(message) {
      if (child.connected) child.send(message, () => {});
    },
    async stop(timeoutMs) {
      if (exit === undefined) child.kill('SIGTERM');
      const late = new AbortController();
      const overdue = delay(timeoutMs, undefined, { signal: late.signal }).then(
        () => child.kill('SIGKILL'),
        () => {},
      );
      const how = await exited;
      late.abort();
      await overdue;
      return how;
    },
    kill() {
      if (exit === undefined) child.kill('SIGKILL');
      return exited;
    },
  };
}
