import {
  createTraceState,
  type Span as OtelSpan,
  SpanKind as OtelSpanKind,
  ROOT_CONTEXT,
  type SpanContext,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Logger } from '../logger.ts';
import type { TraceContext } from './trace-context.ts';
import type { SpanKind, Tracing } from './tracing.ts';

export type OtlpOptions = { endpoint: string; service: string; version: string; ratio: number; logger: Pick<Logger, 'warn'> };

const KINDS: Record<SpanKind, OtelSpanKind> = {
  internal: OtelSpanKind.INTERNAL,
  server: OtelSpanKind.SERVER,
  client: OtelSpanKind.CLIENT,
  producer: OtelSpanKind.PRODUCER,
  consumer: OtelSpanKind.CONSUMER,
};
const EXPORT_MS = 1000;
/** A confirmed order has some 70 spans, two thirds of them commands; what finds the queue full is dropped. */
const MAX_QUEUED = 20_000;
const MAX_EXPORTED = 2000;

/** OpenTelemetry over OTLP/HTTP, with a provider of its own: several services may run in one process. The exporter reads OTEL_EXPORTER_OTLP_HEADERS itself. */
export function createOtlpTracing({ endpoint, service, version, ratio, logger }: OtlpOptions): Tracing {
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': service, 'service.namespace': 'microshop', 'service.version': version }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: warningOnce(new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces` }), logger),
        scheduledDelayMillis: EXPORT_MS,
        maxQueueSize: MAX_QUEUED,
        maxExportBatchSize: MAX_EXPORTED,
      }),
    ],
  });
  const tracer = provider.getTracer('microshop', version);
  return {
    start(name, { kind = 'internal', parent, links = [], attributes = {}, startTime } = {}) {
      const span = tracer.startSpan(
        name,
        {
          kind: KINDS[kind],
          links: links.map((context) => ({ context: spanContextOf(context) })),
          attributes,
          ...(startTime !== undefined && { startTime }),
        },
        parent ? trace.setSpanContext(ROOT_CONTEXT, spanContextOf(parent)) : ROOT_CONTEXT,
      );
      return {
        context: contextOf(span),
        end({ error, attributes: more, endTime } = {}) {
          if (more) span.setAttributes(more);
          if (error !== undefined) {
            // Its name alone, or the status: messages may quote what somebody sent.
            span.setAttribute('error.type', error instanceof Error ? error.name : typeof error === 'number' ? String(error) : 'unknown');
            span.setStatus({ code: SpanStatusCode.ERROR });
          }
          span.end(endTime);
        },
      };
    },
    stop: () => provider.shutdown(),
  };
}

/** The SDK drops what can not be sent, and tells nobody. */
function warningOnce(exporter: SpanExporter, logger: OtlpOptions['logger']): SpanExporter {
  let failures = 0;
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        if (result.error === undefined) failures = 0;
        else if (failures++ === 0)
          logger.warn({ err: result.error }, 'Spans can not be sent and are dropped: is OTEL_EXPORTER_OTLP_ENDPOINT right?');
        done(result);
      });
    },
    forceFlush: async () => exporter.forceFlush?.(),
    shutdown: () => exporter.shutdown(),
  };
}

function spanContextOf({ traceparent, tracestate }: TraceContext): SpanContext {
  const [, traceId = '', spanId = '', flags = '00'] = traceparent.split('-');
  return {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16),
    isRemote: true,
    ...(tracestate !== undefined && { traceState: createTraceState(tracestate) }),
  };
}

function contextOf(span: OtelSpan): TraceContext {
  const { traceId, spanId, traceFlags, traceState } = span.spanContext();
  const tracestate = traceState?.serialize();
  return {
    traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`,
    ...(tracestate && { tracestate }),
  };
}
