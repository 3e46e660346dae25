import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startKafkaBroker } from '@microshop/local/kafka-broker';
import { mongodSpec, mongodUrl } from '@microshop/local/mongod';
import { cacheDirectory } from '@microshop/local/paths';
import { findFreePort } from '@microshop/local/ports';
import { startReaper } from '@microshop/local/processes/reaper-client';
import { startServer } from '@microshop/local/server-process';
import { ensureMongod } from '@microshop/local/toolchain/mongod-binary';
import { MongoClient } from 'mongodb';

export type MongoRole = { name: string; db: string };
export type MongoRights = {
  readonly users: readonly { name: string; roles: readonly MongoRole[] }[];
  readonly roles: readonly { role: string; db: string; privileges: readonly object[]; roles: readonly MongoRole[] }[];
};
export type GuardedStack = {
  /** Where whoever comes is the administrator. */
  readonly openBrokers: string[];
  /** Where a user logs in, and may do what it was given. */
  readonly brokers: string[];
  readonly openMongodbUrl: string;
  mongodbUrlOf(user: string): string;
  stop(): Promise<void>;
};

export const PASSWORD = 'a-password-of-the-test';

/** A broker and a database that ask everybody who they are, and allow nothing that was not given. */
export async function startGuardedStack(kafkaUsers: readonly string[], rights: MongoRights): Promise<GuardedStack> {
  const folder = await mkdtemp(join(tmpdir(), 'microshop-guarded-'));
  const reaper = startReaper(0);
  reaper.removeAtEnd(folder);
  const { signal } = new AbortController();
  const toolchain = { cacheDir: cacheDirectory(process.env), env: process.env, reaper, signal, report: () => undefined };
  const stop = async () => {
    await reaper.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  const [open, guarded, controller] = [await findFreePort(), await findFreePort(), await findFreePort()];
  try {
    const [, mongodPort] = await Promise.all([
      startKafkaBroker(toolchain, {
        dataDir: folder,
        logFile: join(folder, 'kafka.log'),
        heapMb: 256,
        port: open,
        overrides: guardedKafka({ open, guarded, controller }, kafkaUsers),
      }),
      startGuardedMongod(toolchain, folder, rights),
    ]);
    const at = (login: string) => mongodUrl(mongodPort).replace('//', `//${login}:${PASSWORD}@`).replace('/?', '/admin?');
    return {
      openBrokers: [`127.0.0.1:${open}`],
      brokers: [`127.0.0.1:${guarded}`],
      openMongodbUrl: at('root'),
      mongodbUrlOf: at,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function guardedKafka({ open, guarded, controller }: Record<'open' | 'guarded' | 'controller', number>, users: readonly string[]) {
  const logins = users.map((user) => `user_${user}="${PASSWORD}"`).join(' ');
  return {
    listeners: `BROKER://127.0.0.1:${open},GUARDED://127.0.0.1:${guarded},CONTROLLER://127.0.0.1:${controller}`,
    'advertised.listeners': `BROKER://127.0.0.1:${open},GUARDED://127.0.0.1:${guarded}`,
    'listener.security.protocol.map': 'BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT,GUARDED:SASL_PLAINTEXT',
    'controller.quorum.voters': `1@127.0.0.1:${controller}`,
    'listener.name.guarded.sasl.enabled.mechanisms': 'PLAIN',
    'listener.name.guarded.plain.sasl.jaas.config': `org.apache.kafka.common.security.plain.PlainLoginModule required ${logins};`,
    // As Strimzi configures `authorization: simple`.
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': 'User:ANONYMOUS',
  };
}

type Toolchain = Parameters<typeof ensureMongod>[0];

/** The users are made while it is open to all, as a replica set can not be made by nobody. */
async function startGuardedMongod(toolchain: Toolchain, folder: string, { users, roles }: MongoRights): Promise<number> {
  const options = { port: 0, dataDir: folder, logFile: join(folder, 'mongod.log'), cacheGb: 0.25 };
  const spec = await mongodSpec(await ensureMongod(toolchain), options);
  const open = await startServer(spec, toolchain.reaper, toolchain.signal);
  await withMongo(mongodUrl(spec.port), async (client) => {
    const admin = client.db('admin');
    for (const { role, privileges, roles: inherited } of roles)
      await admin.command({ createRole: role, privileges: [...privileges], roles: inherited.map(roleOf) });
    for (const { name, roles: given } of [...users, { name: 'root', roles: [{ name: 'root', db: 'admin' }] }])
      await admin.command({ createUser: name, pwd: PASSWORD, roles: given.map(roleOf) });
  });
  await open.stop();
  const keyFile = join(folder, 'mongod.key');
  await writeFile(keyFile, randomBytes(300).toString('base64'));
  await chmod(keyFile, 0o400);
  const login = mongodUrl(spec.port).replace('//', `//root:${PASSWORD}@`).replace('/?', '/admin?');
  await startServer(
    {
      ...spec,
      args: [...spec.args, '--auth', '--keyFile', keyFile],
      waitUntilReady: () => withMongo(login, (client) => client.db('admin').command({ ping: 1 })),
    },
    toolchain.reaper,
    toolchain.signal,
  );
  return spec.port;
}

const roleOf = ({ name, db }: MongoRole) => ({ role: name, db });

async function withMongo(url: string, work: (client: MongoClient) => Promise<unknown>): Promise<void> {
  // Until there is a primary.
  const client = new MongoClient(url, { serverSelectionTimeoutMS: 30_000 });
  try {
    await client.db('admin').command({ hello: 1 }, { readPreference: 'primary' });
    await work(client);
  } finally {
    await client.close();
  }
}
