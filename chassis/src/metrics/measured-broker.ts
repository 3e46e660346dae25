import { type Broker, UnsendableError } from '../kafka/broker.ts';
import { chassisMetrics } from './catalogue.ts';
import type { ConsumerProgress } from './consumer-progress.ts';
import type { Metrics } from './metrics.ts';

/** The broker, with what goes through it measured. */
export function measureBroker(broker: Broker, metrics: Metrics, progress: ConsumerProgress): Broker {
  const duration = metrics.histogram(chassisMetrics.sendDuration);
  const sent = metrics.counter(chassisMetrics.recordsSent);
  return {
    ...broker,
    async send(records) {
      const began = performance.now();
      const done = (outcome: 'acknowledged' | 'refused' | 'failed') => duration.observe({ outcome }, (performance.now() - began) / 1000);
      try {
        await broker.send(records);
      } catch (error) {
        done(error instanceof UnsendableError ? 'refused' : 'failed');
        throw error;
      }
      done('acknowledged');
      for (const { topic } of records) sent.add({ topic });
    },
    consume: (options) =>
      broker.consume({
        ...options,
        async onBatch(batch, control) {
          try {
            await options.onBatch(batch, progress.watch(batch, control));
          } finally {
            progress.over(batch);
          }
        },
      }),
  };
}
