// A process id alone is no identity: ids are reused. With its start time it is one, where the system tells it (Linux).
import { readFileSync } from 'node:fs';

export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since boot at which the process started; undefined where /proc is missing. */
  readonly startTime: string | undefined;
}

interface ProcessStat {
  readonly state: string | undefined;
  readonly startTime: string | undefined;
  readonly parent: number;
}

function readStat(pid: number): ProcessStat | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command name before the last ')' may hold spaces; the fields after it do not.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0], startTime: fields[19], parent: Number(fields[1]) };
  } catch {
    return undefined;
  }
}

export function identify(pid: number): ProcessIdentity {
  return { pid, startTime: readStat(pid)?.startTime };
}

/** Undefined where /proc is missing. */
export function parentOf(pid: number): number | undefined {
  return readStat(pid)?.parent;
}

/** True while exactly this process runs; a zombie that nobody collected counts as ended. */
export function isAlive({ pid, startTime }: ProcessIdentity): boolean {
  const stat = readStat(pid);
  if (stat !== undefined) return stat.state !== 'Z' && (startTime === undefined || stat.startTime === startTime);
  if (startTime !== undefined) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Signals the process group that a detached child leads; one that has ended is no error. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Already gone.
  }
}
