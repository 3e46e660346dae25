import { readFileSync } from 'node:fs';
import { identify, isAlive, parentOf } from './processes/identity.ts';

// All the ways in which the stack is asked to stop, turned into one signal that fires once.
const PARENT_CHECK_MS = 500;

export interface StopRequests {
  readonly signal: AbortSignal;
  /** Set when it was a fault of the supervisor itself. */
  fault(): unknown;
}

export function listenForStopRequests(): StopRequests {
  const controller = new AbortController();
  let fault: unknown;
  // The terminal sends Ctrl-C to this process, and npm, which got it too, sends it again: handlers stay, repeats do nothing.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const) process.on(signal, () => controller.abort());
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      fault ??= error;
      controller.abort();
    });
  }
  // A reader that went away (npm start | head) does not end the shop.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  if (process.env.npm_lifecycle_event !== undefined) whenParentEnds(() => controller.abort());
  return { signal: controller.signal, fault: () => fault };
}

/** npm can be killed without telling its child; it is the parent, or the parent of the shell in between. */
function whenParentEnds(stop: () => void): void {
  const parent = process.ppid;
  const npm = [parent, parentOf(parent)].find((pid) => pid !== undefined && isNpm(pid));
  const above = npm === undefined ? undefined : identify(npm);
  setInterval(() => {
    if (process.ppid !== parent || (above !== undefined && !isAlive(above))) stop();
  }, PARENT_CHECK_MS).unref();
}

function isNpm(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith('npm');
  } catch {
    return false;
  }
}
