import { type Broker, distance, type Positions } from '@microshop/chassis/kafka/broker';
import type { Running } from '@microshop/chassis/lifecycle';
import type { Logger } from '@microshop/chassis/logger';
import { every } from '@microshop/chassis/periodic';
import type { Lag } from '../api/health.ts';

type Sample = { at: number; ends: Positions };

/** Samples older than this are forgotten: a longer lag is told as this much. */
const KEEP_MS = 3600_000;

/**
 * Tells a lag in seconds from samples of where the partitions ended: a record that a group has not handled was there no later than the first sample
 * that counts it. What was there before the first sample has waited at least since then.
 */
export function createLagClock() {
  let samples: Sample[] = [];
  return {
    sample(ends: Positions, at: Date): void {
      const oldest = at.getTime() - KEEP_MS;
      samples = [...samples.filter((sample) => sample.at >= oldest), { at: at.getTime(), ends }];
    },
    lagOf(committed: Positions, at: Date): Lag {
      const ends = samples.at(-1)?.ends ?? new Map<string, bigint>();
      const ofGroup = new Map([...ends].filter(([partition]) => committed.has(partition)));
      const records = distance(committed, ofGroup);
      if (records === 0) return { records, seconds: 0 };
      const first = samples.find((sample) => [...committed].some(([partition, offset]) => (sample.ends.get(partition) ?? 0n) > offset));
      return { records, seconds: first ? Math.max(0, (at.getTime() - first.at) / 1000) : null };
    },
  };
}
export type LagClock = ReturnType<typeof createLagClock>;

const SAMPLE_MS = 5000;

/** Samples all the time, so that a lag is known when somebody looks. */
export const keepSampling = (
  lagClock: LagClock,
  broker: Pick<Broker, 'ends'>,
  topics: readonly string[],
  now: () => Date,
  logger: Logger,
): Running => every(SAMPLE_MS, 'sample the ends of the topics', logger, async () => lagClock.sample(await broker.ends(topics), now()));
