import { type LeaseStore, leaseCollection } from '@microshop/chassis/outbox/lease';
import { outboxCollection } from '@microshop/chassis/outbox/outbox';
import type { OutboxStore } from '@microshop/chassis/outbox/outbox-relay';
import { type Store, StoreError, type StoreErrorKind } from '@microshop/chassis/store/store';
import { deepFreeze } from '@microshop/chassis/testing/deep-freeze';
import type { ServiceName } from '@microshop/contracts';
import type { Database } from './database.ts';
import type { FaultPlan } from './faults.ts';
import type { Life, Scheduler } from './scheduler.ts';

/** What one life of an instance sees the world through. */
export type View = { service: ServiceName; life: Life; scheduler: Scheduler; faults: FaultPlan };

const failure = (kind: StoreErrorKind) => new StoreError(kind, `simulated: ${kind}`);

/** A write has two turns: a crash may come before it, or between it and its answer. */
export function createSimStore(database: Database, { service, life, scheduler, faults }: View): Store {
  return {
    async begin() {
      let snapshot: number | undefined;
      async function beginReading(name: string): Promise<number> {
        await scheduler.turn(life, `reads ${name}`);
        const fault = faults.at('read', service);
        if (fault) throw failure(fault);
        snapshot ??= database.moment;
        return snapshot;
      }
      return {
        async read(collection, ids) {
          const from = await beginReading(collection.name);
          return ids.map((id) => deepFreeze(database.readAt(collection, id, from))).filter((document) => document !== undefined);
        },
        async hasAny(collection, idPrefix) {
          return database.hadAny(collection, idPrefix, await beginReading(collection.name));
        },
        async commit(writes) {
          if (writes.length === 0) return;
          await scheduler.turn(life, 'commits');
          const fault = faults.at('commit', service);
          if (fault && fault !== 'unknown, written') throw failure(fault === 'unknown, not written' ? 'unknown' : fault);
          database.commit(writes, snapshot ?? database.moment);
          await scheduler.turn(life, 'has committed');
          if (fault) throw failure('unknown');
        },
        async end() {},
      };
    },
  };
}

/** As the one on MongoDB: marks are no transactions, and bear the fence of the lease they were made under. */
export function createSimOutbox(database: Database, { service, life, scheduler, faults }: View): OutboxStore {
  async function mark(apply: () => void) {
    await scheduler.turn(life, 'marks the outbox');
    const fault = faults.at('mark', service);
    if (fault === 'unavailable') throw failure('unavailable');
    apply();
    await scheduler.turn(life, 'has marked the outbox');
    if (fault) throw failure('unavailable');
  }
  const unmarkedBy = (id: string, fence: number) => {
    const document = database.find(outboxCollection, id);
    return document?.pending && (document.fence ?? 0) <= fence ? document : undefined;
  };
  return {
    async pending(limit, known) {
      await scheduler.turn(life, 'reads the outbox');
      if (faults.at('pending', service)) throw failure('unavailable');
      const pending = database.where(outboxCollection, (document) => document.pending === true).map(({ _id }) => _id);
      return pending
        .sort()
        .slice(0, limit)
        .map((id) => known?.(id) ?? database.find(outboxCollection, id))
        .filter((document) => document !== undefined);
    },
    markPublished: (ids, fence, publishedAt) =>
      mark(() => {
        for (const id of ids) {
          const found = unmarkedBy(id, fence);
          if (!found) continue;
          const { pending: _, stuck: __, sent: ___, ...document } = found;
          database.set(outboxCollection, { ...document, publishedAt, fence } as never);
        }
      }),
    markStuck: ({ _id, stuck = [], sent = [] }, fence) =>
      mark(() => {
        const document = unmarkedBy(_id, fence);
        if (document) database.set(outboxCollection, { ...document, stuck, sent, fence } as never);
      }),
  };
}

/** Leases by the database's own clock. */
export function createSimLeases(database: Database, { service, life, scheduler, faults }: View, now: () => Date): LeaseStore {
  return {
    async acquire(name, holder, ttlMs) {
      await scheduler.turn(life, 'asks for the lease');
      if (faults.at('acquire', service)) throw failure('unavailable');
      const lease = database.find(leaseCollection, name);
      const isOurs = lease?.holder === holder;
      const isFree = !lease || lease.expiresAt <= now();
      if (!isOurs && !isFree) return undefined;
      const token = isOurs ? lease.token : (lease?.token ?? 0) + 1;
      const document = { _id: name, holder, token, expiresAt: new Date(now().getTime() + ttlMs) };
      database.set(leaseCollection, document);
      await scheduler.turn(life, 'has the lease');
      return token;
    },
    async release(name, holder) {
      await scheduler.turn(life, 'gives the lease back');
      const lease = database.find(leaseCollection, name);
      if (lease?.holder === holder) database.set(leaseCollection, { ...lease, expiresAt: new Date(0) } as never);
    },
  };
}

/** A read outside of any transaction. */
export async function query<T>({ service, life, scheduler, faults }: View, read: () => T): Promise<T> {
  await scheduler.turn(life, 'queries');
  if (faults.at('query', service)) throw failure('unavailable');
  return read();
}
