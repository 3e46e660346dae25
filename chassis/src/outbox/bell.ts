import type { Running } from '../lifecycle.ts';
import { collection } from '../store/store.ts';

/** Keeps the last rings only: about a hundred. */
export const bellCollection = collection('rings', { cappedBytes: 4096 });

/**
 * How an instance that has committed events tells the one that publishes, where that is another. A ring may be missed: polling is the truth, this only
 * comes earlier.
 */
export type Bell = {
  ring(): Promise<void>;
  /** Calls `hear` at each ring, its own included. */
  listen(hear: () => void): Running;
};
