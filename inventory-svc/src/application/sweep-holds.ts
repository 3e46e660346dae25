import type { Clock } from '@microshop/chassis/clock';
import type { RunInTransaction } from '@microshop/chassis/store/unit-of-work';
import type { ExpireHolds } from './expire-holds.ts';
import type { FindDueHolds } from './ports.ts';

type Ports = { transact: RunInTransaction; clock: Clock; findDueHolds: FindDueHolds; expireHolds: ExpireHolds };

/** Gives back the units of all holds whose time is over, a batch in a transaction. */
export const createSweepHolds =
  ({ transact, clock, findDueHolds, expireHolds }: Ports) =>
  async (stopping: AbortSignal): Promise<void> => {
    while (!stopping.aborted) {
      const due = await findDueHolds(clock.now());
      if (due.length === 0) return;
      await transact((tx) => expireHolds(tx, due));
    }
  };

export type SweepHolds = ReturnType<typeof createSweepHolds>;
