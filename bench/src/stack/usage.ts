import { readFileSync } from 'node:fs';

/** What processes have used since they began, and the memory that they have now. */
export type Usage = { cpuSeconds: number; residentMb: number };
export type UsageByPart = Readonly<Record<string, Usage>>;

/** Linux counts in hundredths of a second for every architecture that it still runs on. */
const TICKS_PER_SECOND = 100;

/** Undefined where there is no such process, and where there is no /proc. */
export function usageOf(pid: number): Usage | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command in brackets may hold spaces: fields are counted from behind it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const resident = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0';
    return { cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND, residentMb: Number(resident) / 1024 };
  } catch {
    return undefined;
  }
}

/** The sums for the processes of each part, such as the instances of a service. */
export function usageOfParts(parts: Readonly<Record<string, readonly number[]>>): UsageByPart {
  return Object.fromEntries(
    Object.entries(parts).map(([part, pids]) => {
      const usages = pids.map(usageOf).filter((usage) => usage !== undefined);
      return [
        part,
        {
          cpuSeconds: usages.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
          residentMb: usages.reduce((sum, { residentMb }) => sum + residentMb, 0),
        },
      ];
    }),
  );
}
