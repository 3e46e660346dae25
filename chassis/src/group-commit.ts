import { findStoreError } from './store/store.ts';

/**
 * Handles what is pending in one go: while one batch is under way, what is submitted waits and makes the next one. Idle, a batch is
 * one item and adds no wait; under load it grows by itself up to the limits. A batch that finds the store unavailable fails those that wait, too.
 */
export type GroupCommit<Item, Result> = {
  /** The item's own result, once its batch is committed; or what its batch failed with. */
  submit(item: Item): Promise<Result>;
};

export type GroupCommitOptions<Item, Result> = {
  /** Handles the items in order; answers one result for each. */
  commit(items: readonly Item[]): Promise<readonly Result[]>;
  /** What an item weighs; a batch closes before it would weigh more than `maxWeight` (a single heavier item goes alone). */
  weigh(item: Item): number;
  maxWeight: number;
  /** Awaited before each batch: what comes meanwhile shares it. Absent: a batch begins at once. */
  gather?: () => Promise<void>;
};

type Waiting<Item, Result> = { item: Item; resolve(result: Result): void; reject(error: unknown): void };

export function createGroupCommit<Item, Result>(options: GroupCommitOptions<Item, Result>): GroupCommit<Item, Result> {
  const { commit, weigh, maxWeight, gather } = options;
  const queue: Waiting<Item, Result>[] = [];
  let running = false;

  function nextBatch(): Waiting<Item, Result>[] {
    let weight = 0;
    const end = queue.findIndex(({ item }, index) => {
      weight += weigh(item);
      return index > 0 && weight > maxWeight;
    });
    return queue.splice(0, end === -1 ? queue.length : end);
  }

  async function drain() {
    running = true;
    while (queue.length > 0) {
      if (gather) await gather();
      const batch = nextBatch();
      try {
        const results = await commit(batch.map(({ item }) => item));
        batch.forEach(({ resolve }, index) => {
          resolve(results[index] as Result);
        });
      } catch (error) {
        for (const { reject } of batch) reject(error);
        // Those who wait would find out the same, one batch after the other, and the last would have waited for long.
        if (findStoreError(error)?.kind === 'unavailable') for (const { reject } of queue.splice(0)) reject(error);
      }
    }
    running = false;
  }

  return {
    submit: (item) =>
      new Promise((resolve, reject) => {
        queue.push({ item, resolve, reject });
        if (!running) void drain();
      }),
  };
}
