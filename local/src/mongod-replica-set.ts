import { isDeepStrictEqual } from 'node:util';
import { type Db, MongoClient, MongoServerError } from 'mongodb';
import { type PollOptions, pollUntil } from './poll.ts';
import { isListening } from './ports.ts';

const NOT_YET_INITIALIZED = 94;

/** How long the others wait for a primary that is gone; the default is 10 s. */
const ELECTION_MS = 4000;

const pollFor = (what: string, signal: AbortSignal, timeoutMs = 60_000) => ({ signal, timeoutMs, everyMs: 25, what });

/** Initiates the replica set of one, or moves it to this port, and waits until it takes writes. */
export async function waitForPrimary(port: number, signal: AbortSignal): Promise<void> {
  const poll = pollFor(`mongod did not become a writable primary on port ${port}`, signal);
  await withMember(port, poll, (admin) =>
    pollUntil(async () => {
      await configure(admin, [port]);
      return (await admin.command({ hello: 1 })).isWritablePrimary === true ? true : undefined;
    }, poll),
  );
}

/** Waits until the mongod answers; one that is a member of a set already, until it has caught up with the others. */
export async function waitForMember(port: number, isFormed: boolean, signal: AbortSignal): Promise<void> {
  // A member that was away for long has much to fetch; to start it anew would only make it begin again.
  const poll = pollFor(`mongod did not become a member of its replica set on port ${port}`, signal, 600_000);
  await withMember(port, poll, (admin) =>
    pollUntil(async () => {
      const { isWritablePrimary, secondary } = await admin.command({ hello: 1 });
      return !isFormed || isWritablePrimary === true || secondary === true ? true : undefined;
    }, poll),
  );
}

/** Makes these mongods one replica set, or moves it to these ports, and waits until it has a primary. */
export async function formReplicaSet(ports: readonly number[], url: string, signal: AbortSignal): Promise<void> {
  const poll = pollFor(`The mongods on ports ${ports.join(', ')} did not agree on a primary`, signal);
  const formed = async (admin: Db) => {
    await configure(admin, ports);
    return true;
  };
  await withMember(ports[0] ?? 0, poll, (admin) => pollUntil(() => formed(admin), poll));
  await pollUntil(async () => {
    const client = new MongoClient(url, CONNECT);
    await client
      .db('admin')
      .command({ ping: 1 }, { readPreference: 'primary' })
      .finally(() => client.close());
    return true;
  }, poll);
}

const CONNECT = { serverSelectionTimeoutMS: 2000, connectTimeoutMS: 2000 };

async function withMember(port: number, poll: PollOptions, work: (admin: Db) => Promise<unknown>): Promise<void> {
  await pollUntil(async () => ((await isListening(port)) ? true : undefined), poll);
  const client = new MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`, CONNECT);
  try {
    // The driver gives a client up whose first connection failed: only this makes it try anew.
    await pollUntil(() => client.connect(), poll);
    await work(client.db('admin'));
  } finally {
    await client.close();
  }
}

async function configure(admin: Db, ports: readonly number[]): Promise<void> {
  const hosts = ports.map((port) => `127.0.0.1:${port}`);
  const config = await readConfig(admin);
  if (config === undefined) {
    const members = hosts.map((host, _id) => ({ _id, host }));
    await admin.command({ replSetInitiate: { _id: 'rs0', members, settings: { electionTimeoutMillis: ELECTION_MS } } });
    return;
  }
  if (
    isDeepStrictEqual(
      config.members.map(({ host }) => host),
      hosts,
    )
  )
    return;
  const members = hosts.map((host, _id) => ({ ...config.members[_id], _id, host }));
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
