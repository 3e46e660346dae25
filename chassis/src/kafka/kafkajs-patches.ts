import { createRequire } from 'node:module';
import { sleep } from '../clock.ts';

type RequestQueue = { pending: unknown[]; throttledUntil: number };
type Schedule = (this: RequestQueue) => void;

const require = createRequire(import.meta.url);

/**
 * kafkajs 2.2.4 wakes up about 870 times a second on an idle connection, because it schedules a check of its empty queue with a negative delay
 * (tulios/kafkajs#1556, #1751). With nothing pending and no throttling there is nothing to check.
 */
export function patchIdleLoop(): void {
  const { prototype } = require('kafkajs/src/network/requestQueue') as {
    prototype: RequestQueue & { scheduleCheckPendingRequests: Schedule & { patched?: true } };
  };
  const original = prototype.scheduleCheckPendingRequests;
  if (original.patched) return;
  prototype.scheduleCheckPendingRequests = Object.assign(
    function (this: RequestQueue) {
      if (this.pending.length > 0 || this.throttledUntil > Date.now()) original.call(this);
    },
    { patched: true as const },
  );
}

type Inflight = { sentAt: number; requestTimeout: number; timeoutRequest(): void };
type Connected = {
  enforceRequestTimeout: boolean;
  requestTimeout: number;
  inflight: Map<number, Inflight>;
  requestTimeoutIntervalId: NodeJS.Timeout;
  isConnected(): boolean;
  destroy(): void;
};
type Watch = ((this: Connected) => void) & { patched?: true };

/**
 * kafkajs 2.2.4 looks ten times a second, on each connection, whether a request has waited too long. Here it looks when the first of them will have:
 * none waits less than the connection's own time, so what is sent meanwhile is not due before.
 */
export function patchRequestTimeouts(): void {
  const { prototype } = require('kafkajs/src/network/requestQueue') as { prototype: { scheduleRequestTimeoutCheck: Watch } };
  if (prototype.scheduleRequestTimeoutCheck.patched) return;
  prototype.scheduleRequestTimeoutCheck = Object.assign(
    function (this: Connected) {
      if (!this.enforceRequestTimeout) return;
      this.destroy();
      lookForLate(this);
    },
    { patched: true as const },
  );
}

function lookForLate(connection: Connected): void {
  const { inflight, requestTimeout } = connection;
  const leftOf = (request: Inflight) => request.sentAt + request.requestTimeout - Date.now();
  for (const request of inflight.values()) if (leftOf(request) < 0) request.timeoutRequest();
  if (!connection.isConnected()) {
    connection.destroy();
    return;
  }
  // Never later than that: the clock can be set.
  const next = Math.min(requestTimeout, ...[...inflight.values()].map(leftOf));
  connection.requestTimeoutIntervalId = setTimeout(lookForLate, next + 1, connection);
}

type ConsumerGroup = { cluster: object; memberId: string | null };
type GroupStep = ((this: ConsumerGroup) => Promise<void>) & { patched?: true };

const memberships = new WeakMap<object, string>();

/**
 * When the broker is away for a moment, kafkajs 2.2.4 starts its consumer anew as another member, and the group waits for the old one until its
 * session has run out. Here it comes back as the member it was; a coordinator that does not know it any more makes it a new one.
 */
export function patchRejoin(): void {
  const { prototype } = require('kafkajs/src/consumer/consumerGroup') as { prototype: { joinAndSync: GroupStep; leave: GroupStep } };
  const { joinAndSync, leave } = prototype;
  if (joinAndSync.patched) return;
  prototype.joinAndSync = Object.assign(
    async function (this: ConsumerGroup) {
      this.memberId ??= memberships.get(this.cluster) ?? null;
      memberships.delete(this.cluster);
      try {
        await joinAndSync.call(this);
      } finally {
        if (this.memberId) memberships.set(this.cluster, this.memberId);
      }
    },
    { patched: true as const },
  );
  prototype.leave = async function (this: ConsumerGroup) {
    await leave.call(this);
    memberships.delete(this.cluster);
  };
}

type Fetching = { offsetManager: { clearAllOffsets(): void } };
type Recover = ((this: Fetching, error: { type?: string }) => Promise<void>) & { patched?: true };

/**
 * A consumer of kafkajs 2.2.4 whose topic is deleted and made anew goes on at the offset that it had in the old one, and never reads what the new one has
 * before it. Here it forgets its offsets when the topic is gone, and asks its group for them: the broker has forgotten those of a deleted topic.
 */
export function patchDeletedTopic(): void {
  const { prototype } = require('kafkajs/src/consumer/consumerGroup') as { prototype: { recoverFromFetch: Recover } };
  const original = prototype.recoverFromFetch;
  if (original.patched) return;
  prototype.recoverFromFetch = Object.assign(
    async function (this: Fetching, error: { type?: string }) {
      if (error.type === 'UNKNOWN_TOPIC_OR_PARTITION') this.offsetManager.clearAllOffsets();
      await original.call(this, error);
    },
    { patched: true as const },
  );
}

type Offsets = { commitOffsets: Commit };
type Commit = ((this: Offsets, offsets?: object) => Promise<void>) & { patched?: true };

/**
 * When several partitions were handled together, each asks kafkajs 2.2.4 to commit what is handled, and it sends all of that each time. Here those who ask at
 * the same time share one commit, of all that is handled when it is sent.
 */
export function patchOffsetCommits(): void {
  const { prototype } = require('kafkajs/src/consumer/offsetManager') as { prototype: Offsets };
  const original = prototype.commitOffsets;
  if (original.patched) return;
  const coming = new WeakMap<Offsets, Promise<void>>();
  prototype.commitOffsets = Object.assign(
    function (this: Offsets, offsets?: object) {
      if (offsets !== undefined) return original.call(this, offsets);
      const known = coming.get(this);
      if (known) return known;
      const commit = sleep(0).then(() => {
        coming.delete(this);
        return original.call(this);
      });
      coming.set(this, commit);
      return commit;
    },
    { patched: true as const },
  );
}

type Pool = {
  brokers: object;
  metadata: { topicMetadata: { partitionMetadata: { leader: number }[] }[] } | null;
  metadataExpireAt: number | null;
};
type Refresh = ((this: Pool, topics: readonly string[]) => Promise<void>) & { patched?: true };

/**
 * kafkajs 2.2.4 may ask two brokers at once who leads the partitions. Where a leader has just died, and the one that does not know yet answers last, it keeps that
 * answer and drops the dead broker all the same: for five minutes, until its metadata expires, nobody reads those partitions. Here it asks again before the next fetch.
 */
export function patchLostLeaders(): void {
  const { prototype } = require('kafkajs/src/cluster/brokerPool') as { prototype: { refreshMetadataIfNecessary: Refresh } };
  const original = prototype.refreshMetadataIfNecessary;
  if (original.patched) return;
  prototype.refreshMetadataIfNecessary = Object.assign(
    async function (this: Pool, topics: readonly string[]) {
      if (hasLostLeader(this)) this.metadataExpireAt = null;
      await original.call(this, topics);
    },
    { patched: true as const },
  );
}

const hasLostLeader = ({ brokers, metadata }: Pool): boolean =>
  metadata?.topicMetadata.some(({ partitionMetadata }) => partitionMetadata.some(({ leader }) => !(leader in brokers))) ?? false;
