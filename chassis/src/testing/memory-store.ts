import type { Collection, Document, Store, Write } from '../store/store.ts';

export type MemoryStore = Store & { all<T extends Document>(collection: Collection<T>): T[] };

/** A store for unit tests, for one transaction at a time. Its documents are copies, as a database's are. */
export function createMemoryStore(): MemoryStore {
  const collections = new Map<string, Map<string, Document>>();
  const documentsOf = ({ name }: Collection<Document>) => collections.getOrInsertComputed(name, () => new Map<string, Document>());

  function apply(write: Write): void {
    const documents = documentsOf(write.collection);
    if (write.kind === 'remove') documents.delete(write.id);
    else documents.set(write.document._id, structuredClone(write.document));
  }

  return {
    all: <T extends Document>(collection: Collection<T>) => structuredClone([...documentsOf(collection).values()]) as T[],
    begin: async () => ({
      async read<T extends Document>(collection: Collection<T>, ids: readonly string[]) {
        const documents = documentsOf(collection);
        return structuredClone(ids.flatMap((id) => documents.get(id) ?? [])) as T[];
      },
      async commit(writes) {
        writes.forEach(apply);
      },
      async end() {},
    }),
  };
}
