import {
  type BatchControl,
  type Broker,
  type ConsumeOptions,
  type IncomingRecord,
  type OutgoingRecord,
  UnsendableError,
} from '@microshop/chassis/kafka/broker';
import type { Random } from '@microshop/chassis/testing/random';
import type { ServiceName } from '@microshop/contracts';
import type { Life, Scheduler } from './scheduler.ts';
import type { View } from './store-ports.ts';

/** A record as it lies on a partition, and as it was sent. */
export type Stored = { record: IncomingRecord; sent: OutgoingRecord };
type Log = { topic: string; partition: number; stored: Stored[] };

type Member = { view: View; onBatch: ConsumeOptions['onBatch']; isStopping: boolean };
/** A member's place on a partition, for one generation of the group. */
type Cursor = { member: Member; log: Log; generation: number; position: number; isBusy: boolean };
type Group = {
  name: ServiceName;
  topics: readonly string[];
  generation: number;
  members: Member[];
  committed: Map<Log, number>;
  cursors: Map<Log, Cursor>;
  /** Fetches are not answered before. */
  stalledUntil: number;
};

export type SimBroker = {
  of(view: View): Broker;
  append(records: readonly OutgoingRecord[]): void;
  logs(topic: string): readonly Log[];
  readonly topics: readonly string[];
  /** The group goes on in a new generation; who is busy learns of it when it asks. */
  fence(group: ServiceName): void;
  /** The group gets nothing for so long, though it is there. */
  stall(group: ServiceName, ms: number): void;
  /** The group's offsets go back, by so many records or to the beginning. */
  rewind(group: ServiceName, by: number): void;
  /** From now on as many records at once as there are. */
  deliverAtOnce(): void;
  /** A life is over: others take its partitions. */
  leave(life: Life): void;
  /** Records that the group has not handled. */
  lag(group: ServiceName): number;
  /** Some living member, a zombie perhaps, is at work. */
  readonly isBusy: boolean;
};

export type SimBrokerOptions = {
  scheduler: Scheduler;
  random: Random;
  world: Life;
  partitions: number;
  /** The most records of one delivery. */
  batch: number;
  now: () => Date;
  onAppend(log: Log, stored: Stored): void;
  onDeliver(group: ServiceName, log: Log, stored: readonly Stored[], isZombie: () => boolean): void;
};

const encoder = new TextEncoder();
const bytes = (value: string | Uint8Array | null): Uint8Array | null => (typeof value === 'string' ? encoder.encode(value) : value);

/**
 * Kafka as it is at its worst: at least once, in order for one partition and one generation. A rebalance takes effect at once, so a member
 * that is busy becomes a zombie: it works on while another has its partition, and learns of it at its next heartbeat or offset commit.
 */
export function createSimBroker(options: SimBrokerOptions): SimBroker {
  const { scheduler, random, world, partitions, now, onAppend, onDeliver } = options;
  let { batch } = options;
  const topics = new Map<string, Log[]>();
  const groups = new Map<ServiceName, Group>();
  const underWay = new Set<Cursor>();

  const logsOf = (topic: string): Log[] =>
    topics.getOrInsertComputed(topic, () => Array.from({ length: partitions }, (_, partition) => ({ topic, partition, stored: [] })));

  function append(records: readonly OutgoingRecord[]) {
    for (const sent of records) {
      const logs = logsOf(sent.topic);
      const key = bytes(sent.key);
      const log = logs[(sent.partition ?? hashOf(key)) % logs.length] as Log;
      const headers = Object.fromEntries(Object.entries(sent.headers).map(([name, content]) => [name, bytes(content) ?? undefined]));
      const stored = { sent, record: { offset: String(log.stored.length), key, value: bytes(sent.value), headers, appendedAt: now() } };
      log.stored.push(stored);
      onAppend(log, stored);
      for (const group of groups.values()) kick(group, group.cursors.get(log));
    }
  }

  function kick(group: Group, cursor: Cursor | undefined) {
    if (
      !cursor ||
      cursor.isBusy ||
      cursor.member.isStopping ||
      cursor.generation !== group.generation ||
      cursor.position >= cursor.log.stored.length
    )
      return;
    cursor.isBusy = true;
    underWay.add(cursor);
    void deliver(group, cursor).then(() => {
      underWay.delete(cursor);
      cursor.isBusy = false;
      kick(group, cursor);
    });
  }

  async function deliver(group: Group, cursor: Cursor): Promise<void> {
    const { member, log } = cursor;
    const { view } = member;
    await scheduler.turn(view.life, `fetches ${log.topic}/${log.partition}`);
    const isZombie = () => cursor.generation !== group.generation;
    if (group.stalledUntil > scheduler.now) await scheduler.sleepOf(view.life)(group.stalledUntil - scheduler.now);
    if (isZombie()) return;
    const stored = log.stored.slice(
      cursor.position,
      batch === Number.POSITIVE_INFINITY ? undefined : cursor.position + random.between(1, batch),
    );
    onDeliver(group.name, log, stored, isZombie);
    let done = cursor.position;
    const control: BatchControl = {
      async heartbeat() {
        if (isZombie()) throw new Error('REBALANCE_IN_PROGRESS');
      },
      handled(offset) {
        done = Number(offset) + 1;
      },
      isRunning: () => !member.isStopping,
    };
    const records = stored.map(({ record }) => record);
    const failed = await member.onBatch({ topic: log.topic, partition: log.partition, records }, control).then(
      () => false,
      () => true,
    );
    if (done > cursor.position) await commitOffset(group, cursor, done);
    if (failed) await scheduler.sleepOf(view.life)(300);
  }

  async function commitOffset(group: Group, cursor: Cursor, done: number): Promise<void> {
    const { view } = cursor.member;
    await scheduler.turn(view.life, `commits ${cursor.log.topic}/${cursor.log.partition} to ${done}`);
    if (cursor.generation !== group.generation) return;
    const fault = view.faults.at('offset', view.service);
    if (fault !== 'rejected') group.committed.set(cursor.log, done);
    cursor.position = done;
    if (fault) rebalance(group);
  }

  function rebalance(group: Group) {
    group.generation++;
    group.cursors.clear();
    if (group.members.length === 0) return;
    group.topics.flatMap(logsOf).forEach((log, index) => {
      const member = group.members[(index + group.generation) % group.members.length] as Member;
      const position = group.committed.get(log) ?? 0;
      const cursor = { member, log, generation: group.generation, position, isBusy: false };
      group.cursors.set(log, cursor);
      kick(group, cursor);
    });
  }

  async function send(view: View, records: readonly OutgoingRecord[]): Promise<void> {
    await scheduler.turn(view.life, `sends ${records.length}`);
    const fault = view.faults.at('send', view.service);
    if (fault === 'unsendable') throw new UnsendableError('simulated: unsendable');
    if (fault === 'in part') append(records.filter(({ key }) => hashOf(bytes(key)) % 2 === 0));
    else if (fault === 'late') scheduler.after(world, random.between(1, 3000), 'appends late', () => append(records));
    else if (fault !== 'away') append(records);
    await scheduler.turn(view.life, 'has sent');
    if (fault) throw new Error(`simulated: ${fault}`);
  }

  /** Finishes what is under way, then leaves. */
  async function stop(group: Group, member: Member): Promise<void> {
    member.isStopping = true;
    while ([...underWay].some((cursor) => cursor.member === member)) await scheduler.sleepOf(member.view.life)(20);
    leave(group, member.view.life);
  }

  function leave(group: Group, life: Life) {
    const staying = group.members.filter(({ view }) => view.life !== life);
    if (staying.length === group.members.length) return;
    group.members = staying;
    rebalance(group);
  }

  const positions = async (view: View, names: readonly string[], positionOf: (log: Log) => number) => {
    await scheduler.turn(view.life, 'asks for positions');
    return new Map(names.flatMap(logsOf).map((log) => [`${log.topic}/${log.partition}`, BigInt(positionOf(log))] as const));
  };

  return {
    of: (view) => ({
      send: (records) => send(view, records),
      async consume({ group: name, topics: names, onBatch }) {
        await scheduler.turn(view.life, 'joins its group');
        const group = groups.getOrInsertComputed(name as ServiceName, () => ({
          name: name as ServiceName,
          topics: names,
          generation: 0,
          members: [],
          committed: new Map(),
          cursors: new Map(),
          stalledUntil: 0,
        }));
        const member: Member = { view, onBatch, isStopping: false };
        group.members.push(member);
        rebalance(group);
        return { isAssigned: () => true, owns: () => true, stop: () => stop(group, member) };
      },
      ensureTopics: async () => undefined,
      ends: (names) => positions(view, names, (log) => log.stored.length),
      committed: (name, names) => positions(view, names, (log) => groups.get(name as ServiceName)?.committed.get(log) ?? 0),
      ping: async () => undefined,
      stop: async () => undefined,
    }),
    append,
    logs: logsOf,
    get topics() {
      return [...topics.keys()];
    },
    fence(name) {
      const group = groups.get(name);
      if (group) rebalance(group);
    },
    stall(name, ms) {
      const group = groups.get(name);
      if (group) group.stalledUntil = scheduler.now + ms;
    },
    rewind(name, by) {
      const group = groups.get(name);
      if (!group) return;
      for (const [log, offset] of group.committed) group.committed.set(log, Math.max(0, offset - by));
      rebalance(group);
    },
    deliverAtOnce() {
      batch = Number.POSITIVE_INFINITY;
    },
    leave(life) {
      for (const group of groups.values()) leave(group, life);
    },
    get isBusy() {
      return [...underWay].some(({ member }) => member.view.life.alive);
    },
    lag(name) {
      const group = groups.get(name);
      if (!group) return 0;
      return group.topics.flatMap(logsOf).reduce((sum, log) => sum + log.stored.length - (group.committed.get(log) ?? 0), 0);
    },
  };
}

function hashOf(key: Uint8Array | null): number {
  let hash = 7;
  for (const byte of key ?? []) hash = (hash * 31 + byte) >>> 0;
  return hash;
}
