import { type Db, MongoClient, MongoServerError } from 'mongodb';
import { pollUntil } from './poll.ts';
import { isListening } from './ports.ts';

const NOT_YET_INITIALIZED = 94;

/** Initiates the replica set of one, or moves it to this port, and waits until it takes writes. */
export async function waitForPrimary(port: number, signal: AbortSignal, timeoutMs = 60_000): Promise<void> {
  const poll = { signal, timeoutMs, everyMs: 25, what: `mongod did not become a writable primary on port ${port}` };
  await pollUntil(async () => ((await isListening(port)) ? true : undefined), poll);
  const client = new MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`, {
    serverSelectionTimeoutMS: 2000,
    connectTimeoutMS: 2000,
  });
  try {
    const admin = client.db('admin');
    await pollUntil(async () => {
      await configure(admin, `127.0.0.1:${port}`);
      const hello = await admin.command({ hello: 1 });
      return hello.isWritablePrimary === true ? true : undefined;
    }, poll);
  } finally {
    await client.close();
  }
}

async function configure(admin: Db, host: string): Promise<void> {
  const config = await readConfig(admin);
  if (config === undefined) {
    await admin.command({ replSetInitiate: { _id: 'rs0', members: [{ _id: 0, host }] } });
    return;
  }
  const [member] = config.members;
  if (config.members.length === 1 && member?.host === host) return;
  const members = [{ ...member, _id: 0, host }];
  await admin.command({ replSetReconfig: { ...config, version: config.version + 1, members }, force: true });
}

interface ReplicaSetConfig {
  readonly version: number;
  readonly members: readonly { readonly host: string }[];
}

async function readConfig(admin: Db): Promise<ReplicaSetConfig | undefined> {
  try {
    return (await admin.command({ replSetGetConfig: 1 })).config as ReplicaSetConfig;
  } catch (error) {
    if (error instanceof MongoServerError && error.code === NOT_YET_INITIALIZED) return undefined;
    throw error;
  }
}
