import type { Db } from 'mongodb';
import { type DeadLetter, deadLetterCollection } from '../consumer/dead-letter.ts';
import type { Checks } from '../http/health.ts';
import { type Broker, distance, type Positions } from '../kafka/broker.ts';
import { type OutboxDocument, outboxCollection } from '../outbox/outbox.ts';
import { chassisMetrics } from './catalogue.ts';
import type { ConsumerProgress } from './consumer-progress.ts';
import type { Metrics, Sample } from './metrics.ts';

/** The database gives up then, too. */
export const SAMPLE_MAX_TIME_MS = 1500;
const MAX_COUNTED = 10_000;
/** Their documents are read, where the others are only counted on an index; what is stuck is old. */
const MAX_LOOKED_INTO = 1000;

export type StateSources = {
  db: Db;
  broker: Pick<Broker, 'ends' | 'committed'>;
  group: string;
  topics: readonly string[];
  checks: Checks;
  progress: ConsumerProgress;
};

/** What is asked for when somebody reads the metrics. */
export function sampleState(metrics: Metrics, { db, broker, group, topics, checks, progress }: StateSources): void {
  metrics.sampled('dependencies', dependencies(checks));
  metrics.sampled('outbox', outbox(db));
  metrics.sampled('dead_letters', deadLetters(db));
  if (topics.length > 0) metrics.sampled('lag', lag(broker, group, topics, progress));
}

export const dependencies = (checks: Checks): Sample => ({
  gauges: [chassisMetrics.dependencyUp],
  async read(set) {
    for (const [dependency, { ok }] of Object.entries(await checks())) set(chassisMetrics.dependencyUp, { dependency }, ok ? 1 : 0);
  },
});

function outbox(db: Db): Sample {
  const { outboxPending, outboxOldestAge, outboxStuck } = chassisMetrics;
  const documents = db.collection<OutboxDocument>(outboxCollection.name);
  const onIndex = { hint: { pending: 1, _id: 1 }, maxTimeMS: SAMPLE_MAX_TIME_MS } as const;
  return {
    gauges: [outboxPending, outboxOldestAge, outboxStuck],
    async read(set) {
      const [pending, [stuck], [oldest]] = await Promise.all([
        documents.countDocuments({ pending: true }, { ...onIndex, limit: MAX_COUNTED }),
        documents
          .aggregate<{ count: number }>(
            [
              { $match: { pending: true } },
              { $sort: { _id: 1 } },
              { $limit: MAX_LOOKED_INTO },
              { $match: { 'stuck.0': { $exists: true } } },
              { $count: 'count' },
            ],
            onIndex,
          )
          .toArray(),
        documents
          .find({ pending: true }, onIndex)
          .sort({ _id: 1 })
          .limit(1)
          .project<Pick<OutboxDocument, 'createdAt'>>({ createdAt: 1 })
          .toArray(),
      ]);
      set(outboxPending, {}, pending);
      set(outboxStuck, {}, stuck?.count ?? 0);
      set(outboxOldestAge, {}, oldest ? Math.max(0, Date.now() - oldest.createdAt.getTime()) / 1000 : 0);
    },
  };
}

const deadLetters = (db: Db): Sample => ({
  gauges: [chassisMetrics.deadLetters],
  async read(set) {
    // Covered by the index on status, topic and at.
    const groups = await db
      .collection<DeadLetter>(deadLetterCollection.name)
      .aggregate<{ _id: { status: string; topic: string }; count: number }>(
        [
          { $match: { status: { $in: ['dead', 'parked'] } } },
          { $project: { _id: 0, status: 1, topic: 1 } },
          { $group: { _id: { status: '$status', topic: '$topic' }, count: { $sum: 1 } } },
        ],
        { maxTimeMS: SAMPLE_MAX_TIME_MS },
      )
      .toArray();
    for (const { _id, count } of groups) set(chassisMetrics.deadLetters, _id, count);
  },
});

const lag = (broker: StateSources['broker'], group: string, topics: readonly string[], progress: ConsumerProgress): Sample => {
  const { lagRecords, lagSeconds, lastProgress } = chassisMetrics;
  return {
    gauges: [lagRecords, lagSeconds, lastProgress],
    async read(set) {
      // What is handled first: what is appended between the two answers counts as lag, and none is negative.
      const handled = await broker.committed(group, topics);
      const ends = await broker.ends(topics);
      for (const topic of topics) {
        const records = distance(handled, ofTopic(ends, topic));
        const at = progress.lastProgress(topic);
        set(lagRecords, { topic }, records);
        set(lagSeconds, { topic }, progress.lagSeconds(topic, records));
        if (at !== undefined) set(lastProgress, { topic }, at / 1000);
      }
    },
  };
};

/** Those of one topic. */
export const ofTopic = (positions: Positions, topic: string): Positions =>
  new Map([...positions].filter(([partition]) => partition.slice(0, partition.lastIndexOf('/')) === topic));
