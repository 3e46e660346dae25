// Kafka, mongod and the services alike: a process to launch and a way to know that it is ready. The supervisor and the test stack run the same specifications.
import { readFile } from 'node:fs/promises';
import { type ChildHandle, describeExit, launch, type ProcessSpec } from './processes/child.ts';
import type { Reaper } from './processes/reaper-client.ts';
import { lastLine } from './processes/run-tool.ts';

export interface ServerSpec extends ProcessSpec {
  readonly port: number;
  readonly stopTimeoutMs: number;
  /** Resolves when the server is usable; rejects when that took too long or `signal` aborted. */
  readonly waitUntilReady: (signal: AbortSignal) => Promise<void>;
}

export interface ServerProcess {
  readonly port: number;
  /** Of the present process; undefined while it is down. */
  readonly pid: number | undefined;
  /** Ends it cleanly. */
  stop(): Promise<void>;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** Ends it cleanly if it runs, starts it on the same port and data, resolves when it is ready. */
  restart(): Promise<void>;
}

/** Resolves when the launched process is ready; rejects as soon as it ends instead, with the last line of its log. */
export async function readyOrExited(child: ChildHandle, spec: ServerSpec, signal: AbortSignal): Promise<void> {
  const ended = new AbortController();
  void child.exited.then(() => ended.abort());
  try {
    await spec.waitUntilReady(AbortSignal.any([signal, ended.signal]));
  } catch (error) {
    if (signal.aborted || !ended.signal.aborted) throw error;
    const exit = describeExit(await child.exited);
    const log = await readFile(spec.logFile, 'utf8').catch(() => '');
    throw new Error(`${spec.name} ended at its start (${exit}): ${lastLine(log).slice(0, 300)} (see ${spec.logFile})`);
  }
}

export async function startServer(spec: ServerSpec, reaper: Reaper, signal: AbortSignal): Promise<ServerProcess> {
  let child: ChildHandle | undefined;

  async function start(): Promise<void> {
    const launched = launch(spec, reaper);
    child = launched;
    try {
      await readyOrExited(launched, spec, signal);
    } catch (error) {
      await launched.kill();
      throw error;
    }
  }

  const server: ServerProcess = {
    port: spec.port,
    get pid() {
      return child?.hasExited() ? undefined : child?.pid;
    },
    async stop() {
      await child?.stop(spec.stopTimeoutMs);
    },
    async kill() {
      await child?.kill();
    },
    async restart() {
      await server.stop();
      await start();
    },
  };
  await start();
  return server;
}
