import { type AnyBulkWriteOperation, type ClientSession, type Db, type MongoClient, MongoError } from 'mongodb';
import type { Collection, Document, Store, StoreSession, Write } from '../store/store.ts';
import { toStoreError } from './store-errors.ts';

/** How often the driver's commit is asked again while the server does not say; a commit is idempotent on its session. */
const COMMIT_ATTEMPTS = 3;

const TRANSACTION = { readConcern: { level: 'snapshot' }, writeConcern: { w: 'majority' }, readPreference: 'primary' } as const;

/** The store on MongoDB: a session is one multi-document transaction; conflicts are the database's own first-committer-wins. */
export const createMongoStore = (client: MongoClient, db: Db): Store => ({
  async begin() {
    const session = client.startSession();
    session.startTransaction(TRANSACTION);
    return createSession(db, session);
  },
});

function createSession(db: Db, session: ClientSession): StoreSession {
  const inWork = <R>(work: Promise<R>): Promise<R> =>
    work.catch((error: unknown) => {
      throw toStoreError(error, 'work');
    });
  return {
    read<T extends Document>(collection: Collection<T>, ids: readonly string[]) {
      return inWork(
        db
          .collection<Document>(collection.name)
          // The default first batch has 101 documents: a second round trip.
          .find({ _id: { $in: [...ids] } }, { session, batchSize: ids.length + 1 })
          .toArray(),
      ) as unknown as Promise<T[]>;
    },
    async commit(writes) {
      if (writes.length === 0) return;
      // Ordered, and kind by kind: it stops at what the database refuses. What would come after it meets an aborted transaction, and that
      // failure hides the first one: a refusal for a reason of its own would look like a conflict, and be tried again for ever.
      for (const [name, ofCollection] of Map.groupBy(writes, ({ collection }) => collection.name))
        await inWork(db.collection<Document>(name).bulkWrite(operationsOf(ofCollection), { session, ordered: true }));
      await commit(session);
    },
    async end() {
      if (session.inTransaction()) await session.abortTransaction().catch(() => undefined);
      await session.endSession();
    },
  };
}

const operationsOf = (writes: readonly Write[]): AnyBulkWriteOperation<Document>[] =>
  (['insert', 'replace', 'remove'] as const).flatMap((kind) => writes.filter((write) => write.kind === kind).map(operationOf));

function operationOf(write: Write): AnyBulkWriteOperation<Document> {
  if (write.kind === 'insert') return { insertOne: { document: write.document } };
  if (write.kind === 'remove') return { deleteOne: { filter: { _id: write.id } } };
  return { replaceOne: { filter: { _id: write.document._id }, replacement: write.document } };
}

async function commit(session: ClientSession): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await session.commitTransaction();
    } catch (error) {
      const unknown = error instanceof MongoError && error.hasErrorLabel('UnknownTransactionCommitResult');
      if (!unknown || attempt === COMMIT_ATTEMPTS) throw toStoreError(error, 'commit');
    }
  }
}
