import type { Span, SpanOptions, Tracing } from '../tracing/tracing.ts';

export type FakeSpan = SpanOptions & { name: string; traceparent: string; outcome?: Parameters<Span['end']>[0]; ended: boolean };

/** Keeps the spans; the nth has the id n. */
export function createFakeTracing(): Tracing & { spans: FakeSpan[]; ended(): FakeSpan[] } {
  const spans: FakeSpan[] = [];
  return {
    spans,
    ended: () => spans.filter(({ ended }) => ended),
    start(name, options = {}) {
      const traceId = options.parent?.traceparent.split('-')[1] ?? 'f'.repeat(32);
      const traceparent = `00-${traceId}-${String(spans.length + 1).padStart(16, '0')}-01`;
      const span: FakeSpan = { name, ...options, traceparent, ended: false };
      spans.push(span);
      return {
        context: { traceparent, ...(options.parent?.tracestate && { tracestate: options.parent.tracestate }) },
        end: (outcome) => void Object.assign(span, { ended: true, outcome }),
      };
    },
    stop: async () => undefined,
  };
}
