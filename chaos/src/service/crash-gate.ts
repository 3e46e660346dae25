import type { Step, Watcher } from './announcing-ports.ts';
import { crashPoints } from './crash-points.ts';

export type CrashGate = Watcher & {
  /** Dies at the `pass`-th time that the point is passed; only one point is armed at a time. */
  arm(arming: number, point: string, pass: number): void;
  disarm(): void;
};

type Armed = { arming: number; point: string; left: number };

/** Ends the process where it was told to. `die` does not return to the step that it ended at. */
export function createCrashGate(die: (arming: number, point: string) => Promise<never>): CrashGate {
  let armed: Armed | undefined;
  const matches = (step: Step) =>
    armed !== undefined && crashPoints[armed.point]?.at === step.at && crashPoints[armed.point]?.matches?.(step) !== false;
  return {
    arm(arming, point, pass) {
      armed = { arming, point, left: pass };
    },
    disarm() {
      armed = undefined;
    },
    awaits: (at) => armed !== undefined && crashPoints[armed.point]?.at === at,
    async pass(step) {
      if (armed === undefined || !matches(step)) return;
      armed.left--;
      if (armed.left > 0) return;
      await die(armed.arming, armed.point);
    },
  };
}
