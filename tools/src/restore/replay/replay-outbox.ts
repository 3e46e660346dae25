import type { IncomingRecord } from '@microshop/chassis/kafka/broker';
import { textOf } from '@microshop/chassis/kafka/parse-record';
import { OUTBOX_KEEP_SECONDS, type OutboxDocument, outboxCollection } from '@microshop/chassis/outbox/outbox';
import { ordersByCustomer, ordersBySku, points, pointsByCustomer, type ServiceName, stock } from '@microshop/contracts';
import { committedIds, sourceOf } from '../../audit/rules/delivery.ts';
import { type Databases, of, services } from '../../databases.ts';

/** What the events of a topic are about, by the name that the outbox keeps. */
export const aggregates: Readonly<Record<string, string>> = {
  [ordersBySku.name]: 'order',
  [ordersByCustomer.name]: 'order',
  [stock.name]: 'reservation',
  [points.name]: 'order-points',
  [pointsByCustomer.name]: 'customer',
};

const BATCH = 500;
const serviceOf = new Map(services.map((service) => [sourceOf(service), service]));

export type OutboxReplay = { take(topic: string, record: IncomingRecord): void; write(): Promise<void> };

/**
 * Makes outboxes say what the topics hold: events that were committed and published after the backup get their rows again, and rows that were
 * published meanwhile are marked so. An older state of a product or a level would otherwise be published after a newer one.
 */
export async function openOutboxes(databases: Databases): Promise<OutboxReplay> {
  const known = new Map<ServiceName, Set<string>>();
  for (const service of services) {
    const rows = await of(databases[service], outboxCollection)
      .find({}, { projection: { 'events.id': 1, 'events.headers': 1 } })
      .toArray();
    known.set(service, new Set(committedIds(rows)));
  }
  const published = new Map<string, Date>();
  const rows = new Map<ServiceName, OutboxDocument[]>();
  const oldest = Date.now() - OUTBOX_KEEP_SECONDS * 1000;

  return {
    take(topic, record) {
      const id = textOf(record.headers.ce_id);
      const service = serviceOf.get(textOf(record.headers.ce_source) ?? '');
      if (id === undefined || !service || published.has(id)) return;
      published.set(id, record.appendedAt);
      const aggregatetype = aggregates[topic];
      if (aggregatetype === undefined || known.get(service)?.has(id) || record.appendedAt.getTime() < oldest) return;
      rows.getOrInsertComputed(service, () => []).push(rowOf(id, topic, aggregatetype, record));
    },
    async write() {
      for (const [service, all] of rows)
        for (let from = 0; from < all.length; from += BATCH)
          await of(databases[service], outboxCollection).insertMany(all.slice(from, from + BATCH), { ordered: false });
      for (const service of services) await markPublished(databases, service, published);
    },
  };
}

/** One event a row, under the event's own id. */
function rowOf(id: string, topic: string, aggregatetype: string, { key, value, headers, appendedAt }: IncomingRecord): OutboxDocument {
  const header = (name: string) => textOf(headers[name]) ?? '';
  return {
    _id: id,
    createdAt: new Date(header('ce_time')),
    publishedAt: appendedAt,
    events: [
      {
        id,
        topic,
        key: textOf(key ?? undefined) ?? null,
        aggregatetype,
        aggregateid: header('ce_subject'),
        version: Number(header('ce_sequence')),
        type: header('ce_type'),
        headers: Object.fromEntries(Object.keys(headers).map((name) => [name, header(name)])),
        payload: textOf(value ?? undefined) ?? null,
      },
    ],
  };
}

async function markPublished(databases: Databases, service: ServiceName, published: ReadonlyMap<string, Date>): Promise<void> {
  const outbox = of(databases[service], outboxCollection);
  for await (const { _id, events } of outbox.find({ pending: true })) {
    const times = events.map(({ id }) => published.get(id));
    if (times.some((at) => at === undefined)) continue;
    const publishedAt = new Date(Math.max(...times.map((at) => at?.getTime() ?? 0)));
    await outbox.updateOne({ _id }, { $set: { publishedAt }, $unset: { pending: 1, stuck: 1, sent: 1 } });
  }
}

/** Lets the services publish again all that their outboxes still hold: for a Kafka that has lost it. */
export async function publishAgain(databases: Databases): Promise<number> {
  let rows = 0;
  for (const service of services) {
    const again = { $set: { pending: true as const }, $unset: { publishedAt: 1, stuck: 1, sent: 1 } } as const;
    rows += (await of(databases[service], outboxCollection).updateMany({ pending: { $exists: false } }, again)).modifiedCount;
  }
  return rows;
}
