export type Headers = Record<string, string | Uint8Array>;

export type OutgoingRecord = {
  topic: string;
  key: string | Uint8Array | null;
  value: string | Uint8Array | null;
  headers: Headers;
  /** Where not given, the key decides as in Kafka's Java client (murmur2). */
  partition?: number;
};

export type IncomingRecord = {
  offset: string;
  key: Uint8Array | null;
  value: Uint8Array | null;
  headers: Record<string, Uint8Array | undefined>;
  appendedAt: Date;
};

export type PartitionBatch = { topic: string; partition: number; records: readonly IncomingRecord[] };

export type BatchControl = {
  /** Tells the group that this member is alive; fails when it is a member no more. */
  heartbeat(): Promise<void>;
  /** Everything up to and with this offset is handled; call it only after the transaction. */
  handled(offset: string): void;
  /** False from the moment the consumer is asked to stop. */
  isRunning(): boolean;
};

export type ConsumeOptions = {
  group: string;
  topics: readonly string[];
  /** Called for several partitions at once, for one partition in order. What it throws makes the records come again. */
  onBatch(batch: PartitionBatch, control: BatchControl): Promise<void>;
};

export type Consumption = {
  /** True when each topic's partitions are assigned, to this member or to others. */
  isAssigned(): boolean;
  /** Whether the partition (`topic/partition`) is this member's to handle; while nothing is assigned, each may be. */
  owns(partition: string): boolean;
  /** Finishes the batches under way and leaves the group. */
  stop(): Promise<void>;
};

export type TopicSpec = {
  name: string;
  partitions: number;
  /** Unset: the brokers' own default. */
  replicas?: number;
  config: Record<string, string>;
};

/** The broker refuses these records for a reason of their own (size, timestamp): sending them again can not help. */
export class UnsendableError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'UnsendableError';
  }
}

/** A topic that the broker does not have, though this process made sure of it: somebody deleted it. */
export class MissingTopicError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'MissingTopicError';
  }
}

/** `topic/partition` to an offset. */
export type Positions = ReadonlyMap<string, bigint>;

/** How many records lie between two positions. */
export const distance = (from: Positions, to: Positions): number =>
  Number([...to].reduce((sum, [partition, end]) => sum + (end > (from.get(partition) ?? 0n) ? end - (from.get(partition) ?? 0n) : 0n), 0n));

/** What the chassis asks of Kafka; the client library is behind it and nowhere else. */
export type Broker = {
  /**
   * Returns when every in-sync replica has the records (acks=-1). One send at a time.
   * Fails with UnsendableError, with MissingTopicError, or with anything else when the outcome is not known: then the records may be there, and are sent again.
   */
  send(records: readonly OutgoingRecord[]): Promise<void>;
  consume(options: ConsumeOptions): Promise<Consumption>;
  /** Creates what is missing; fails when an existing topic has another number of partitions. */
  ensureTopics(specs: readonly TopicSpec[]): Promise<void>;
  /** Where each partition ends now: the offset that the next record will have. */
  ends(topics: readonly string[]): Promise<Positions>;
  /** Up to where the group has handled each partition; where it never committed, the oldest offset there is. */
  committed(group: string, topics: readonly string[]): Promise<Positions>;
  /** Whether the broker answers now. */
  ping(): Promise<void>;
  stop(): Promise<void>;
};

/** Marks what is on the topics now; the answer tells whether the group has handled all of that. */
export async function markProgress(
  broker: Pick<Broker, 'ends' | 'committed'>,
  group: string,
  topics: readonly string[],
): Promise<() => Promise<boolean>> {
  const ends = await broker.ends(topics);
  return async () => distance(await broker.committed(group, topics), ends) === 0;
}
