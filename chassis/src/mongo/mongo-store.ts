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
      for (const command of commandsOf(name, ofCollection)) await inWork(run(command).then((answer) => requireWritten(name, answer)));
    if (ended) throw new StoreError('unavailable', 'The transaction was given up before its commit.');
    await commit(session);
  }

  return {
    read<T extends Document>({ name }: Collection<T>, ids: readonly string[]) {
      const command = { find: name, filter: { _id: { $in: ids } }, batchSize: ids.length + 1, singleBatch: true };
      return step(inWork(run(command).then(({ cursor }) => (cursor?.firstBatch ?? []) as T[])));
    },
    hasAny({ name }, idPrefix) {
      const filter = { _id: { $gte: idPrefix, $lt: `${idPrefix}\u{10ffff}` } };
      const found = run({ find: name, filter, projection: { _id: 1 }, limit: 1, singleBatch: true });
      return step(inWork(found.then(({ cursor }) => cursor?.firstBatch.length === 1)));
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

type Fields = Readonly<Record<string, unknown>>;
type CommandAnswer = { cursor?: { firstBatch: unknown[] }; writeErrors?: { code: number; errmsg: string }[] };

/** One command for each kind of write. */
function commandsOf(name: string, writes: readonly Write[]): Record<string, unknown>[] {
  const inserts = writes.filter((write) => write.kind === 'insert').map(({ document }) => document);
  const replaces = writes
    .filter((write) => write.kind === 'replace')
    .map(({ former, document }) => ({ q: { _id: document._id }, u: replacing(former, document) }));
  const removes = writes.filter((write) => write.kind === 'remove').map(({ id }) => ({ q: { _id: id }, limit: 1 }));
  return [
    ...(inserts.length > 0 ? [{ insert: name, documents: inserts, ordered: true }] : []),
    ...(replaces.length > 0 ? [{ update: name, updates: replaces, ordered: true }] : []),
    ...(removes.length > 0 ? [{ delete: name, deletes: removes, ordered: true }] : []),
  ];
}

/**
 * Of a document that was read only what differs is sent, field by field: the database then looks at no index whose fields stay, and
 * logs the difference. A third of what an update costs it.
 */
function replacing(former: Fields | undefined, document: Fields): Fields {
  if (!former) return document;
  const $set: Record<string, unknown> = {};
  for (const name in document) if (document[name] !== undefined && document[name] !== former[name]) $set[name] = document[name];
  const gone = Object.keys(former).filter((name) => document[name] === undefined);
  return { $set, ...(gone.length > 0 && { $unset: Object.fromEntries(gone.map((name) => [name, ''])) }) };
}

function requireWritten(name: string, { writeErrors: [refusal] = [] }: CommandAnswer): void {
  if (!refusal) return;
  const error = new MongoServerError({ message: refusal.errmsg, code: refusal.code });
  throw isValidatorRefusal(error) ? new ValidatorRefusal(name, error) : error;
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
