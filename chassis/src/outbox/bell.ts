import type { Running } from '../lifecycle.ts';
import { collection } from '../store/store.ts';

export const bellCollection = collection<{ _id: string; rung: number }>('bells');

/**
 * How an instance that has committed events tells the one that publishes, where that is another. A ring may be missed: polling is the truth, this only
 * comes earlier.
 */
export type Bell = {
  ring(): Promise<void>;
  /** Calls `hear` at each ring, its own included. */
  listen(hear: () => void): Running;
};
