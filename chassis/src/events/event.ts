import { randomBytes } from 'node:crypto';

/** An event as a handler sees it: what happened, and why. No topic, no offset. */
export type IncomingEvent<Data = unknown> = {
  readonly id: string;
  readonly type: string;
  /** ISO 8601; when the producer decided it. */
  readonly time: string;
  readonly correlationId: string;
  readonly traceparent: string;
  readonly tracestate?: string;
  /** When the broker appended it (LogAppendTime): the clock of timeouts. */
  readonly appendedAt: Date;
  readonly data: Data;
};

/** What an event that is published because of something inherits from it. */
export type Cause = {
  /** Id of the event or request that caused it. */
  causationId?: string;
  /** The order's id, where there is one. */
  correlationId?: string;
  /** W3C trace context. */
  traceparent?: string;
  tracestate?: string | undefined;
};

/** Which version of which aggregate an event tells; events of one aggregate reach each key in the order of its versions. */
export type Aggregate = { type: string; id: string; version: number };

const TRACEPARENT = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** A new sampled W3C trace context, or the given one when it is well-formed. */
export const traceparentOf = (given?: string): string =>
  given !== undefined && TRACEPARENT.test(given) ? given : `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;
