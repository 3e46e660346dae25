import { isDeepStrictEqual } from 'node:util';
import { copy } from './copy.ts';
import { type Collection, type Document, type Store, StoreError, type StoreSession, type Write } from './store.ts';

/** The least recently written are forgotten first. */
const MAX_DOCUMENTS = 20_000;

type Place = { readonly collection: Collection<Document>; readonly id: string };
type Used = Place & { readonly document: Document };

/** Documents as this process wrote them last, which nobody changes here. Others may have changed them in the database since. */
type Memory = {
  find(place: Place): Document | undefined;
  keep(writes: readonly Write[]): void;
  forget(places: Iterable<Place>): void;
};

export type OwnWrites = {
  /** Keeps what is committed through it; reads from the database. */
  noting(store: Store): Store;
  /**
   * As `noting`, and reads what is kept without asking the database. The commit makes sure: what is written replaces exactly the document that was
   * remembered, and what is not is read and compared; where either differs it is a conflict, and the work runs again with what the database has. So a commit
   * means the same as if all had been read in its transaction. Work that throws may have thrown because of what it remembered: it, too, reads anew.
   */
  reading(store: Store): Store;
};

/** For collections that are `remembered`: what this process wrote a moment ago it need not read, as long as it is the only one that writes it. */
export function rememberOwnWrites(limit = MAX_DOCUMENTS): OwnWrites {
  const memory = createMemory(limit);
  return {
    noting: (store) => ({ begin: async () => noting(await store.begin(), memory) }),
    reading: (store) => ({ begin: async () => reading(noting(await store.begin(), memory), memory) }),
  };
}

const keyOf = ({ collection, id }: Place): string => `${collection.name}\n${id}`;
const placeOf = (write: Write): Place => ({ collection: write.collection, id: write.kind === 'remove' ? write.id : write.document._id });

function createMemory(limit: number): Memory {
  const documents = new Map<string, Document>();
  const forget = (places: Iterable<Place>) => {
    for (const place of places) documents.delete(keyOf(place));
  };
  return {
    forget,
    find: (place) => documents.get(keyOf(place)),
    keep(writes) {
      const kept = writes.filter(({ collection }) => collection.remembered);
      forget(kept.map(placeOf));
      for (const write of kept) if (write.kind !== 'remove') documents.set(keyOf(placeOf(write)), copy(write.document));
      for (const oldest of documents.keys()) {
        if (documents.size <= limit) return;
        documents.delete(oldest);
      }
    },
  };
}

const noting = (session: StoreSession, memory: Memory): StoreSession => ({
  ...session,
  async commit(writes) {
    try {
      await session.commit(writes);
      memory.keep(writes);
    } catch (error) {
      memory.forget(writes.map(placeOf));
      throw error;
    }
  },
});

function reading(session: StoreSession, memory: Memory): StoreSession {
  const used = new Map<string, Used>();
  let isCommitted = false;

  async function requireUnchanged(places: readonly Used[]): Promise<void> {
    for (const [collection, of] of Map.groupBy(places, ({ collection }) => collection)) {
      const ids = of.map(({ id }) => id);
      const found = new Map((await session.read(collection, ids)).map((document) => [document._id, document]));
      if (of.some(({ id, document }) => !isDeepStrictEqual(found.get(id), document)))
        throw new StoreError('conflict', `A document of ${collection.name} is not as this process remembers it.`);
    }
  }

  return {
    async read<T extends Document>(collection: Collection<T>, ids: readonly string[]) {
      if (!collection.remembered) return session.read(collection, ids);
      const remembered = ids.flatMap((id) => {
        const document = memory.find({ collection, id });
        return document ? [{ collection, id, document }] : [];
      });
      for (const use of remembered) used.set(keyOf(use), use);
      const missing = ids.filter((id) => !used.has(keyOf({ collection, id })));
      const read = missing.length === 0 ? [] : await session.read(collection, missing);
      return [...(remembered.map(({ document }) => copy(document)) as T[]), ...read];
    },
    async commit(writes) {
      const unwritten = new Map(used);
      const guarded = writes.map((write) => {
        const key = keyOf(placeOf(write));
        const use = used.get(key);
        unwritten.delete(key);
        return use ? { ...write, expected: use.document } : write;
      });
      await requireUnchanged([...unwritten.values()]);
      await session.commit(guarded);
      isCommitted = true;
    },
    async end() {
      if (!isCommitted) memory.forget(used.values());
      await session.end();
    },
  };
}
