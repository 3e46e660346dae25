import type { Topic } from '@microshop/contracts';
import type { IncomingEvent } from '../events/event.ts';
import { checkOf, faultsOf } from '../events/event-schema.ts';
import type { IncomingRecord } from './broker.ts';

/** Why a record can not be read as an event; what it says is for the operator. */
export type Unreadable = { code: string; detail: string };
export type Parsed = { event: IncomingEvent } | { unreadable: Unreadable } | { skip: string };

export const textOf = (bytes: Uint8Array | undefined): string | undefined => bytes && Buffer.from(bytes).toString('utf8');
const unreadable = (code: string, detail: string): Parsed => ({ unreadable: { code, detail } });

/** Bytes to a checked event, never an exception. A well-formed event of a type that this version of the contract does not know is skipped. */
export function parseRecord(topic: Topic, record: IncomingRecord): Parsed {
  if (record.key === null || record.key.length === 0) return unreadable('missing_key', 'The record has no key.');
  if (record.value === null) return unreadable('tombstone', 'The record has no value (a tombstone).');
  if (Number.isNaN(record.appendedAt.getTime())) return unreadable('invalid_timestamp', "The record's timestamp is no time.");
  const header = (name: string) => textOf(record.headers[name]);
  const id = header('ce_id');
  const type = header('ce_type');
  if (!id || !type) return unreadable('missing_headers', `The record lacks the header ${id ? 'ce_type' : 'ce_id'}.`);
  const check = checkOf(topic, type);
  if (!check) return { skip: type };
  const tracestate = header('tracestate');
  let data: unknown;
  try {
    data = JSON.parse(textOf(record.value) ?? '');
  } catch {
    return unreadable('malformed_json', 'The value is not JSON.');
  }
  if (!check.Check(data)) return unreadable('schema_violation', `The value breaks the schema of ${type}: ${faultsOf(check, data)}`);
  return {
    event: {
      id,
      type,
      time: header('ce_time') ?? record.appendedAt.toISOString(),
      correlationId: header('ce_correlationid') ?? textOf(record.key) ?? id,
      traceparent: header('traceparent') ?? '',
      ...(tracestate !== undefined && { tracestate }),
      appendedAt: record.appendedAt,
      data,
    },
  };
}
