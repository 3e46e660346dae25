import { type EventOf, type EventType, schemaUrn, type Topic } from '@microshop/contracts';
import { AppError } from '../errors.ts';
import type { OutboxEvent } from '../outbox/outbox.ts';
import type { Aggregate, Cause } from './event.ts';
import { checkOf, faultsOf } from './event-schema.ts';

export type EncodeOptions<T extends Topic, K extends EventType<T>> = {
  topic: T;
  type: K;
  data: EventOf<T, K>;
  aggregate: Aggregate;
  cause: Cause;
  id: string;
  time: Date;
  source: string;
};

/** CloudEvents' `sequence` is compared as text. */
const SEQUENCE_DIGITS = 10;

/** An event in the CloudEvents 1.0 Kafka binding, binary mode. Fails as a bug when the data breaks the topic's schema. */
export function encodeEvent<T extends Topic, K extends EventType<T>>(options: EncodeOptions<T, K>): OutboxEvent {
  const { topic, type, data, aggregate, cause, id, time, source } = options;
  const check = checkOf(topic, type);
  if (!check?.Check(data))
    throw new AppError({
      kind: 'bug',
      code: 'event_breaks_schema',
      message: `${type} for ${topic.name} breaks its schema: ${check ? faultsOf(check, data) : 'unknown type'}`,
    });
  const key = (data as Record<string, unknown>)[topic.key];
  if (typeof key !== 'string' || key === '')
    throw new AppError({ kind: 'bug', code: 'event_without_key', message: `${type} for ${topic.name} has no key: ${topic.key} is empty.` });
  return {
    id,
    topic: topic.name,
    key,
    aggregatetype: aggregate.type,
    aggregateid: aggregate.id,
    version: aggregate.version,
    type,
    headers: {
      'content-type': 'application/json',
      ce_specversion: '1.0',
      ce_id: id,
      ce_type: type,
      ce_source: source,
      ce_subject: aggregate.id,
      ce_time: time.toISOString(),
      ce_sequence: String(aggregate.version).padStart(SEQUENCE_DIGITS, '0'),
      ce_dataschema: schemaUrn(topic, type),
      ce_correlationid: cause.correlationId ?? aggregate.id,
      ...(cause.causationId !== undefined && { ce_causationid: cause.causationId }),
      traceparent: cause.traceparent ?? '',
      ...(cause.tracestate !== undefined && { tracestate: cause.tracestate }),
    },
    payload: JSON.stringify(data),
  };
}
