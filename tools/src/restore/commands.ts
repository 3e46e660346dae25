import { resolve } from 'node:path';
import { loadConfig } from '@microshop/chassis/config';
import { createTopicInspector } from '@microshop/chassis/kafka/inspect-topics';
import { setOffsets } from '@microshop/chassis/kafka/set-offsets';
import { OrderConfig } from '@microshop/order-svc/config';
import Type from 'typebox';
import { type Io, withPorts } from '../backup/commands.ts';
import { consumedBy, topicNames } from '../backup/groups.ts';
import { type Manifest, readManifest, requireUndamaged } from '../backup/manifest.ts';
import { tellDocuments, tellSteps } from '../backup/progress.ts';
import { type Databases, services } from '../databases.ts';
import { ToolFailure } from '../failure.ts';
import { type KafkaAddress, type RunningStack, runningStack } from '../running-stack.ts';
import { loadCollection } from './load.ts';
import type { RestoreOptions } from './options.ts';
import { publishAgain } from './replay/replay-outbox.ts';
import { type Replayed, replayTopics } from './replay/replay-topics.ts';
import { requireStopped } from './require-stopped.ts';

const Settings = Type.Pick(OrderConfig, ['POINT_VALUE']);

/** `npm run restore`; answers its exit code. */
export async function restore(options: RestoreOptions, io: Io): Promise<number> {
  const { out, err } = io;
  const directory = resolve(options.from);
  const stack = runningStack(io.env);
  const { POINT_VALUE: pointValue } = loadConfig(Settings, io.env);
  await requireUndamaged(directory);
  const manifest = await readManifest(directory);
  return withPorts(stack, async ({ databases }) => {
    if (!options.dryRun) await requireStopped(databases, stack);
    const present = await nonEmpty(databases);
    if (present.length > 0 && !options.replace && !options.replayOnly)
      throw new ToolFailure(
        `${present.join(', ')} ${present.length === 1 ? 'holds' : 'hold'} documents: give --replace to drop them, or another MONGODB_URL.`,
      );
    const kafka = await compareKafka(stack, manifest);
    if (options.dryRun) {
      out.write(`${directory} is whole, of ${manifest.pointInTime}. ${plan(options, present, kafka)} Nothing was changed.\n`);
      return 0;
    }
    if (!options.replayOnly) await load(directory, manifest, databases, io);
    const replayed = await replay({ stack, manifest, databases, kafka, pointValue, io }).catch((error: Error) => {
      throw new ToolFailure(
        `the documents are there, and the replay broke off (${error.message}): run it again with --replay-only before a service starts.`,
      );
    });
    for (const line of replayed.remarks.lines()) out.write(`${line}\n`);
    out.write(
      `Restored to ${manifest.pointInTime}, and brought to what ${replayed.records.toLocaleString('en')} records of Kafka tell. Start the services, then npm run audit.\n`,
    );
    err.write('The console: npm run projection -- rebuild.\n');
    return 0;
  });
}

async function nonEmpty(databases: Databases): Promise<string[]> {
  const present = services.map(async (service) => {
    const { db } = databases[service];
    return (await db.listCollections({}, { nameOnly: true }).toArray()).length > 0 ? db.databaseName : undefined;
  });
  return (await Promise.all(present)).filter((name) => name !== undefined);
}

type Kafka = { present: string[]; isLost: boolean };

/** Which topics are there, and whether they have lost what they held at the backup. */
async function compareKafka(kafka: KafkaAddress, { kafka: { ends } }: Manifest): Promise<Kafka> {
  const inspector = createTopicInspector({ ...kafka, clientId: 'restore' });
  try {
    const all = new Set(await inspector.topics());
    const present = topicNames.filter((topic) => all.has(topic));
    const now = new Map<string, bigint>();
    for (const topic of present)
      for (const { partition, next } of await inspector.partitions(topic)) now.set(`${topic}/${partition}`, next);
    return { present, isLost: Object.entries(ends).some(([place, end]) => (now.get(place) ?? 0n) < BigInt(end)) };
  } finally {
    await inspector.stop();
  }
}

function plan({ replayOnly, replace }: RestoreOptions, present: readonly string[], { isLost }: Kafka): string {
  const documents = replayOnly
    ? 'The documents would stay'
    : `${replace && present.length > 0 ? `${present.join(', ')} would be dropped and ` : ''}its documents would be written`;
  return isLost
    ? `${documents}; Kafka has lost what it held at the backup, so the services would publish the last week of their outboxes again.`
    : `${documents}, and what Kafka's topics tell of the time after it.`;
}

async function load(
  directory: string,
  { databases: backedUp, gzip }: Manifest,
  databases: Databases,
  { err, stopping }: Io,
): Promise<void> {
  const options = { directory, gzip, signal: stopping, onProgress: tellDocuments(err) };
  try {
    for (const service of services) {
      const { db } = databases[service];
      await db.dropDatabase();
      for (const collection of backedUp[db.databaseName] ?? []) await loadCollection(db, collection, options);
    }
  } catch (error) {
    throw new ToolFailure(
      `broke off (${(error as Error).message}) and the databases are not whole: run it again with --replace before a service starts.`,
    );
  }
}

type ReplayParts = { stack: RunningStack; manifest: Manifest; databases: Databases; kafka: Kafka; pointValue: number; io: Io };

async function replay({ stack, manifest, databases, kafka: { present, isLost }, pointValue, io }: ReplayParts): Promise<Replayed> {
  const replayed = await replayTopics({
    databases,
    kafka: stack,
    topics: present,
    since: new Date(manifest.startedAt),
    pointValue,
    signal: io.stopping,
    onProgress: tellSteps(io.err),
  });
  io.stopping.throwIfAborted();
  if (isLost)
    io.out.write(
      `Kafka has lost what it held at the backup: the services will publish ${await publishAgain(databases)} rows of their outboxes again.\n`,
    );
  await Promise.all(services.map((group) => sendBack(stack, group, present, manifest)));
  return replayed;
}

/** Each group goes on from where it was at the backup; where its topic is shorter by now, from its oldest record. */
async function sendBack(
  stack: RunningStack,
  group: (typeof services)[number],
  present: readonly string[],
  { kafka }: Manifest,
): Promise<void> {
  const recorded = kafka.groups[group] ?? {};
  const topics = consumedBy(group).filter((topic) => present.includes(topic));
  if (topics.length === 0) return;
  await setOffsets({
    brokers: stack.brokers,
    ...(stack.security && { security: stack.security }),
    group,
    topics,
    to({ committed, oldest }, place) {
      const then = BigInt(recorded[place] ?? oldest);
      return then <= committed ? larger(then, oldest) : oldest;
    },
  });
}

const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b);
