import { createRequire } from 'node:module';
import type { Socket } from 'node:net';

type Connection = {
  requestQueue: { inflight: Map<number, unknown> };
  socket: Socket;
  rejectRequests(error: Error): void;
  disconnect(): Promise<unknown>;
};
type Runner = {
  heartbeat(): Promise<void>;
  consumerGroup: {
    getNodeIds(): string[];
    /** Of a broker's two connections the second is for fetches. */
    cluster: { brokerPool: { brokers: Record<string, { connectionPool: { pool: [Connection, Connection] } }> } };
  };
};
type Step<Args extends unknown[], Result> = (this: Runner, ...args: Args) => Promise<Result>;
type RunnerPrototype = {
  fetch: Step<[string], unknown[]> & { patched?: true };
  handleBatch: Step<[object], void>;
  stop: Step<[], void>;
};

const require = createRequire(import.meta.url);

/** A member that waits for records sends its heartbeat this often, and so learns that its group shares out anew. */
export const BEAT_MS = 2000;

/**
 * A fetch waits at its broker for records, as long as `maxWaitTimeInMs` says. A consumer of kafkajs 2.2.4 sends no heartbeat meanwhile, and one that is
 * stopped, whose group shares out anew or whose brokers have changed, sits that time out before it does anything else. Here it sends them, and
 * the fetches that wait are given up.
 */
export function patchFetchWait(): void {
  const { prototype } = require('kafkajs/src/consumer/runner') as { prototype: RunnerPrototype };
  const { fetch, handleBatch, stop } = prototype;
  if (fetch.patched) return;
  const waits = new WeakMap<Runner, Set<() => void>>();

  function giveUp(runner: Runner) {
    for (const end of waits.get(runner) ?? []) end();
    for (const { connectionPool } of Object.values(runner.consumerGroup.cluster.brokerPool.brokers)) drop(connectionPool.pool[1]);
  }
  // Not at once: kafkajs first has to tell its other fetches that they are the last.
  const giveUpSoon = (runner: Runner) => void setImmediate(giveUp, runner);

  prototype.fetch = Object.assign(
    async function (this: Runner, nodeId: string) {
      const brokers = this.consumerGroup.getNodeIds().join();
      const waiting = waits.get(this) ?? new Set();
      waits.set(this, waiting);
      const { promise: ended, resolve, reject } = Promise.withResolvers<unknown[]>();
      const end = () => resolve([]);
      waiting.add(end);
      const beating = setInterval(() => void this.heartbeat().catch(reject), BEAT_MS);
      try {
        return await Promise.race([fetch.call(this, nodeId), ended]);
      } catch (error) {
        giveUpSoon(this);
        throw error;
      } finally {
        clearInterval(beating);
        waiting.delete(end);
        if (this.consumerGroup.getNodeIds().join() !== brokers) giveUp(this);
      }
    },
    { patched: true as const },
  );
  prototype.handleBatch = async function (batch) {
    try {
      await handleBatch.call(this, batch);
    } catch (error) {
      giveUpSoon(this);
      throw error;
    }
  };
  prototype.stop = async function () {
    const stopped = stop.call(this);
    giveUp(this);
    await stopped;
  };
}

/** A broker answers the requests of a connection one after the other: on this one the next fetch would wait behind what was given up. */
function drop(connection: Connection) {
  if (connection.requestQueue.inflight.size === 0) return;
  connection.rejectRequests(new Error('The consumer does not wait for this fetch any more.'));
  connection.socket.destroy();
  void connection.disconnect();
}
