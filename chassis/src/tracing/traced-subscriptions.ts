import type { Handler, Subscription } from '../consumer/subscription.ts';
import { traceContextOf } from './trace-context.ts';
import type { Tracing } from './tracing.ts';

/** The handlers, with a span for each event that is handled: a child of the one that sent it, and the parent of what it causes. */
export const traceSubscriptions = (subscriptions: readonly Subscription[], group: string, tracing: Tracing): Subscription[] =>
  subscriptions.map(({ topic, handlers }) => ({
    topic,
    handlers: Object.fromEntries(Object.entries(handlers).map(([type, handler]) => [type, traced(handler, topic.name, group, tracing)])),
  }));

const traced = (handler: Handler<never>, topic: string, group: string, tracing: Tracing): Handler<never> => ({
  ...handler,
  async handle(event, tx) {
    const { id, type, correlationId, traceparent, tracestate } = event;
    const span = tracing.start(`process ${topic}`, {
      kind: 'consumer',
      parent: traceContextOf(traceparent, tracestate),
      attributes: {
        'messaging.system': 'kafka',
        'messaging.operation.type': 'process',
        'messaging.destination.name': topic,
        'messaging.consumer.group.name': group,
        'messaging.message.id': id,
        'messaging.message.conversation_id': correlationId,
        'cloudevents.event_type': type,
      },
    });
    try {
      await handler.handle(event, tx.because({ ...span.context, tracestate: span.context.tracestate }));
    } catch (error) {
      span.end({ error });
      throw error;
    }
    // The effect is there when the transaction is; an attempt that was for nothing leaves no span.
    tx.afterCommit(() => span.end());
  },
});
