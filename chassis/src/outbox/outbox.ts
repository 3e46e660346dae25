import { collection } from '../store/store.ts';

/**
 * One event to be published, with id, topic and key fixed when it was decided. The names `aggregatetype`, `aggregateid`,
 * `type` and `payload` are those of Debezium's outbox event router, so that CDC can replace the relay.
 */
export type OutboxEvent = {
  id: string;
  topic: string;
  /** The record's key; bytes or null only for dead letters, which keep what they had. */
  key: string | Uint8Array | null;
  /** Set for dead letters only, which keep the partition of their origin. */
  partition?: number;
  aggregatetype: string;
  aggregateid: string;
  /** Version of the aggregate after the event: the order of its events, never a clock or an id. */
  version: number;
  type: string;
  headers: Record<string, string | Uint8Array>;
  /** The record's value; null is a tombstone, bytes are a dead letter's original. */
  payload: string | Uint8Array | null;
};

/** All events of one transaction, in one document. */
export type OutboxDocument = {
  _id: string;
  /** Present until all its events are acknowledged by the broker. */
  pending?: true;
  createdAt: Date;
  publishedAt?: Date;
  /** Token of the lease under which it was marked. */
  fence?: number;
  events: OutboxEvent[];
  /** Indexes of events that the broker refuses for a reason of their own; they hold back later events of their keys only. */
  stuck?: { index: number; error: string; at: Date }[];
  /** Indexes already acknowledged, where an earlier event of the document is stuck. */
  sent?: number[];
};

/** Published documents are kept for a week, so that a lost topic can be published again, and then remove themselves. */
export const OUTBOX_KEEP_SECONDS = 7 * 24 * 3600;

export const outboxCollection = collection<OutboxDocument>('outbox', {
  indexes: [
    { keys: { pending: 1, _id: 1 }, partial: { pending: true } },
    { keys: { publishedAt: 1 }, expireAfterSeconds: OUTBOX_KEEP_SECONDS },
  ],
});
