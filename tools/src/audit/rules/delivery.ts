import { REPLAY_HEADER } from '@microshop/chassis/consumer/dead-letter';
import type { OutboxDocument, OutboxEvent } from '@microshop/chassis/outbox/outbox';
import { type ServiceName, topics } from '@microshop/contracts';
import type { Fault, Finding } from './finding.ts';

/** The topics that keep all that was published; compaction may have removed earlier states from the others. */
export const wholeTopics: readonly string[] = topics.filter(({ retention }) => retention !== 'compacted').map(({ name }) => name);

export const sourceOf = (service: ServiceName): string => `/microshop/${service}`;

/** Ids of the events that the whole topics hold, by the `ce_source` that they name. */
export type Published = ReadonlyMap<string, ReadonlySet<string>>;
export type Row = Pick<OutboxDocument, '_id' | 'pending' | 'events' | 'stuck' | 'sent'>;

/** A replay keeps the id of the event that it replays, which may be another service's. */
const eventIdOf = ({ id, headers }: OutboxEvent): string => String(headers.ce_id ?? id);
const isReplay = ({ headers }: OutboxEvent): boolean => headers[REPLAY_HEADER] !== undefined;

/** Whether the event must be found on its topic. What could not be read may have no id by which to find it again. */
export const isLookedFor = (event: OutboxEvent): boolean =>
  wholeTopics.includes(event.topic) && !(isReplay(event) && event.headers.ce_id === undefined);

/**
 * 5. Each event in an outbox is on its topic. `published` must be read after the rows; then a row that is marked as published and whose events
 * are not there has lost them, and one that is pending is judged too early until the relay has had the time.
 */
export function* checkPublished(service: ServiceName, rows: Iterable<Row>, published: Published): Generator<Finding> {
  for (const row of rows)
    for (const [index, event] of row.events.entries()) {
      const source = isReplay(event) ? String(event.headers.ce_source ?? '') : sourceOf(service);
      if (!isLookedFor(event) || published.get(source)?.has(eventIdOf(event))) continue;
      const refusal = row.stuck?.find((each) => each.index === index)?.error;
      const isSent = row.pending !== true || row.sent?.includes(index) === true;
      const fault: Fault = isSent
        ? { kind: 'event_lost', service, outboxId: row._id }
        : { kind: 'event_not_published', service, outboxId: row._id, refused: refusal !== undefined };
      const state = isSent ? 'marked as published and not' : refusal ? `refused by the broker (${refusal}) and not` : 'not published yet';
      yield found(service, eventIdOf(event), `${event.type} ${eventIdOf(event)} is ${state} on ${event.topic}`, fault);
    }
}

export const committedIds = (rows: Iterable<Pick<Row, 'events'>>): Iterable<string> =>
  Iterator.from(rows).flatMap(({ events }) => events.map(eventIdOf));

/** 5. Each published event was committed. `committed` must be read after the topics. */
export function* checkCommitted(service: ServiceName, published: Iterable<string>, committed: ReadonlySet<string>): Generator<Finding> {
  for (const id of published)
    if (!committed.has(id)) yield found(service, id, `${id} was published and never committed`, { kind: 'event_uncommitted', service });
}

const found = (service: ServiceName, id: string, sentence: string, fault: Fault): Finding => ({
  invariant: 'delivery',
  subject: { kind: 'event', id },
  sentence: `${service}: ${sentence}`,
  fault,
});
