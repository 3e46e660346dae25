import type { MongoClient } from 'mongodb';
import type { Outcome } from './consumer/batch-consumer.ts';
import type { Subscription } from './consumer/subscription.ts';
import type { HttpServer } from './http/server.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics/metrics.ts';
import { serveMetrics } from './metrics/metrics-route.ts';
import { createServiceMetrics } from './metrics/service-metrics.ts';
import { type StateSources, sampleState } from './metrics/state-gauges.ts';
import type { Ports } from './ports.ts';
import { type RunInTransaction, retryingConflicts } from './store/unit-of-work.ts';
import { createTracing } from './tracing/create-tracing.ts';
import { traceBroker } from './tracing/traced-broker.ts';
import { watchCommands } from './tracing/traced-commands.ts';
import { traceSubscriptions } from './tracing/traced-subscriptions.ts';
import { traceTransactions } from './tracing/traced-transactions.ts';
import type { Tracing, TracingSettings } from './tracing/tracing.ts';

export type ObservabilitySettings = TracingSettings & { readonly METRICS_TOKEN?: string | undefined };

/** Puts metrics and, where they are collected, traces around the parts of a service; the parts know of neither. */
export type Observability = {
  readonly metrics: Metrics;
  readonly tracing: Tracing | undefined;
  ports(ports: Ports): Ports;
  /** Before the client's first connection. */
  watchCommands(client: MongoClient): void;
  /** Runs the unit of work, again after a conflict. */
  transact(unitOfWork: RunInTransaction): RunInTransaction;
  subscriptions(subscriptions: readonly Subscription[]): readonly Subscription[];
  onOutcomes(outcomes: readonly Outcome[]): void;
  /** What is asked for when somebody reads the metrics. */
  sample(sources: Omit<StateSources, 'progress' | 'group'>): void;
  /** Measures the requests and serves `/metrics`. */
  serve(app: HttpServer): void;
  stop(): Promise<void>;
};

export async function createObservability(
  name: string,
  version: string,
  settings: ObservabilitySettings,
  logger: Logger,
): Promise<Observability> {
  const { metrics, progress, measured, conflictPause, onOutcomes } = createServiceMetrics(name, version);
  const tracing = await createTracing(name, version, settings, logger);
  return {
    metrics,
    tracing,
    ports(ports) {
      const { broker, ...others } = measured(ports);
      return { ...others, broker: tracing ? traceBroker(broker, tracing) : broker };
    },
    watchCommands: (client) => tracing && watchCommands(client),
    transact(unitOfWork) {
      const run = retryingConflicts(unitOfWork, conflictPause);
      return tracing ? traceTransactions(run, tracing) : run;
    },
    subscriptions: (subscriptions) => (tracing ? traceSubscriptions(subscriptions, name, tracing) : subscriptions),
    onOutcomes,
    sample: (sources) => sampleState(metrics, { ...sources, group: name, progress }),
    serve: (app) => serveMetrics(app, metrics, settings.METRICS_TOKEN),
    stop: async () => tracing?.stop(),
  };
}
