import { type ClientSession, type Db, type MongoClient, MongoError, MongoServerError } from 'mongodb';
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

  /** As a command, for the driver's cursors and bulk writes cost it more than the command itself: they measure each document before they write it. */
  const run = (command: Record<string, unknown>): Promise<CommandAnswer> => db.command(command, { session, ...BSON });

  async function writeAndCommit(writes: readonly Write[]): Promise<void> {
    // Ordered, and kind by kind: it stops at what the database refuses. What would come after it meets an aborted transaction, and that
    // failure hides the first one: a refusal for a reason of its own would look like a conflict, and be tried again for ever.
    for (const [name, ofCollection] of Map.groupBy(writes, ({ collection }) => collection.name))
      for (const { command, count } of commandsOf(name, ofCollection))
        await inWork(run(command).then((answer) => requireWritten(name, count, answer)));
    if (ended) throw new StoreError('unavailable', 'The transaction was given up before its commit.');
    await commit(session);
  }

  return {
    read<T extends Document>(collection: Collection<T>, ids: readonly string[]) {
      const command = { find: collection.name, filter: { _id: { $in: ids } }, batchSize: ids.length + 1, singleBatch: true };
      return step(inWork(run(command).then(({ cursor }) => (cursor?.firstBatch ?? []) as T[])));
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

/** What the client of the services is set to, which the driver does not apply to commands. */
const BSON = { ignoreUndefined: true, promoteBuffers: true } as const;

type CommandAnswer = { n?: number; cursor?: { firstBatch: unknown[] }; writeErrors?: { code: number; errmsg: string }[] };

/** One command for each kind of write, and how many documents it is about. */
function commandsOf(name: string, writes: readonly Write[]): { command: Record<string, unknown>; count: number }[] {
  const inserts = writes.filter((write) => write.kind === 'insert').map(({ document }) => document);
  const replaces = writes
    .filter((write) => write.kind === 'replace')
    .map(({ document, expected }) => ({ q: filterOf(document._id, expected), u: document }));
  const removes = writes.filter((write) => write.kind === 'remove').map(({ id, expected }) => ({ q: filterOf(id, expected), limit: 1 }));
  return [
    { command: { insert: name, documents: inserts, ordered: true }, count: inserts.length },
    { command: { update: name, updates: replaces, ordered: true }, count: replaces.length },
    { command: { delete: name, deletes: removes, ordered: true }, count: removes.length },
  ].filter(({ count }) => count > 0);
}

/** The whole document is compared, as the database keeps it: with its id first. */
const filterOf = (id: string, expected: Document | undefined) => {
  if (!expected) return { _id: id };
  const { _id, ...rest } = expected;
  return { _id, $expr: { $eq: ['$$ROOT', { $literal: { _id, ...rest } }] } };
};

function requireWritten(name: string, count: number, { n, writeErrors: [refusal] = [] }: CommandAnswer): void {
  if (refusal) {
    const error = new MongoServerError({ message: refusal.errmsg, code: refusal.code });
    throw isValidatorRefusal(error) ? new ValidatorRefusal(name, error) : error;
  }
  if (n !== count) throw new StoreError('conflict', `Another transaction has changed a document of ${name}.`);
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
