import type { ClientSession, Db, MongoClient, Timestamp } from 'mongodb';
import { ToolFailure } from '../failure.ts';

/** One moment of all databases of the cluster: every read of the session is of the cluster time of its first. */
export type Moment = { session: ClientSession; clusterTime: Timestamp };

/** The client's own read concern would take the session's place. */
export const onMoment = (session: ClientSession) => ({ session, readConcern: { level: 'snapshot' } }) as const;

export async function openMoment(client: MongoClient, db: Db): Promise<Moment> {
  const session = client.startSession({ snapshot: true });
  await db.collection('outbox').findOne({}, { ...onMoment(session), projection: { _id: 1 } });
  const { snapshotTime } = session as { snapshotTime?: Timestamp };
  if (!snapshotTime) throw new ToolFailure('MongoDB told no cluster time: a backup needs a replica set, from version 5 on.');
  return { session, clusterTime: snapshotTime };
}

const PARAMETER = 'minSnapshotHistoryWindowInSeconds';
const SNAPSHOT_GONE = new Set<unknown>([239, 246]);

/** Lets MongoDB keep a moment readable for longer while `work` runs. */
export async function withWindow<R>(client: MongoClient, seconds: number | undefined, work: () => Promise<R>): Promise<R> {
  const admin = client.db('admin');
  const present = async () => Number((await admin.command({ getParameter: 1, [PARAMETER]: 1 }))[PARAMETER]);
  const set = (value: number) => admin.command({ setParameter: 1, [PARAMETER]: value });
  const before = seconds === undefined ? undefined : await present();
  if (seconds === undefined || before === undefined || before >= seconds) return work();
  await set(seconds).catch((error: Error) => {
    throw new ToolFailure(
      `MongoDB does not let this user change ${PARAMETER} (${error.message}): set it to ${seconds} on the server, and leave out --window.`,
    );
  });
  try {
    return await work();
  } finally {
    await set(before);
  }
}

/** What is said when the data took longer than MongoDB keeps the moment. */
export function explainSnapshot(error: unknown): unknown {
  return SNAPSHOT_GONE.has((error as { code?: unknown }).code)
    ? new ToolFailure('MongoDB has given up the moment of the backup, which took too long: give --window, longer than the backup takes.')
    : error;
}
