const FIRST_MS = 250;
const MOST_MS = 2000;
const HEALTHY_MS = 10_000;

export interface Backoff {
  /** The wait before the next start of a process that ended now; `readySince` is when it became ready, if it did. */
  next(now: number, readySince: number | undefined): number;
}

/** 250 ms, doubled at each failure up to 2 s; after 10 s of health the count starts anew. */
export function createBackoff(): Backoff {
  let failures = 0;
  return {
    next(now, readySince) {
      if (readySince !== undefined && now - readySince >= HEALTHY_MS) failures = 0;
      const wait = Math.min(FIRST_MS * 2 ** failures, MOST_MS);
      failures++;
      return wait;
    },
  };
}

const MOST_EXITS = 5;
const EXITS_WITHIN_MS = 10 * 60_000;

export interface ExitLimit {
  /** The process ended by itself now; true when it has done so too often to be started once more. */
  reached(now: number): boolean;
}

/** Five times in ten minutes. */
export function createExitLimit(): ExitLimit {
  let exits: number[] = [];
  return {
    reached(now) {
      exits = [...exits.filter((at) => now - at < EXITS_WITHIN_MS), now];
      return exits.length >= MOST_EXITS;
    },
  };
}
