import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';

/** A command ended with another exit code than 0, or was ended. The message says how, and the end of what it said. */
export class CommandFailure extends Error {
  readonly code: number | null;
  constructor(message: string, code: number | null) {
    super(message);
    this.code = code;
  }
}

export type CommandOptions = {
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** Gets all that the command says. */
  log?: string;
  signal?: AbortSignal;
  timeoutMs?: number;
};

const LAST_LINES = 15;

/** Runs a command to its end; answers what it said on stdout. A process group of its own: Ctrl-C is for whoever started it to act on. */
export async function runCommand(command: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { env = process.env, cwd, log, signal, timeoutMs = 900_000 } = options;
  signal?.throwIfAborted();
  const child = spawn(command, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let out = '';
  let all = '';
  const keep = (text: string) => {
    all += text;
    if (log !== undefined) appendFileSync(log, text);
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    keep(text);
  });
  child.stderr.setEncoding('utf8').on('data', keep);
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let why = '';
  const end = (reason: string) => {
    why = reason;
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
  };
  const timer = setTimeout(() => end(`it took longer than ${timeoutMs / 1000} s`), timeoutMs);
  const abort = () => end('it was stopped');
  signal?.addEventListener('abort', abort, { once: true });
  child.once('error', (error) => reject(new CommandFailure(`${command} can not be run: ${error.message}`, null)));
  child.once('close', (code) => {
    if (code === 0) return resolve(out);
    const said = all.trimEnd().split('\n').slice(-LAST_LINES).join('\n');
    reject(new CommandFailure(`${[command, ...args].join(' ')}: ${why || `exit code ${code}`}\n${said}`, code));
  });
  return promise.finally(() => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  });
}
