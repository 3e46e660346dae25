import type { Db } from 'mongodb';
import { sleep as realSleep, type Sleep } from '../clock.ts';
import { type LeaseDocument, type LeaseStore, leaseCollection } from '../outbox/lease.ts';
import { type OutboxDocument, outboxCollection } from '../outbox/outbox.ts';
import type { OutboxStore } from '../outbox/outbox-relay.ts';

export function createMongoOutbox(db: Db): OutboxStore {
  const outbox = db.collection<OutboxDocument>(outboxCollection.name);
  const unmarkedBy = (fence: number) => ({ pending: true as const, $or: [{ fence: { $exists: false } }, { fence: { $lte: fence } }] });
  return {
    // One snapshot: without it a scan may see a later document and have passed the place of an earlier one.
    pending: (limit) =>
      outbox
        .find({ pending: true }, { readConcern: { level: 'snapshot' } })
        .sort({ _id: 1 })
        .limit(limit)
        // The default first batch has 101 documents.
        .batchSize(limit)
        .toArray(),
    async markPublished(ids, fence, at) {
      await outbox.updateMany(
        { _id: { $in: [...ids] }, ...unmarkedBy(fence) },
        { $set: { publishedAt: at, fence }, $unset: { pending: 1, stuck: 1, sent: 1 } },
        // A mark that is lost with a primary only makes a duplicate.
        { writeConcern: { w: 1 } },
      );
    },
    async markStuck({ _id, stuck, sent }, fence) {
      await outbox.updateOne({ _id, ...unmarkedBy(fence) }, { $set: { stuck: stuck ?? [], sent: sent ?? [], fence } });
    },
  };
}

export function createMongoLeases(db: Db): LeaseStore {
  const leases = db.collection<LeaseDocument>(leaseCollection.name);
  return {
    async acquire(name, holder, ttlMs) {
      const ours = { $eq: ['$holder', holder] };
      const free = { $lte: [{ $ifNull: ['$expiresAt', new Date(0)] }, '$$NOW'] };
      const mine = { $or: [ours, free] };
      const lease = await leases.findOneAndUpdate(
        { _id: name },
        [
          {
            $set: {
              token: { $cond: [{ $and: [free, { $not: [ours] }] }, { $add: [{ $ifNull: ['$token', 0] }, 1] }, '$token'] },
              expiresAt: { $cond: [mine, { $add: ['$$NOW', ttlMs] }, '$expiresAt'] },
              holder: { $cond: [mine, holder, '$holder'] },
            },
          },
        ],
        { upsert: true, returnDocument: 'after' },
      );
      return lease?.holder === holder ? lease.token : undefined;
    },
    async release(name, holder) {
      await leases.updateOne({ _id: name, holder }, { $set: { expiresAt: new Date(0) } });
    },
  };
}

/**
 * Calls `wake` when any instance commits to the outbox. It may miss commits and may stop for a while: polling is the truth, this only comes
 * earlier. It never resumes from a token, for a token can fall off the oplog.
 */
export function watchOutbox(db: Db, wake: () => void, sleep: Sleep = realSleep): { stop(): Promise<void> } {
  const stopping = new AbortController();
  let stream: { close(): Promise<void> } | undefined;
  const watching = (async () => {
    while (!stopping.signal.aborted) {
      try {
        const changes = db.collection(outboxCollection.name).watch([{ $match: { operationType: 'insert' } }, { $project: { _id: 1 } }]);
        stream = changes;
        for await (const _ of changes) wake();
      } catch {
        await sleep(1000, stopping.signal);
      }
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await stream?.close().catch(() => undefined);
      await watching;
    },
  };
}
