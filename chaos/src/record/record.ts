import { join } from 'node:path';
import { readTopics } from '@microshop/chassis/kafka/read-topics';
import { createMongoClient, databaseOf } from '@microshop/chassis/mongo/connection';
import type { Document } from '@microshop/chassis/store/store';
import { deadLetterTopic, type ServiceName, topics } from '@microshop/contracts';
import { connectBroker } from '@microshop/tools/broker';
import { contentOf } from '../run-folder/encoding.ts';
import { openLines, writeLines } from '../run-folder/writer.ts';
import { fileNames, type GroupOffset, services, type TopicRecord } from '../run-folder.ts';

export type Stack = { mongodbUrl: string; brokers: readonly string[] };

/** Writes what is in the three databases and on every topic into the folder, and how far each group is. Nothing may be under way. */
export async function record({ mongodbUrl, brokers, folder }: Stack & { folder: string }): Promise<void> {
  await recordDatabases(mongodbUrl, join(folder, fileNames.databases));
  await recordTopics(brokers, join(folder, fileNames.topics));
  await writeLines(join(folder, fileNames.offsets), await offsetsOf(brokers));
}

async function recordDatabases(url: string, folder: string): Promise<void> {
  const client = createMongoClient(url, 'chaos');
  try {
    for (const service of services) {
      const db = databaseOf(client, service);
      for (const { name } of await db.listCollections({}, { nameOnly: true }).toArray())
        await writeLines(join(folder, `${service}.${name}.jsonl`), db.collection<Document>(name).find().sort({ _id: 1 }));
    }
  } finally {
    await client.close();
  }
}

/** The topics that a group reads. */
export const topicsOf = (group: ServiceName): string[] =>
  topics.filter(({ consumers }) => consumers.includes(group)).map(({ name }) => name);

const allTopics = (): string[] => [
  ...topics.map(({ name }) => name),
  ...services.flatMap((group) => topicsOf(group).map((topic) => deadLetterTopic(topic, group))),
];

async function recordTopics(brokers: readonly string[], file: string): Promise<void> {
  const lines = openLines(file);
  await readTopics({
    brokers,
    topics: allTopics(),
    onRecord: (topic, partition, { offset, key, value, headers, appendedAt }) =>
      lines.write({
        topic,
        partition,
        offset: Number(offset),
        key: key && contentOf(key),
        value: value && contentOf(value),
        headers: Object.fromEntries(Object.entries(headers).map(([name, content]) => [name, contentOf(content ?? new Uint8Array())])),
        appendedAt: appendedAt.getTime(),
      } satisfies TopicRecord),
  });
  await lines.end();
}

export async function offsetsOf(brokers: readonly string[]): Promise<GroupOffset[]> {
  const broker = connectBroker({ brokers }, 'chaos');
  try {
    const ofGroups = await Promise.all(
      services.map(async (group) => {
        const [committed, ends] = await Promise.all([broker.committed(group, topicsOf(group)), broker.ends(topicsOf(group))]);
        return [...ends].map(([place, end]) => ({
          group,
          ...placeOf(place),
          committed: Number(committed.get(place) ?? 0n),
          end: Number(end),
        }));
      }),
    );
    return ofGroups.flat();
  } finally {
    await broker.stop();
  }
}

/** `topic/partition` of the broker's positions. */
function placeOf(place: string): { topic: string; partition: number } {
  const at = place.lastIndexOf('/');
  return { topic: place.slice(0, at), partition: Number(place.slice(at + 1)) };
}
