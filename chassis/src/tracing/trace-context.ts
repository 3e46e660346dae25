import { traceparentOf } from '../events/event.ts';

/** Where in which trace something happens, as W3C Trace Context writes it. */
export type TraceContext = { readonly traceparent: string; readonly tracestate?: string };

const MAX_TRACESTATE = 512;

/** What a caller or a record says; a new one where that is not well-formed. */
export function traceContextOf(traceparent: unknown, tracestate?: unknown): TraceContext {
  const given = typeof traceparent === 'string' ? traceparent : undefined;
  const valid = traceparentOf(given);
  // A state belongs to its parent: without that it means nothing.
  const keepsState = valid === given && typeof tracestate === 'string' && tracestate !== '' && tracestate.length <= MAX_TRACESTATE;
  return { traceparent: valid, ...(keepsState && { tracestate }) };
}

/** For log lines. */
export const traceIdOf = (traceparent: string | undefined): string | undefined => traceparent?.split('-')[1];
