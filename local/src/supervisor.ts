// Runs processes until it is told to stop: restarts what dies, and stops all in the reverse order of their stages, once.
import { setTimeout as delay } from 'node:timers/promises';
import { createBackoff, createExitLimit } from './backoff.ts';
import { messageOf } from './errors.ts';
import { type ChildHandle, describeExit, launch } from './processes/child.ts';
import type { Reaper } from './processes/reaper-client.ts';
import { readyOrExited, type ServerSpec } from './server-process.ts';

/** Higher stages need the lower ones: they are stopped before them. */
export interface SupervisedSpec extends ServerSpec {
  readonly stage: number;
  /** Whether it stays down when it ends by itself again and again: what a new start does not mend must be seen. What was killed does not count. */
  readonly isGivenUp?: boolean;
}

export interface Supervisor {
  /** Resolves when the process is ready; rejects when it failed `attempts` times without having been ready. */
  start(spec: SupervisedSpec): Promise<void>;
  pidOf(name: string): number | undefined;
  /** Ends everything in order. Called again, it gives the same promise. */
  stop(): Promise<void>;
}

export interface SupervisorOptions {
  readonly reaper: Reaper;
  /** Gets sentences like "inventory-svc exited (SIGKILL), restarting in 0.3 s". */
  readonly say: (line: string) => void;
  /** How often a process may fail before it was ready for the first time. */
  readonly attempts?: number;
}

interface Supervised {
  readonly spec: SupervisedSpec;
  child: ChildHandle | undefined;
  ended: Promise<void>;
}

export function createSupervisor({ reaper, say, attempts = 3 }: SupervisorOptions): Supervisor {
  const processes = new Map<string, Supervised>();
  const stopping = new AbortController();
  const { signal } = stopping;
  let stopped: Promise<void> | undefined;

  async function supervise(one: Supervised, onFirstReady: () => void): Promise<void> {
    const { spec } = one;
    const backoff = createBackoff();
    const exitLimit = createExitLimit();
    let wasReady = false;
    for (let failures = 1; !signal.aborted; failures++) {
      let readySince: number | undefined;
      let how: string;
      try {
        const startedAt = Date.now();
        const child = launch(spec, reaper);
        one.child = child;
        try {
          await readyOrExited(child, spec, signal);
        } catch (error) {
          // Alive without becoming ready counts as a failure, too: a new process may fare better.
          await child.stop(spec.stopTimeoutMs);
          throw error;
        }
        readySince = Date.now();
        if (wasReady) say(`${spec.name} is ready again after ${seconds(readySince - startedAt)}`);
        wasReady = true;
        onFirstReady();
        const exit = await child.exited;
        if (signal.aborted) return;
        if (spec.isGivenUp && exit.code !== null && exitLimit.reached(Date.now())) {
          say(givenUp(spec, describeExit(exit)));
          return;
        }
        how = `exited (${describeExit(exit)})`;
      } catch (error) {
        if (signal.aborted) return;
        if (!wasReady && failures >= attempts) throw error;
        how = `did not start (${messageOf(error)})`;
      }
      if (signal.aborted) return;
      const wait = backoff.next(Date.now(), readySince);
      say(`${spec.name} ${how}, restarting in ${seconds(wait)}`);
      await delay(wait, undefined, { signal }).catch(() => {});
    }
  }

  async function stopAll(): Promise<void> {
    stopping.abort();
    const all = [...processes.values()];
    const stages = [...new Set(all.map(({ spec }) => spec.stage))].sort((a, b) => b - a);
    for (const stage of stages) {
      await Promise.all(
        all
          .filter(({ spec }) => spec.stage === stage)
          .map(async ({ child, spec, ended }) => {
            await child?.stop(spec.stopTimeoutMs);
            await ended;
          }),
      );
    }
  }

  return {
    start(spec) {
      signal.throwIfAborted();
      return new Promise((resolve, reject) => {
        const one: Supervised = { spec, child: undefined, ended: Promise.resolve() };
        processes.set(spec.name, one);
        // A rejection after the first readiness cannot occur; before it, it is the caller's. A stop rejects what was not ready yet.
        one.ended = supervise(one, resolve).then(() => reject(new Error(`${spec.name} was stopped`)), reject);
      });
    },
    pidOf(name) {
      const child = processes.get(name)?.child;
      return child?.hasExited() ? undefined : child?.pid;
    },
    stop() {
      stopped ??= stopAll();
      return stopped;
    },
  };
}

function givenUp({ name, logFile }: SupervisedSpec, how: string): string {
  return `${name} exited (${how}) by itself for the 5th time in 10 minutes and is NOT started again: see ${logFile}, and start anew when it is mended`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
