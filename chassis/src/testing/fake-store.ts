import {
  type Collection,
  type Document,
  type Store,
  StoreError,
  type StoreErrorKind,
  type StoreSession,
  type Write,
} from '../store/store.ts';
import { deepFreeze } from './deep-freeze.ts';

export type StorePoint = 'begin' | 'read' | 'commit';
/** `unknown, written` and `unknown, not written` look the same to the caller, as they do on a network. */
export type StoreFault = 'conflict' | 'unavailable' | 'unknown, written' | 'unknown, not written' | Error;

export type FakeStoreOptions = {
  /** Asked at every point; what it answers happens there. */
  fault?: (point: StorePoint) => StoreFault | undefined;
  /** Awaited at every point, so that a simulation decides who goes next. */
  turn?: (point: StorePoint) => Promise<void>;
};

export type FakeStore = Store & {
  /** What happens at the next calls of this point, one after the other; undefined lets one pass. */
  failNext(point: StorePoint, ...faults: (StoreFault | undefined)[]): void;
  seed<T extends Document>(collection: Collection<T>, ...documents: T[]): void;
  find<T extends Document>(collection: Collection<T>, id: string): T | undefined;
  all<T extends Document>(collection: Collection<T>): T[];
  /** Each read that was made: the collection's name and the ids. */
  readonly reads: readonly { collection: string; ids: readonly string[] }[];
  /** The writes of each transaction that was committed. */
  readonly commits: readonly (readonly Write[])[];
  /** Sessions that were begun and not ended. */
  readonly open: number;
};

type Version = { at: number; document: Document | undefined };

/** A store in memory: snapshot isolation, the first committer wins, an id that is there already is a conflict. */
export function createFakeStore({ fault, turn }: FakeStoreOptions = {}): FakeStore {
  const collections = new Map<string, Map<string, Version[]>>();
  const planned: Record<StorePoint, (StoreFault | undefined)[]> = { begin: [], read: [], commit: [] };
  const reads: { collection: string; ids: readonly string[] }[] = [];
  const commits: (readonly Write[])[] = [];
  let moment = 0;
  let open = 0;

  const versionsOf = (name: string, id: string): Version[] => {
    const documents = collections.get(name) ?? new Map<string, Version[]>();
    collections.set(name, documents);
    const versions = documents.get(id) ?? [];
    documents.set(id, versions);
    return versions;
  };
  const at = (name: string, id: string, snapshot: number): Document | undefined =>
    structuredClone(versionsOf(name, id).findLast((version) => version.at <= snapshot)?.document);

  async function reach(point: StorePoint): Promise<StoreFault | undefined> {
    await turn?.(point);
    const faults = planned[point];
    return faults.length > 0 ? faults.shift() : fault?.(point);
  }

  function apply(writes: readonly Write[]) {
    moment++;
    for (const write of writes) {
      const document = write.kind === 'remove' ? undefined : structuredClone(write.document);
      versionsOf(write.collection.name, idOf(write)).push({ at: moment, document });
    }
    commits.push(writes);
  }

  function session(): StoreSession {
    let snapshot: number | undefined;
    open++;
    return {
      async read<T extends Document>({ name }: Collection<T>, ids: readonly string[]) {
        const failure = await reach('read');
        if (failure) throw errorOf(failure);
        snapshot ??= moment;
        reads.push({ collection: name, ids });
        const from = snapshot;
        return ids.map((id) => deepFreeze(at(name, id, from))).filter((document) => document !== undefined) as T[];
      },
      async hasAny({ name }, idPrefix) {
        const failure = await reach('read');
        if (failure) throw errorOf(failure);
        snapshot ??= moment;
        const from = snapshot;
        return [...(collections.get(name)?.keys() ?? [])].some((id) => id.startsWith(idPrefix) && at(name, id, from) !== undefined);
      },
      async commit(writes) {
        const failure = await reach('commit');
        if (failure && failure !== 'unknown, written') throw errorOf(failure);
        const from = snapshot ?? moment;
        for (const write of writes) {
          const last = versionsOf(write.collection.name, idOf(write)).at(-1);
          if (last && (last.at > from || (write.kind === 'insert' && last.document))) throw errorOf('conflict');
        }
        if (writes.length > 0) apply(writes);
        if (failure) throw errorOf(failure);
      },
      async end() {
        open--;
      },
    };
  }

  return {
    async begin() {
      const failure = await reach('begin');
      if (failure) throw errorOf(failure);
      return session();
    },
    failNext: (point, ...faults) => void planned[point].push(...faults),
    seed: (collection, ...documents) => {
      moment++;
      for (const document of documents)
        versionsOf(collection.name, document._id).push({ at: moment, document: structuredClone(document as Document) });
    },
    find: <T extends Document>({ name }: Collection<T>, id: string) => at(name, id, moment) as T | undefined,
    all: <T extends Document>({ name }: Collection<T>) =>
      [...(collections.get(name)?.keys() ?? [])].map((id) => at(name, id, moment)).filter((document) => document !== undefined) as T[],
    reads,
    commits,
    get open() {
      return open;
    },
  };
}

const idOf = (write: Write): string => (write.kind === 'remove' ? write.id : write.document._id);

function errorOf(fault: StoreFault): Error {
  if (fault instanceof Error) return fault;
  const kind: StoreErrorKind = fault === 'conflict' || fault === 'unavailable' ? fault : 'unknown';
  return new StoreError(kind, `injected: ${fault}`);
}
