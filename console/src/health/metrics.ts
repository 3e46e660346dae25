import { systemClock } from '@microshop/chassis/clock';
import type { Checks } from '@microshop/chassis/http/health';
import type { Broker } from '@microshop/chassis/kafka/broker';
import { chassisMetrics } from '@microshop/chassis/metrics/catalogue';
import type { Metrics, Sample } from '@microshop/chassis/metrics/metrics';
import { dependencies, ofTopic } from '@microshop/chassis/metrics/state-gauges';
import type { Following } from '../projection/follow.ts';
import { groupOf } from '../projection/projector.ts';
import { allTopics } from '../projection/record.ts';
import type { LagClock } from './lag-clock.ts';

const { buildInfo, dependencyUp, sampleFailures, httpDuration, lagRecords, lagSeconds } = chassisMetrics;

/** What the console tells of itself, in the services' words, so that their alerts and dashboards hold for it too. The audit's are beside them. */
export const consoleMetrics = { buildInfo, dependencyUp, sampleFailures, httpDuration, lagRecords, lagSeconds } as const;

export type ConsoleSources = {
  version: string;
  checks: Checks;
  broker: Pick<Broker, 'committed'>;
  lagClock: LagClock;
  following: Pick<Following, 'projection'>;
};

/** Most of it is asked for when somebody reads the metrics; requests are measured where `/metrics` is served. */
export function measureConsole(metrics: Metrics, { version, checks, ...projection }: ConsoleSources): void {
  metrics.gauge(buildInfo).set({ version }, 1);
  metrics.sampled('dependencies', dependencies(checks));
  metrics.sampled('lag', projectionLag(projection));
}

const projectionLag = ({ broker, lagClock, following }: Omit<ConsoleSources, 'version' | 'checks'>): Sample => ({
  gauges: [lagRecords, lagSeconds],
  async read(set) {
    const committed = await broker.committed(groupOf(following.projection().generation), allTopics);
    for (const topic of allTopics) {
      const { records, seconds } = lagClock.lagOf(ofTopic(committed, topic), systemClock.now());
      set(lagRecords, { topic }, records);
      if (seconds !== null) set(lagSeconds, { topic }, seconds);
    }
  },
});
