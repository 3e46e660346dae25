import type { Logger } from '../logger.ts';
import type { Tracing, TracingSettings } from './tracing.ts';

/** Undefined where nobody collects traces: then trace contexts are handed on, and nothing more. */
export async function createTracing(
  name: string,
  version: string,
  settings: TracingSettings,
  logger: Logger,
): Promise<Tracing | undefined> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SERVICE_NAME: service = name, OTEL_TRACES_SAMPLER_ARG: ratio = 1 } = settings;
  if (endpoint === undefined) return undefined;
  const { createOtlpTracing } = await import('./otlp-tracing.ts');
  return createOtlpTracing({ endpoint, service, version, ratio, logger });
}
