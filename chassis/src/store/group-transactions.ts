import type { Cause } from '../events/event.ts';
import { createGroupCommit } from '../group-commit.ts';
import { findStoreError } from './store.ts';
import type { RunInTransaction, Tx } from './unit-of-work.ts';

type Work = { run: (tx: Tx) => Promise<unknown>; cause: Cause };
type Outcome = { result: unknown } | { error: unknown };

/** Bounds a transaction to a few hundred writes; carts of 50 SKUs are rare. */
const MAX_WORKS = 20;

/**
 * Runs the transactions of concurrent requests as one: on a hot SKU they would only conflict with each other. A work that throws is
 * answered with its error and the others run again without it, from a new read, so that nothing it did in memory stays.
 */
export function groupTransactions(transact: RunInTransaction): RunInTransaction {
  const commits = createGroupCommit<Work, Outcome>({
    maxWeight: MAX_WORKS,
    weigh: () => 1,
    async commit(works) {
      const outcomes = new Map<Work, Outcome>();
      while (outcomes.size < works.length) {
        const open = works.filter((work) => !outcomes.has(work));
        for (const [work, outcome] of await runTogether(transact, open)) outcomes.set(work, outcome);
      }
      return works.map((work) => outcomes.get(work) as Outcome);
    },
  });
  return async <R>(run: (tx: Tx) => Promise<R>, cause: Cause = {}) => {
    const outcome = await commits.submit({ run, cause });
    if ('error' in outcome) throw outcome.error;
    return outcome.result as R;
  };
}

/** The outcomes of all works, or of the first that threw: then nothing was written. When the commit is refused, each runs alone. */
async function runTogether(transact: RunInTransaction, works: readonly Work[]): Promise<[Work, Outcome][]> {
  let running: Work | undefined;
  try {
    return await transact(async (tx) => {
      const outcomes: [Work, Outcome][] = [];
      for (const work of works) {
        running = work;
        outcomes.push([work, { result: await work.run(tx.because(work.cause)) }]);
      }
      running = undefined;
      return outcomes;
    });
  } catch (error) {
    if (findStoreError(error)) throw error;
    const guilty = running ?? (works.length === 1 ? works[0] : undefined);
    if (guilty) return [[guilty, { error }]];
    // The commit was refused, for what one of them wrote.
    const alone: [Work, Outcome][] = [];
    for (const work of works)
      alone.push(...(await runTogether(transact, [work]).catch((failure) => [[work, { error: failure }] as [Work, Outcome]])));
    return alone;
  }
}
