import type { LeaseStore } from '../outbox/lease.ts';
import type { OutboxStore } from '../outbox/outbox-relay.ts';
import { chassisMetrics } from './catalogue.ts';
import type { Metrics } from './metrics.ts';

/** The outbox, with the time that its documents wait. */
export function measureOutbox(outbox: OutboxStore, metrics: Metrics): OutboxStore {
  const delay = metrics.histogram(chassisMetrics.publishDelay);
  // Those of the last look: what is marked was among them.
  let createdAt = new Map<string, Date>();
  return {
    async pending(limit, known) {
      const documents = await outbox.pending(limit, known);
      createdAt = new Map(documents.map((document) => [document._id, document.createdAt]));
      return documents;
    },
    async markPublished(ids, fence, at) {
      await outbox.markPublished(ids, fence, at);
      for (const id of ids) {
        const created = createdAt.get(id);
        if (created) delay.observe({}, Math.max(0, at.getTime() - created.getTime()) / 1000);
      }
    },
    markStuck: (document, fence) => outbox.markStuck(document, fence),
  };
}

/** The leases, with whether this instance holds the outbox's. */
export function measureLeases(leases: LeaseStore, metrics: Metrics): LeaseStore {
  const held = metrics.gauge(chassisMetrics.outboxLease);
  return {
    async acquire(name, holder, ttlMs) {
      const token = await leases.acquire(name, holder, ttlMs);
      held.set({}, token === undefined ? 0 : 1);
      return token;
    },
    async release(name, holder) {
      held.set({}, 0);
      await leases.release(name, holder);
    },
  };
}
