import { defineTopic } from '@microshop/contracts';
import Type from 'typebox';
import type { IncomingEvent } from '../events/event.ts';
import type { IncomingRecord } from '../kafka/broker.ts';
import { createLogger } from '../logger.ts';
import type { OutboxDocument, OutboxEvent } from '../outbox/outbox.ts';
import { collection } from '../store/store.ts';

/** A made-up contract: tallies that are counted up and down, for one order or for none. */
const Count = Type.Object({ tallyId: Type.String(), orderId: Type.Optional(Type.String()), by: Type.Integer() });

export const tallies = defineTopic({
  name: 'test.tallies.v1',
  owner: 'order-svc',
  consumers: ['inventory-svc'],
  key: 'tallyId',
  partitions: 3,
  retention: '30 days',
  version: 1,
  events: { CountedUp: Count, CountedDown: Count, Forgotten: Count },
});

export type Tally = { _id: string; count: number };
export const tallyCollection = collection<Tally>('tallies');

export const silent = createLogger({ name: 'test', level: 'silent' });
export const T0 = new Date('2026-01-02T03:04:05.678Z');

/** Ids in order: `id-1`, `id-2`, … */
export const idsFrom = (prefix = 'id') => {
  let last = 0;
  return () => `${prefix}-${++last}`;
};

export type RecordOverrides = {
  offset?: string;
  id?: string;
  type?: string;
  key?: string | null;
  /** The event's data, or the record's value as it is. */
  data?: unknown;
  value?: Uint8Array | string | null;
  /** Replaced or, when undefined, left out. */
  headers?: Record<string, string | undefined>;
  appendedAt?: Date;
};

let made = 0;

/** A record of a CountedUp event as a broker delivers it. */
export function aRecord(overrides: RecordOverrides = {}): IncomingRecord {
  const nth = ++made;
  const { offset = String(nth), id = `event-${nth}`, type = 'CountedUp', key = 'a', appendedAt = T0 } = overrides;
  const data = overrides.data ?? { tallyId: key ?? 'a', by: 1 };
  const value = overrides.value === undefined ? JSON.stringify(data) : overrides.value;
  const headers: Record<string, string | undefined> = {
    ce_specversion: '1.0',
    ce_id: id,
    ce_type: type,
    ce_time: T0.toISOString(),
    ce_correlationid: 'order-1',
    traceparent: '00-11111111111111111111111111111111-2222222222222222-01',
    ...overrides.headers,
  };
  return {
    offset,
    key: key === null ? null : Buffer.from(key),
    value: typeof value === 'string' ? Buffer.from(value) : value,
    headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, text === undefined ? undefined : Buffer.from(text)])),
    appendedAt,
  };
}

export const anIncomingEvent = <Data>(data: Data, overrides: Partial<IncomingEvent<Data>> = {}): IncomingEvent<Data> => ({
  id: `event-${++made}`,
  type: 'CountedUp',
  time: T0.toISOString(),
  correlationId: 'order-1',
  traceparent: '',
  appendedAt: T0,
  data,
  ...overrides,
});

/** An event as it lies in the outbox. */
export const anOutboxEvent = (overrides: Partial<OutboxEvent> = {}): OutboxEvent => {
  const id = overrides.id ?? `event-${++made}`;
  return {
    id,
    topic: tallies.name,
    key: 'a',
    aggregatetype: 'tally',
    aggregateid: 'a',
    version: 1,
    type: 'CountedUp',
    headers: { ce_id: id, ce_type: 'CountedUp' },
    payload: '{"tallyId":"a","by":1}',
    ...overrides,
  };
};

export const anOutboxDocument = (events: OutboxEvent[], overrides: Partial<OutboxDocument> = {}): OutboxDocument => ({
  _id: `outbox-${String(++made).padStart(8, '0')}`,
  pending: true,
  createdAt: T0,
  events,
  ...overrides,
});
