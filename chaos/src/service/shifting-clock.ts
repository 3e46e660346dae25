import { type Clock, systemClock } from '@microshop/chassis/clock';

export type ShiftingClock = Clock & { shift(ms: number): void };

/** The machine's clock, set forward or back as often as one likes. */
export function createShiftingClock(real: Clock = systemClock): ShiftingClock {
  let shiftMs = 0;
  return {
    now: () => new Date(real.now().getTime() + shiftMs),
    shift(ms) {
      shiftMs = ms;
    },
  };
}
