import type { LeaseStore } from '../outbox/lease.ts';
import { leaseCollection } from '../outbox/lease.ts';
import { type OutboxDocument, outboxCollection } from '../outbox/outbox.ts';
import type { OutboxStore } from '../outbox/outbox-relay.ts';
import type { FakeStore } from './fake-store.ts';

/** Awaited at every call, so that a test can make it fail and a simulation can decide who goes next. */
type Turn = (what: 'pending' | 'markPublished' | 'markStuck' | 'acquire' | 'release') => Promise<void>;

/** The outbox's store on a fake store, with the same fences as the real one. */
export function createFakeOutbox(store: FakeStore, turn: Turn = async () => undefined): OutboxStore {
  const change = (id: string, fence: number, changed: (document: OutboxDocument) => OutboxDocument) => {
    const document = store.find(outboxCollection, id);
    if (document?.pending && (document.fence ?? 0) <= fence) store.seed(outboxCollection, changed({ ...document, fence }));
  };
  return {
    async pending(limit, known) {
      await turn('pending');
      const pending = store.all(outboxCollection).filter((document) => document.pending);
      const oldest = pending.sort((a, b) => (a._id < b._id ? -1 : 1)).slice(0, limit);
      return oldest.map((document) => known?.(document._id) ?? document);
    },
    async markPublished(ids, fence, publishedAt) {
      await turn('markPublished');
      for (const id of ids) change(id, fence, ({ pending: _, stuck: __, sent: ___, ...document }) => ({ ...document, publishedAt }));
    },
    async markStuck({ _id, stuck = [], sent = [] }, fence) {
      await turn('markStuck');
      change(_id, fence, (document) => ({ ...document, stuck, sent }));
    },
  };
}

/** Leases on a fake store, by the given clock. */
export function createFakeLeases(store: FakeStore, now: () => Date, turn: Turn = async () => undefined): LeaseStore {
  return {
    async acquire(name, holder, ttlMs) {
      await turn('acquire');
      const lease = store.find(leaseCollection, name);
      const ours = lease?.holder === holder;
      if (lease && !ours && lease.expiresAt > now()) return undefined;
      const token = ours ? lease.token : (lease?.token ?? 0) + 1;
      store.seed(leaseCollection, { _id: name, holder, token, expiresAt: new Date(now().getTime() + ttlMs) });
      return token;
    },
    async release(name, holder) {
      await turn('release');
      const lease = store.find(leaseCollection, name);
      if (lease?.holder === holder) store.seed(leaseCollection, { ...lease, expiresAt: new Date(0) });
    },
  };
}
