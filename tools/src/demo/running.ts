import { findLockHolder } from '@microshop/local/lock';
import { dataDirectory } from '@microshop/local/paths';
import { descendants } from '@microshop/local/processes/descendants';
import { ToolFailure } from '../failure.ts';
import type { Part } from './options.ts';

/** The parts of a shop that `npm start` runs: what its supervisor has started, and nothing else on this machine. */
export type RunningParts = {
  pidOf(part: Part): number | undefined;
  /** SIGKILL: the part has no time to tidy up. The supervisor starts it again. */
  kill(part: Part): number;
};

/** By what is in its command line. */
const COMMANDS: Record<Part, string> = {
  'order-svc': 'order-svc/src/main.ts',
  'inventory-svc': 'inventory-svc/src/main.ts',
  'loyalty-svc': 'loyalty-svc/src/main.ts',
  broker: 'kafka.Kafka',
};

/** The shop that runs on the data directory. Demonstrations are for development. */
export async function runningParts(env: NodeJS.ProcessEnv): Promise<RunningParts> {
  if (env.NODE_ENV === 'production')
    throw new ToolFailure(
      'Demonstrations kill processes and place orders, so that they refuse with NODE_ENV=production: run them on a shop of your own.',
    );
  const directory = dataDirectory(env);
  const supervisor = await findLockHolder(directory);
  if (!supervisor)
    throw new ToolFailure(
      `No shop runs on ${directory}: start one with npm start in another terminal, or set MICROSHOP_DATA_DIR to that of a running one.`,
    );

  const pidOf = (part: Part) => descendants(supervisor.pid).find(({ command }) => command.includes(COMMANDS[part]))?.pid;
  return {
    pidOf,
    kill(part) {
      const pid = pidOf(part);
      if (pid === undefined)
        throw new ToolFailure(`npm start runs no ${part} of its own, so that it can not be killed: start the shop without KAFKA_BROKERS.`);
      process.kill(pid, 'SIGKILL');
      return pid;
    },
  };
}
