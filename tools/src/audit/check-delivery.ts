import { deadLetterCollection, REPLAY_HEADER } from '@microshop/chassis/consumer/dead-letter';
import { readTopics } from '@microshop/chassis/kafka/read-topics';
import { OUTBOX_KEEP_SECONDS, outboxCollection } from '@microshop/chassis/outbox/outbox';
import { topics } from '@microshop/contracts';
import type { Db } from 'mongodb';
import { type Databases, type Finding, of } from './databases.ts';

/**
 * 5. Each outbox row is published, each published event was committed. Rows remove themselves after a week, so the second half looks only at
 * events of the last six days.
 */
export async function checkDelivery({ orders, inventory, loyalty }: Databases, brokers: readonly string[]): Promise<Finding> {
  const finding: Finding = {
    invariant: '5 delivery: each outbox row is published, each published event was committed',
    checked: 0,
    violations: [],
  };
  const sources = new Map<string, Db>([
    ['/microshop/order-svc', orders],
    ['/microshop/inventory-svc', inventory],
    ['/microshop/loyalty-svc', loyalty],
  ]);
  const published = new Map<string, Set<string>>();
  await readTopics({
    brokers,
    // Compaction may have removed earlier states from the compacted ones.
    topics: topics.filter(({ retention }) => retention !== 'compacted').map(({ name }) => name),
    onRecord: (_topic, _partition, { headers }) => {
      const source = String(headers.ce_source ?? '');
      const ids = published.get(source) ?? new Set<string>();
      published.set(source, ids.add(String(headers.ce_id ?? '')));
    },
  });
  for (const [source, db] of sources) await compare(finding, source, db, published);
  return finding;
}

async function compare(finding: Finding, source: string, db: Db, publishedBy: ReadonlyMap<string, ReadonlySet<string>>): Promise<void> {
  const published = publishedBy.get(source) ?? new Set();
  const expected = new Set(topics.filter(({ retention }) => retention !== 'compacted').map(({ name }) => name));
  const committed = new Set<string>();
  for await (const { events, pending } of of(db, outboxCollection).find()) {
    for (const { id, topic, type, headers } of events) {
      // A replay keeps the id of the event that it replays, and names its source: a service replays what others have sent to it.
      const eventId = String(headers.ce_id ?? id);
      const isReplay = headers[REPLAY_HEADER] !== undefined;
      committed.add(eventId);
      // What could not be read may have no id by which to find it again.
      if (!expected.has(topic) || (isReplay && headers.ce_id === undefined)) continue;
      finding.checked++;
      const found = isReplay ? (publishedBy.get(String(headers.ce_source ?? '')) ?? new Set()) : published;
      if (!found.has(eventId))
        finding.violations.push(
          `${source}: ${type} ${eventId} is ${pending ? 'not published yet' : 'marked as published and not'} on ${topic}`,
        );
    }
  }
  const oldest = lowestIdAt(Date.now() - LOOK_BACK_MS);
  for (const id of published)
    if (id > oldest && !committed.has(id)) finding.violations.push(`${source}: ${id} was published and never committed`);
}

/** A day less than rows are kept. */
const LOOK_BACK_MS = (OUTBOX_KEEP_SECONDS - 24 * 3600) * 1000;

/** UUIDv7 begin with their time in milliseconds. */
const lowestIdAt = (ms: number): string =>
  ms
    .toString(16)
    .padStart(12, '0')
    .replace(/^(.{8})(.{4})$/, '$1-$2');

/** Dead letters are work, not a violation: how many there are, by group. */
export async function countDeadLetters({ orders, inventory, loyalty }: Databases): Promise<string[]> {
  const counts = await Promise.all(
    [orders, inventory, loyalty].map((db) =>
      of(db, deadLetterCollection)
        .aggregate<{ _id: { group: string; status: string }; count: number }>([
          { $match: { status: { $in: ['dead', 'parked'] } } },
          { $group: { _id: { group: '$group', status: '$status' }, count: { $sum: 1 } } },
        ])
        .toArray(),
    ),
  );
  return counts.flat().map(({ _id: { group, status }, count }) => `${count} ${status} letter${count === 1 ? '' : 's'} at ${group}`);
}
