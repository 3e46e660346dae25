import type { Sleep } from './clock.ts';

/** How long a stage rests after a batch: for each item of it, and at most. */
export type Pace = { readonly msPerItem: number; readonly maxMs: number };

/**
 * Rests between batches, the longer the more they hold. A transaction, a send and an offset commit cost about the same for one item as for a hundred, so
 * a stage that has much to do does it in fewer and larger steps; one that has little hardly rests.
 */
export type Pacing = {
  /** A batch of so many items is done. */
  done(items: number): void;
  /** Waits until the stage has rested, and until what has already arrived was looked at. */
  rested(): Promise<void>;
};

export function createPacing(sleep: Sleep, { msPerItem, maxMs }: Pace): Pacing {
  let rest: Promise<void> = Promise.resolve();
  return {
    done(items) {
      const ms = Math.floor(Math.min(maxMs, items * msPerItem));
      rest = ms === 0 ? Promise.resolve() : sleep(ms);
    },
    async rested() {
      await rest;
      await sleep(0);
    },
  };
}
