import type { Clock, Sleep } from '../clock.ts';
import type { Broker, Positions } from '../kafka/broker.ts';
import type { Running } from '../lifecycle.ts';
import type { Logger } from '../logger.ts';
import { every } from '../periodic.ts';
import { lookAgain, type Place, type Standstill } from './standstill.ts';

const LOOK_MS = 5000;
/** A minute: longer than a group takes for a rebalance or a killed member, and than a transaction with all its time limits. */
const LOOKS = 12;

export type WatchdogOptions = {
  broker: Pick<Broker, 'ends' | 'committed'>;
  group: string;
  topics: readonly string[];
  /** Whether the partition (`topic/partition`) is this process's to handle. */
  owns(partition: string): boolean;
  /** Whether broker and database answer; while they do not, standing still is right. */
  canWork(): Promise<boolean>;
  clock: Clock;
  logger: Logger;
  /** The process must end and be started anew. */
  onFatal(error: Error): void;
  lookMs?: number | undefined;
  sleep?: Sleep;
};

/** Told of each sign that a partition's records are being worked on, beside the offsets that its group commits. */
export type Watchdog = Running & { sign(topic: string, partition: number): void };

/**
 * Liveness by progress: ends the process when its consumer has records to handle and does not move, for whatever reason. What is tried again in
 * place is a sign of life.
 */
export function watchProgress(options: WatchdogOptions): Watchdog {
  const { broker, group, topics, owns, canWork, clock, logger, onFatal, lookMs = LOOK_MS, sleep } = options;
  const signs = new Map<string, number>();
  let standing: ReadonlyMap<string, Standstill> = new Map();
  /** Where the topics ended when all of them was handled. */
  let allHandled: Positions | undefined;

  async function places(): Promise<ReadonlyMap<string, Place>> {
    const ends = await broker.ends(topics).catch(() => undefined);
    // What does not tell its ends is away. Where nothing came since all was handled, there is nothing more to ask.
    if (!ends || isSame(ends, allHandled) || !(await canWork())) return new Map();
    const committed = await broker.committed(group, topics);
    const own = [...ends].filter(([partition]) => owns(partition));
    const handledOf = (partition: string) => committed.get(partition) ?? 0n;
    allHandled = [...ends].every(([partition, end]) => handledOf(partition) >= end) ? ends : undefined;
    return new Map(own.map(([partition, end]) => [partition, { handled: handledOf(partition), end, signs: signs.get(partition) ?? 0 }]));
  }

  async function look(): Promise<void> {
    // Where the broker does not tell, nothing is known to stand still.
    const before = standing;
    standing = new Map();
    standing = lookAgain(before, await places(), clock.now());
    for (const [partition, { looks, since, handled, end }] of standing) {
      if (looks <= LOOKS) continue;
      const message = `The consumer stands still at offset ${handled} of ${partition} since ${since.toISOString()}, with a lag of ${end - handled}.`;
      logger.fatal({ partition, offset: String(handled), lag: Number(end - handled), since }, message);
      onFatal(new Error(message));
      standing = new Map();
      return;
    }
  }

  const job = every(lookMs, 'watchdog', logger, look, sleep);
  return {
    ...job,
    sign(topic, partition) {
      const key = `${topic}/${partition}`;
      signs.set(key, (signs.get(key) ?? 0) + 1);
    },
  };
}

const isSame = (ends: Positions, others: Positions | undefined): boolean =>
  others?.size === ends.size && [...ends].every(([partition, end]) => others.get(partition) === end);
