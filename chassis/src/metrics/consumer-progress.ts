import type { BatchControl, PartitionBatch } from '../kafka/broker.ts';

/** What this instance has to handle and when it last did: the age of lag, which offsets do not tell. */
export type ConsumerProgress = {
  /** The control of a batch, which notes what is handled. */
  watch(batch: PartitionBatch, control: BatchControl): BatchControl;
  /** The batch is over: what was not handled comes again. */
  over(batch: PartitionBatch): void;
  lastProgress(topic: string): number | undefined;
  /** Seconds, for a topic of which the group has so many records to handle. */
  lagSeconds(topic: string, records: number): number;
};

export function createConsumerProgress(nowMs: () => number = Date.now): ConsumerProgress {
  /** By topic and partition: when the oldest record that is in hand was appended. */
  const oldest = new Map<string, { topic: string; appendedAt: number }>();
  const progressed = new Map<string, number>();
  const behindSince = new Map<string, number>();
  const keyOf = ({ topic, partition }: PartitionBatch) => `${topic}/${partition}`;

  function setOldest(batch: PartitionBatch, index: number) {
    const record = batch.records[index];
    if (record) oldest.set(keyOf(batch), { topic: batch.topic, appendedAt: record.appendedAt.getTime() });
    else oldest.delete(keyOf(batch));
  }

  return {
    watch(batch, control) {
      setOldest(batch, 0);
      return {
        ...control,
        handled(offset) {
          control.handled(offset);
          progressed.set(batch.topic, nowMs());
          setOldest(batch, batch.records.findIndex((record) => record.offset === offset) + 1);
        },
      };
    },
    over: (batch) => void oldest.delete(keyOf(batch)),
    lastProgress: (topic) => progressed.get(topic),
    lagSeconds(topic, records) {
      const now = nowMs();
      const inHand = [...oldest.values()].filter((entry) => entry.topic === topic).map(({ appendedAt }) => appendedAt);
      if (records === 0) behindSince.delete(topic);
      else if (!behindSince.has(topic)) behindSince.set(topic, now);
      const since = records === 0 ? now : Math.max(behindSince.get(topic) ?? now, progressed.get(topic) ?? 0);
      return Math.max(0, now - Math.min(since, ...inHand)) / 1000;
    },
  };
}
