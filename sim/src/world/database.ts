import { type Collection, type Document, StoreError, type Write } from '@microshop/chassis/store/store';
import { copy } from './copy.ts';

type Version = { at: number; document: Document | undefined };

/** One document of a commit, before and after. */
export type Change = { collection: string; id: string; before: Document | undefined; after: Document | undefined };

/**
 * One service's database: every version of every document, so that a transaction sees one moment. The first committer wins; an id that is
 * there already is a conflict. Reads do not conflict, as in MongoDB: two transactions that only read what the other writes both commit.
 */
export type Database = {
  readonly moment: number;
  readAt<T extends Document>(collection: Collection<T>, id: string, moment: number): T | undefined;
  hadAny(collection: Collection<Document>, idPrefix: string, moment: number): boolean;
  /** All or nothing; fails with a StoreError `conflict`. */
  commit(writes: readonly Write[], snapshot: number): void;
  /** A single write outside of any transaction. */
  set(collection: Collection<Document>, document: Document): void;
  find<T extends Document>(collection: Collection<T>, id: string): T | undefined;
  all<T extends Document>(collection: Collection<T>): T[];
  /** As `all`, only those that pass, and not copied: to be looked at. */
  where<T extends Document>(collection: Collection<T>, passes: (document: T) => boolean): T[];
  /** What is not as it was at that moment. */
  changedSince(moment: number): Change[];
};

export function createDatabase(onCommit: (changes: readonly Change[]) => void, onConflict: () => void): Database {
  const collections = new Map<string, Map<string, Version[]>>();
  let moment = 0;

  const of = (name: string) => collections.getOrInsertComputed(name, () => new Map<string, Version[]>());
  const versions = (name: string, id: string): readonly Version[] => of(name).get(id) ?? [];
  const latest = (name: string, id: string) => versions(name, id).at(-1)?.document;

  function apply(collection: string, id: string, document: Document | undefined): Change {
    const before = latest(collection, id);
    const after = copy(document);
    of(collection)
      .getOrInsertComputed(id, () => [])
      .push({ at: moment, document: after });
    return { collection, id, before, after };
  }

  const where = <T extends Document>({ name }: Collection<T>, passes: (document: T) => boolean): T[] => {
    const found: T[] = [];
    for (const history of of(name).values()) {
      const document = history.at(-1)?.document as T | undefined;
      if (document && passes(document)) found.push(document);
    }
    return found;
  };

  return {
    get moment() {
      return moment;
    },
    readAt: ({ name }, id, from) => copy(versions(name, id).findLast(({ at }) => at <= from)?.document) as never,
    hadAny: ({ name }, idPrefix, from) =>
      [...of(name)].some(([id, history]) => id.startsWith(idPrefix) && history.findLast(({ at }) => at <= from)?.document !== undefined),
    commit(writes, snapshot) {
      for (const write of writes) {
        const last = versions(write.collection.name, idOf(write)).at(-1);
        if (!last || (last.at <= snapshot && !(write.kind === 'insert' && last.document))) continue;
        onConflict();
        throw new StoreError('conflict', `${write.collection.name} ${idOf(write)} was written meanwhile`);
      }
      moment++;
      onCommit(writes.map((write) => apply(write.collection.name, idOf(write), write.kind === 'remove' ? undefined : write.document)));
    },
    set(collection, document) {
      moment++;
      onCommit([apply(collection.name, document._id, document)]);
    },
    find: ({ name }, id) => copy(latest(name, id)) as never,
    all: (collection) => where(collection, () => true).map(copy),
    where,
    changedSince: (then) =>
      [...collections].flatMap(([collection, documents]) =>
        [...documents].flatMap(([id, history]) => {
          if ((history.at(-1) as Version).at <= then) return [];
          const [before, after] = [history.findLast(({ at }) => at <= then)?.document, history.at(-1)?.document];
          return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ collection, id, before, after }];
        }),
      ),
  };
}

export const idOf = (write: Write): string => (write.kind === 'remove' ? write.id : write.document._id);
