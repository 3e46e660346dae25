import type { Db } from 'mongodb';
import { newUuid, OVER, sleep as realSleep, type Sleep } from '../clock.ts';
import { type Bell, bellCollection } from '../outbox/bell.ts';
import { type LeaseDocument, type LeaseStore, leaseCollection } from '../outbox/lease.ts';
import { type OutboxDocument, outboxCollection } from '../outbox/outbox.ts';
import type { OutboxStore } from '../outbox/outbox-relay.ts';
import type { Document } from '../store/store.ts';

export function createMongoOutbox(db: Db): OutboxStore {
  const outbox = db.collection<OutboxDocument>(outboxCollection.name);
  const unmarkedBy = (fence: number) => ({ pending: true as const, $or: [{ fence: { $exists: false } }, { fence: { $lte: fence } }] });
  // One snapshot: without it a scan may see a later document and have passed the place of an earlier one.
  const oldest = (limit: number) =>
    outbox
      .find({ pending: true }, { readConcern: { level: 'snapshot' } })
      .sort({ _id: 1 })
      .limit(limit)
      // The default first batch has 101 documents.
      .batchSize(limit);
  return {
    async pending(limit, known) {
      if (!known) return oldest(limit).toArray();
      // The index alone answers this; of a service with one instance all of it is known.
      const ids = (await oldest(limit).project<{ _id: string }>({ _id: 1 }).toArray()).map(({ _id }) => _id);
      const found = new Map(ids.map((id) => [id, known(id)]));
      const unknown = ids.filter((id) => !found.get(id));
      const read = unknown.length === 0 ? [] : await outbox.find({ _id: { $in: unknown } }, { batchSize: unknown.length + 1 }).toArray();
      for (const document of read) found.set(document._id, document);
      return [...found.values()].filter((document) => document !== undefined);
    },
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

/** How long the database waits for a ring before it says that there was none: less than a socket may be silent. */
const LISTEN_MS = 5000;

/**
 * A bell that is a capped collection: a ring is a document, and whoever listens follows its end. A change stream would read each transaction of the
 * whole replica set to find the rings among them.
 */
export function createMongoBell(db: Db, sleep: Sleep = realSleep): Bell {
  const bell = db.collection<Document>(bellCollection.name, { readConcern: { level: 'local' } });
  const ring = async () => {
    await bell.insertOne({ _id: newUuid() }, { writeConcern: { w: 1 } });
  };
  return {
    ring,
    listen(hear) {
      const stopping = new AbortController();
      const { signal } = stopping;
      const listening = (async () => {
        while (!signal.aborted) {
          try {
            // There is no end to follow in an empty collection.
            await ring();
            for await (const _ of bell.find({}, { tailable: true, awaitData: true, maxAwaitTimeMS: LISTEN_MS, signal })) hear();
          } catch {
            await sleep(1000, signal);
          }
        }
      })();
      return {
        async stop() {
          stopping.abort(OVER);
          // Ends the wait in the database.
          void ring().catch(() => undefined);
          await listening;
        },
      };
    },
  };
}
