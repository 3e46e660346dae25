import type { Abortable, Collection, Db, Document, Filter, FindOptions } from 'mongodb';
import { PATIENCE_MS } from '../store/answer-in-time.ts';
import { StoreError } from '../store/store.ts';

const late = () => new StoreError('unavailable', 'The database does not answer in time.');

/** Aborted after `ms`; the driver then rejects with a StoreError and closes the connection, so that a hanging database does not use up the pool. */
export function answerWithin(ms: number): AbortSignal {
  const given = new AbortController();
  setTimeout(() => given.abort(late()), ms).unref();
  return given.signal;
}

/** The database for queries of requests: `find` and `findOne` fail when it does not answer in time. The driver's own `timeoutMS` has no effect. */
export const queriesInTime = (db: Db): Db =>
  replacing(db, {
    collection: (name: string) => {
      const collection = db.collection(name);
      const bounded = (options?: FindOptions & Abortable) => ({ signal: answerWithin(PATIENCE_MS), ...options });
      return replacing(collection, {
        find: (filter: Filter<Document> = {}, options?: FindOptions) => collection.find(filter, bounded(options)),
        findOne: (filter: Filter<Document> = {}, options?: FindOptions) => collection.findOne(filter, bounded(options)),
      });
    },
  });

const replacing = <T extends Db | Collection>(original: T, methods: Record<string, unknown>): T =>
  new Proxy(original, {
    get: (target, name) => (Object.hasOwn(methods, name) ? methods[name as string] : Reflect.get(target, name, target)),
  });
