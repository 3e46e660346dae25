import { type AnyBulkWriteOperation, type ClientSession, type Db, type MongoClient, MongoError } from 'mongodb';
import { type Collection, type Document, type Store, StoreError, type StoreSession, ValidatorRefusal, type Write } from '../store/store.ts';
import { isValidatorRefusal, toStoreError } from './store-errors.ts';

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
  let underWay: Promise<unknown> | undefined;
  let ended = false;

  const step = <R>(work: Promise<R>): Promise<R> => {
    underWay = work;
    return work;
  };
  const inWork = <R>(work: Promise<R>): Promise<R> =>
    work.catch((error: unknown) => {
      throw toStoreError(error, 'work');
    });

  async function writeAndCommit(writes: readonly Write[]): Promise<void> {
    // Ordered, and kind by kind: it stops at what the database refuses. What would come after it meets an aborted transaction, and that
    // failure hides the first one: a refusal for a reason of its own would look like a conflict, and be tried again for ever.
    for (const [name, ofCollection] of Map.groupBy(writes, ({ collection }) => collection.name))
      await inWork(
        db
          .collection<Document>(name)
          .bulkWrite(operationsOf(ofCollection), { session, ordered: true })
          .catch((error: unknown) => {
            throw isValidatorRefusal(error) ? new ValidatorRefusal(name, error) : error;
          }),
      );
    if (ended) throw new StoreError('unavailable', 'The transaction was given up before its commit.');
    await commit(session);
  }

  return {
    read<T extends Document>(collection: Collection<T>, ids: readonly string[]) {
      // The default first batch has 101 documents: a second round trip.
      const cursor = db.collection<Document>(collection.name).find({ _id: { $in: [...ids] } }, { session, batchSize: ids.length + 1 });
      return step(inWork(cursor.toArray())) as unknown as Promise<T[]>;
    },
    async commit(writes) {
      if (writes.length === 0) return;
      await step(writeAndCommit(writes));
    },
    async end() {
      ended = true;
      // A caller may give up a step that hangs, and the driver's session takes one step at a time.
      await underWay?.catch(() => undefined);
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
