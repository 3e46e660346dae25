import type { TraceContext } from './trace-context.ts';

export type SpanKind = 'internal' | 'server' | 'client' | 'producer' | 'consumer';
export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;
export type SpanOptions = {
  kind?: SpanKind;
  /** Absent: the span begins a trace. */
  parent?: TraceContext;
  /** What else it is because of. */
  links?: readonly TraceContext[];
  attributes?: Attributes;
  /** Milliseconds since 1970, where it began before this call. */
  startTime?: number;
};

export type Span = {
  /** What is caused within the span inherits this. */
  readonly context: TraceContext;
  /** Ends the span, once; with an error it failed. `endTime`: milliseconds since 1970, where it ended before this call. */
  end(outcome?: { error?: unknown; attributes?: Attributes; endTime?: number }): void;
};

/** Where spans go. The SDK is behind it and nowhere else, and is loaded only where somebody collects traces. */
export type Tracing = {
  start(name: string, options?: SpanOptions): Span;
  stop(): Promise<void>;
};

export type TracingSettings = {
  readonly OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined;
  readonly OTEL_SERVICE_NAME?: string | undefined;
  readonly OTEL_TRACES_SAMPLER_ARG?: number | undefined;
};
