import type { Cause } from '../events/event.ts';
import type { RunInTransaction, Tx } from '../store/unit-of-work.ts';
import { type TraceContext, traceIdOf } from './trace-context.ts';
import { notingCommands, type SentCommand, spanCommands } from './traced-commands.ts';
import type { Tracing } from './tracing.ts';

/**
 * A span for each transaction: within the trace of what it was for; where it was for several traces, which commit together, a trace of its own
 * that is linked to each. It is made at the end, when that is known, and below it one for each command that it sent, in all its attempts.
 */
export const traceTransactions =
  (run: RunInTransaction, tracing: Tracing): RunInTransaction =>
  async (work, cause) => {
    const startTime = Date.now();
    const causes = new Map<string, TraceContext>();
    const commands: SentCommand[] = [];
    const record = (outcome?: { error: unknown }) => {
      const [first, ...others] = causes.values();
      if (!first) return;
      const isOneTrace = others.every(({ traceparent }) => traceIdOf(traceparent) === traceIdOf(first.traceparent));
      const options = isOneTrace ? { parent: first, links: others } : { links: [first, ...others] };
      const span = tracing.start('transaction', { startTime, ...options });
      spanCommands(tracing, span, commands);
      span.end(outcome);
    };
    try {
      const result = await notingCommands(commands, () =>
        run((tx) => {
          // Of an attempt that was for nothing, nothing is kept.
          causes.clear();
          return work(noting(tx, cause, causes));
        }, cause),
      );
      record();
      return result;
    } catch (error) {
      record({ error });
      throw error;
    }
  };

/** The transaction, noting on whose behalf it is seen; who sees it on behalf of something nearer stands for that alone. */
function noting(tx: Tx, { traceparent, tracestate }: Cause = {}, causes: Map<string, TraceContext>): Tx {
  if (traceparent) causes.set(traceparent, { traceparent, ...(tracestate && { tracestate }) });
  return {
    ...tx,
    because(cause) {
      if (traceparent && cause.traceparent) causes.delete(traceparent);
      return noting(tx.because(cause), cause, causes);
    },
  };
}
