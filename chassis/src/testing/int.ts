import { randomBytes } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import type { Db, MongoClient } from 'mongodb';
import { createMongoClient } from '../mongo/connection.ts';

/** A name that no other test file and no other run has. */
export const unique = (name: string): string => `${name}-${randomBytes(4).toString('hex')}`;

export async function deleteTopic(brokers: readonly string[], topic: string): Promise<void> {
  const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.deleteTopics({ topics: [topic] });
  await admin.disconnect();
}

/** A database of the caller's own, and a way to make its commands fail. */
export function openTestDatabase(
  url: string,
  name: string,
): { client: MongoClient; db: Db; failCommand: FailCommand; close(): Promise<void> } {
  // failCommand is for one client alone, by its name: the other test files share the server.
  const appName = unique(name);
  const client = createMongoClient(url, appName);
  const db = client.db(appName);
  const control = createMongoClient(url, `${appName}-control`);
  return {
    client,
    db,
    async failCommand(data, times = 1) {
      await control.db('admin').command({
        configureFailPoint: 'failCommand',
        mode: times === 0 ? 'off' : { times },
        data: { ...data, appName },
      });
    },
    async close() {
      await control.db('admin').command({ configureFailPoint: 'failCommand', mode: 'off' });
      await control.db(appName).dropDatabase();
      await Promise.all([client.close(), control.close()]);
    },
  };
}

type FailCommand = (
  data: {
    failCommands: string[];
    errorCode?: number;
    closeConnection?: boolean;
    blockConnection?: boolean;
    blockTimeMS?: number;
    errorLabels?: string[];
  },
  times?: number,
) => Promise<void>;
