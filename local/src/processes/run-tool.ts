// A command that ends by itself (mvn, pip, java -version) and whose output matters. Ended with everything below it when the start is interrupted.
import { spawn } from 'node:child_process';
import { messageOf } from '../errors.ts';
import { signalGroup } from './identity.ts';
import type { Reaper } from './reaper-client.ts';

export interface ToolResult {
  readonly ok: boolean;
  readonly output: string;
  /** The command does not exist. */
  readonly missing: boolean;
}

export interface ToolOptions {
  readonly reaper: Reaper;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

export async function runTool(command: string, args: readonly string[], options: ToolOptions): Promise<ToolResult> {
  options.signal.throwIfAborted();
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env: options.env ?? process.env,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  const { pid } = child;
  if (pid !== undefined) options.reaper.watch(pid);
  const end = (): void => {
    if (pid !== undefined) signalGroup(pid, 'SIGKILL');
  };
  const timer = setTimeout(end, options.timeoutMs);
  options.signal.addEventListener('abort', end, { once: true });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
  try {
    return await new Promise<ToolResult>((resolve) => {
      child.on('error', (error) => resolve({ ok: false, output: messageOf(error), missing: 'code' in error && error.code === 'ENOENT' }));
      child.on('close', (code) => resolve({ ok: code === 0, output: Buffer.concat(chunks).toString('utf8'), missing: false }));
    });
  } finally {
    clearTimeout(timer);
    options.signal.removeEventListener('abort', end);
    if (pid !== undefined) options.reaper.unwatch(pid);
    options.signal.throwIfAborted();
  }
}

/** The last line of a tool's output that says something, for the sentence that reports its failure. */
export function lastLine(output: string): string {
  const lines = output.split('\n').map((line) => line.trim());
  return lines.findLast((line) => line !== '') ?? 'it printed nothing';
}
