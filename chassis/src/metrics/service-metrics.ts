import { sleep } from '../clock.ts';
import type { Outcome } from '../consumer/batch-consumer.ts';
import type { Ports } from '../ports.ts';
import { conflictPause } from '../store/unit-of-work.ts';
import { chassisMetrics } from './catalogue.ts';
import { type ConsumerProgress, createConsumerProgress } from './consumer-progress.ts';
import { measureBroker } from './measured-broker.ts';
import { measureLeases, measureOutbox } from './measured-outbox.ts';
import { measureStore } from './measured-store.ts';
import { createMetrics, type MetricsRegistry } from './registry.ts';

export type ServiceMetrics = {
  metrics: MetricsRegistry;
  progress: ConsumerProgress;
  /** The ports, with all that passes them measured. */
  measured(ports: Ports): Ports;
  /** The pause before a transaction is run again. */
  conflictPause(attempt: number): Promise<void>;
  /** What became of records that were consumed. */
  onOutcomes(outcomes: readonly Outcome[]): void;
};

/** What the chassis measures of one service. */
export function createServiceMetrics(name: string, version: string): ServiceMetrics {
  const metrics = createMetrics(name);
  const progress = createConsumerProgress();
  const pause = conflictPause(sleep);
  const retries = metrics.counter(chassisMetrics.transactionRetries);
  const consumed = metrics.counter(chassisMetrics.consumed);
  metrics.gauge(chassisMetrics.buildInfo).set({ version }, 1);
  return {
    metrics,
    progress,
    measured: ({ store, broker, outbox, leases }) => ({
      store: measureStore(store, metrics),
      broker: measureBroker(broker, metrics, progress),
      outbox: measureOutbox(outbox, metrics),
      leases: measureLeases(leases, metrics),
    }),
    conflictPause(attempt) {
      retries.add({});
      return pause(attempt);
    },
    onOutcomes(outcomes) {
      for (const { topic, eventType, result } of outcomes) consumed.add({ topic, type: eventType, result });
    },
  };
}
