/**
 * Bounds how much is open at once, so that whoever is let in does not wait much longer than `targetMs`. By Little's law that is what is completed in that time.
 * The bound is in force only while what was let in waits too long although work is completed: idle there is none but `max`, and where nothing is completed at all
 * something else is away, which refusing would not mend ([why](../../../docs/decisions/0016-admission-by-littles-law.md)).
 */
export type AdmissionLimit = {
  /** Whether one more may come in; if so, `leave` follows once. What `isWelcome` is refused at `max` only. */
  enter(isWelcome?: boolean): boolean;
  leave(): void;
  /** How long one that came in waited for its outcome, or in vain. */
  waited(ms: number): void;
  /** Work was completed by this process, whoever brought it and whether or not somebody waits for it. */
  completed(): void;
  /** How much is open, and how much may be. */
  state(): { open: number; limit: number };
};

export type AdmissionLimitOptions = {
  targetMs: number;
  /** As many are let in however slow it is. */
  min: number;
  max: number;
  /** Milliseconds of a clock that is never set back. */
  now?: () => number;
};

type Window = { completed: number; prompt: number; late: number };

const WINDOW_MS = 100;
/** By which lateness is seen: soon, and not for one batch. */
const LATEST = 2;
/** Over which the rate is measured: long enough to hold several batches. */
const RECENT = 4;
/** Nothing completed for so many windows: idle, or something is away. */
const REMEMBERED = 20;
/** Of the target: by the time that those who wait so long are answered, the newest wait nearly three times as long at three times the capacity. */
const LATE = 0.3;
/** Batches make the rate uneven from window to window; this forgets it in about a second. */
const SMOOTHING = 0.1;
/** Ten windows, a second, are 2.6 times as many. */
const GROWTH = 1.1;

const sumOf = (windows: readonly Window[], count: keyof Window): number => windows.reduce((sum, window) => sum + window[count], 0);

export function createAdmissionLimit({ targetMs, min, max, now = () => performance.now() }: AdmissionLimitOptions): AdmissionLimit {
  const ceiling = Math.max(min, max);
  let windows: Window[] = [];
  let current: Window = { completed: 0, prompt: 0, late: 0 };
  let currentEndsAt = now() + WINDOW_MS;
  let open = 0;
  let limit = ceiling;
  /** Completed in a millisecond; undefined while nobody waits too long, for then it tells of the demand and not of what is possible. */
  let rate: number | undefined;

  function adapt(): void {
    const recent = windows.slice(-RECENT);
    const latest = windows.slice(-LATEST);
    const completed = sumOf(recent, 'completed');
    if (sumOf(windows, 'completed') === 0) {
      rate = undefined;
      limit = ceiling;
    } else if (sumOf(latest, 'late') > sumOf(latest, 'prompt')) {
      // A pause says nothing about the rate.
      if (completed === 0) return;
      const measured = completed / (recent.length * WINDOW_MS);
      rate = rate === undefined ? measured : rate + (measured - rate) * SMOOTHING;
      limit = Math.min(ceiling, Math.max(min, rate * targetMs));
    } else {
      rate = undefined;
      limit = Math.min(ceiling, limit * GROWTH);
    }
  }

  function closeWindows(): void {
    const time = now();
    for (let left = REMEMBERED; time >= currentEndsAt && left > 0; left--) {
      windows = [...windows, current].slice(-REMEMBERED);
      current = { completed: 0, prompt: 0, late: 0 };
      currentEndsAt += WINDOW_MS;
      adapt();
    }
    if (time >= currentEndsAt) currentEndsAt = time + WINDOW_MS;
  }

  return {
    enter(isWelcome = false) {
      closeWindows();
      if (open >= (isWelcome ? ceiling : Math.floor(limit))) return false;
      open++;
      return true;
    },
    leave() {
      open--;
    },
    waited(ms) {
      closeWindows();
      current[ms > targetMs * LATE ? 'late' : 'prompt']++;
    },
    completed() {
      closeWindows();
      current.completed++;
    },
    state() {
      closeWindows();
      return { open, limit: Math.floor(limit) };
    },
  };
}
