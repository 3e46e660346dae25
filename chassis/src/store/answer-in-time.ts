import { OVER, sleep as realSleep, type Sleep } from '../clock.ts';
import { findStoreError, type Store, StoreError, type StoreErrorKind } from './store.ts';

/** Below the 2 s within which a request without a database is answered, also when it tries once more after a commit of unknown outcome. */
export const PATIENCE_MS = 1500;
/** While the database owes an answer, what comes next only looks whether it is back. */
const PATIENCE_WHEN_SILENT_MS = 300;

const LATE = Symbol('late');

/**
 * A store for those who can not wait, such as callers over HTTP: each of its steps fails when the database does not answer in time. A transaction
 * whose read is late is never committed; one whose commit is late has an unknown outcome. Consumers, which can wait, do not use it: a step
 * that is always late would be tried for ever.
 */
export function answeringInTime(store: Store, sleep: Sleep = realSleep): Store {
  let silent = false;

  async function inTime<R>(step: Promise<R>, whenLate: StoreErrorKind): Promise<R> {
    const over = new AbortController();
    const answer = step.then((result) => {
      silent = false;
      return result;
    });
    // What it comes to later is nobody's.
    answer.catch(() => undefined);
    try {
      const first = await Promise.race([answer, sleep(silent ? PATIENCE_WHEN_SILENT_MS : PATIENCE_MS, over.signal).then(() => LATE)]);
      if (first !== LATE) return first as R;
      silent = true;
      throw new StoreError(whenLate, 'The database does not answer in time.');
    } finally {
      over.abort(OVER);
    }
  }

  return {
    async begin() {
      const session = await store.begin();
      let answers = true;
      const step = <R>(work: Promise<R>, whenLate: StoreErrorKind): Promise<R> =>
        inTime(work, whenLate).catch((error: unknown) => {
          const kind = findStoreError(error)?.kind;
          answers = kind !== 'unavailable' && kind !== 'unknown';
          throw error;
        });
      return {
        read: (collection, ids) => step(session.read(collection, ids), 'unavailable'),
        hasAny: (collection, idPrefix) => step(session.hasAny(collection, idPrefix), 'unavailable'),
        commit: (writes) => step(session.commit(writes), 'unknown'),
        async end() {
          const ended = session.end();
          // To give a transaction back takes the database, too.
          if (answers) await ended;
          else ended.catch(() => undefined);
        },
      };
    },
  };
}
