import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Db } from 'mongodb';

/** What was done since the servers began: commands of the database by name, its transactions, sends and records of the services. */
export type Operations = Readonly<Record<string, number>>;

type ServerStatus = {
  metrics: { commands: Record<string, { total: unknown } | unknown> };
  transactions: { totalCommitted: unknown; totalAborted: unknown };
};

/** What the shop's own work consists of. Monitoring, sessions and handshakes are left out. */
const COMMANDS = ['find', 'insert', 'update', 'delete', 'bulkWrite', 'findAndModify', 'aggregate', 'getMore', 'count'] as const;

/** Counted by the server itself, whoever asked. */
export async function databaseOperations(admin: Db): Promise<Operations> {
  const { metrics, transactions } = (await admin.command({ serverStatus: 1, repl: 0, wiredTiger: 0, locks: 0 })) as unknown as ServerStatus;
  const totalOf = (name: string) => Number((metrics.commands[name] as { total?: unknown } | undefined)?.total ?? 0);
  return {
    ...Object.fromEntries(COMMANDS.map((name) => [name, totalOf(name)])),
    'transactions committed': Number(transactions.totalCommitted),
    'transactions aborted': Number(transactions.totalAborted),
  };
}

/** What the documents of these databases take, before compression. */
export async function storedKb(databases: readonly Db[]): Promise<number> {
  const stats = await Promise.all(databases.map((db) => db.stats()));
  return stats.reduce((sum, { dataSize }) => sum + Number(dataSize), 0) / 1024;
}

/** What all records of a broker take on its disk. */
export async function loggedKb(dataDirectory: string): Promise<number> {
  const files = (await readdir(dataDirectory, { recursive: true })).filter((name) => SEGMENT.test(name));
  // A segment may go between the two.
  const sizes = await Promise.all(
    files.map((name) =>
      stat(join(dataDirectory, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0) / 1024;
}

const SEGMENT = /microshop\.[^/]*\/\d+\.log$/;

const SENDS = /^microshop_kafka_send_duration_seconds_count\{[^}]*\} (\S+)$/gm;
const RECORDS = /^microshop_kafka_records_sent_total\{[^}]*\} (\S+)$/gm;

/** Counted by the services, in what they serve at /metrics. */
export async function brokerOperations(urls: readonly string[]): Promise<Operations> {
  const pages = await Promise.all(urls.map(async (url) => (await fetch(`${url}/metrics`)).text()));
  const sum = (pattern: RegExp) =>
    pages.flatMap((page) => [...page.matchAll(pattern)]).reduce((total, [, value]) => total + Number(value), 0);
  return { sends: sum(SENDS), records: sum(RECORDS) };
}

/** What was done between two counts, for each of so many orders. */
export const operationsPerOrder = (before: Operations, after: Operations, orders: number): Record<string, number> =>
  Object.fromEntries(
    Object.entries(after)
      .map(([name, count]) => [name, Number(((count - (before[name] ?? 0)) / Math.max(1, orders)).toFixed(3))] as const)
      .filter(([, count]) => count > 0),
  );
