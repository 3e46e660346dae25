import { join } from 'node:path';
import { REPO_DIR } from '@microshop/local/paths';
import { launch } from '@microshop/local/processes/child';
import type { Reaper } from '@microshop/local/processes/reaper-client';
import type { LoadResult, Plan, WorkerReport } from './plan.ts';

export type Load = {
  /** `onEdge` is told when what is measured begins, and when it ends. */
  run(plan: Plan, onEdge: () => void): Promise<LoadResult>;
  stop(): Promise<void>;
};

/** The load's process; it ends with this one. */
export async function startLoad(reaper: Reaper, logFile: string): Promise<Load> {
  const ready = Promise.withResolvers<void>();
  let heard: (report: WorkerReport) => void = () => ready.resolve();
  const child = launch(
    {
      name: 'load',
      command: process.execPath,
      args: [join('bench', 'src', 'load', 'worker.ts')],
      cwd: REPO_DIR,
      env: process.env,
      logFile,
      onMessage: (message) => heard(message as WorkerReport),
    },
    reaper,
  );
  const ended = child.exited.then((): never => {
    throw new Error(`The load's process has ended: ${logFile} says why.`);
  });
  ended.catch(() => undefined);
  await Promise.race([ready.promise, ended]);
  return {
    run(plan, onEdge) {
      const done = Promise.withResolvers<LoadResult>();
      heard = (message) => {
        if (message.report === 'done') done.resolve(message.result);
        else onEdge();
      };
      child.send(plan);
      return Promise.race([done.promise, ended]);
    },
    async stop() {
      await child.kill();
    },
  };
}
