import { readTopics } from '@microshop/chassis/kafka/read-topics';
import { OUTBOX_KEEP_SECONDS, type OutboxDocument, outboxCollection } from '@microshop/chassis/outbox/outbox';
import type { ServiceName } from '@microshop/contracts';
import { type Databases, of, openSnapshot, type Snapshot, services } from '../databases.ts';
import { type AuditContext, byId, count, lowestIdAt } from './context.ts';
import { checkCommitted, checkPublished, committedIds, isLookedFor, type Published, sourceOf, wholeTopics } from './rules/delivery.ts';
import type { Finding } from './rules/finding.ts';

const KEEP_MS = OUTBOX_KEEP_SECONDS * 1000;
const DAY_MS = 24 * 3600 * 1000;
/** Clocks differ, and an event is a little older than its record. */
const SLACK_MS = 5 * 60_000;

const lean = { projection: { 'events.payload': 0, 'events.key': 0 }, batchSize: 1000 };
const earlier = (at: Date, ms: number) => new Date(at.getTime() - ms);

/**
 * Compares outboxes and topics in both directions: rows that were there before the topics' ends must be on the topics, and what is on the
 * topics must be in rows that are there after. Rows remove themselves after a week, so it looks back that far at most.
 */
export async function auditDelivery(context: AuditContext): Promise<void> {
  const { databases, since, findings } = context;
  const now = new Date();
  const snapshots = services.map((service) => [service, openSnapshot(databases[service])] as const);
  try {
    const oldest = await Promise.all(snapshots.map(([, snapshot]) => oldestRow(snapshot)));
    const from = since ?? new Date(Math.min(earlier(now, KEEP_MS).getTime(), ...oldest.map((at) => at.getTime())));
    const published = await readPublished(context, earlier(from, SLACK_MS));
    for (const [service, snapshot] of snapshots) {
      const committed = await checkRows(context, service, snapshot, from, published);
      for await (const row of of(databases[service], outboxCollection).find({ _id: { $gte: lowestIdAt(earlier(now, SLACK_MS)) } }, lean))
        for (const id of committedIds([row])) committed.add(id);
      const lowest = lowestIdAt(since ? earlier(since, -SLACK_MS) : earlier(now, KEEP_MS - DAY_MS));
      const ids = [...(published.get(sourceOf(service)) ?? [])].filter((id) => id > lowest);
      findings.suspicions.push(...checkCommitted(service, ids, committed));
    }
  } finally {
    await Promise.all(snapshots.map(([, snapshot]) => snapshot.end()));
  }
}

async function oldestRow(snapshot: Snapshot): Promise<Date> {
  const [row] = await snapshot.find(outboxCollection, {}, { sort: { _id: 1 }, limit: 1, projection: { createdAt: 1 } }).toArray();
  return row?.createdAt ?? new Date();
}

async function readPublished({ kafka, onProgress }: AuditContext, since: Date): Promise<Published> {
  const published = new Map<string, Set<string>>();
  let done = 0;
  await readTopics({
    ...kafka,
    topics: wholeTopics,
    since,
    onRecord(_topic, _partition, { headers }) {
      const source = String(headers.ce_source ?? '');
      published.getOrInsertComputed(source, () => new Set<string>()).add(String(headers.ce_id ?? ''));
      if (++done % 10_000 === 0) onProgress('records', done, done);
    },
  });
  return published;
}

/** Checks what the outbox held; answers the ids of all its events. */
async function checkRows(
  { findings, since }: AuditContext,
  service: ServiceName,
  snapshot: Snapshot,
  from: Date,
  published: Published,
): Promise<Set<string>> {
  const committed = new Set<string>();
  const lowest = lowestIdAt(from);
  const filter = since ? { $or: [{ _id: { $gte: lowest } }, { pending: true as const }] } : {};
  for await (const row of snapshot.find(outboxCollection, filter, lean)) {
    for (const id of committedIds([row])) committed.add(id);
    // What an old row has sent lies before where the topics were read from.
    const isOld = row._id < lowest;
    for (const finding of checkPublished(service, [row], published))
      if (finding.fault.kind === 'event_not_published') findings.suspicions.push(finding);
      else if (!isOld) findings.violations.push(finding);
    count(findings, 'delivery', row.events.filter(isLookedFor).length);
  }
  return committed;
}

/** Looks again at events that were suspected: a row that was published since then is believed. */
export async function suspectEventsAgain(databases: Databases, suspicions: readonly Finding[]): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const service of services) {
    const snapshot = openSnapshot(databases[service]);
    const rows = await byId(snapshot, outboxCollection, rowsOf(service, suspicions));
    found.push(...stillPending(service, [...rows.values()]));
    const ids = suspicions.flatMap(({ fault, subject }) =>
      fault.kind === 'event_uncommitted' && fault.service === service ? subject.id : [],
    );
    if (ids.length > 0) {
      const now = await snapshot.find(outboxCollection, { 'events.id': { $in: ids } }, lean).toArray();
      found.push(...checkCommitted(service, ids, new Set(committedIds(now))));
    }
    await snapshot.end();
  }
  return found;
}

const rowsOf = (service: ServiceName, suspicions: readonly Finding[]): Set<string> =>
  new Set(suspicions.flatMap(({ fault }) => (fault.kind === 'event_not_published' && fault.service === service ? fault.outboxId : [])));

const stillPending = (service: ServiceName, rows: readonly OutboxDocument[]): Finding[] =>
  [...checkPublished(service, rows, new Map())].filter(({ fault }) => fault.kind === 'event_not_published');
