import { REPLAY_HEADER } from '../consumer/dead-letter.ts';
import type { Broker, OutgoingRecord } from '../kafka/broker.ts';
import { traceContextOf } from './trace-context.ts';
import type { Span, Tracing } from './tracing.ts';

/** The broker, with a span for each event that is sent: within the trace of what caused it, though the outbox lies between. */
export const traceBroker = (broker: Broker, tracing: Tracing): Broker => ({
  ...broker,
  async send(records) {
    const spans: Span[] = [];
    const traced = records.map((record) => {
      const span = startSpan(record, tracing);
      if (!span) return record;
      spans.push(span);
      return { ...record, headers: { ...record.headers, ...span.context } };
    });
    try {
      await broker.send(traced);
      for (const span of spans) span.end();
    } catch (error) {
      for (const span of spans) span.end({ error });
      throw error;
    }
  },
});

/** Dead letters and their replays stay as they were. */
function startSpan({ topic, headers, partition }: OutgoingRecord, tracing: Tracing): Span | undefined {
  const { traceparent, tracestate, ce_id: eventId, ce_type: eventType, ce_correlationid: correlationId } = headers;
  if (typeof traceparent !== 'string' || partition !== undefined || headers[REPLAY_HEADER] !== undefined) return undefined;
  return tracing.start(`send ${topic}`, {
    kind: 'producer',
    parent: traceContextOf(traceparent, tracestate),
    attributes: {
      'messaging.system': 'kafka',
      'messaging.operation.type': 'send',
      'messaging.destination.name': topic,
      'messaging.message.id': String(eventId),
      'messaging.message.conversation_id': String(correlationId),
      'cloudevents.event_type': String(eventType),
    },
  });
}
