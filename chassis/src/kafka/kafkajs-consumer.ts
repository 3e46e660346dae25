import type { Batch, Consumer, EachBatchPayload, IHeaders, Kafka } from 'kafkajs';
import { atMost, backoffMs, sleep } from '../clock.ts';
import type { Logger } from '../logger.ts';
import type { ConsumeOptions, Consumption, IncomingRecord } from './broker.ts';
import { followMembership } from './membership.ts';
import { BEAT_MS } from './patch-fetch-wait.ts';

const STOP_MS = 3000;

/** Failover takes the session's time (kafkajs has no static membership); the broker's minimum is 6 s. */
const SESSION_TIMEOUT_MS = 10_000;

/** Records, a stop, a rebalance and a change of brokers end the wait before (patch-fetch-wait.ts). */
const FETCH_WAIT_MS = 5000;

export async function consumeWith(
  kafka: Kafka,
  { group, topics, onBatch }: ConsumeOptions,
  logger: Logger,
  onFatal: (error: Error) => void,
): Promise<Consumption> {
  const stopping = new AbortController();
  const consumer = kafka.consumer({
    groupId: group,
    sessionTimeout: SESSION_TIMEOUT_MS,
    // A heartbeat that is due is sent, unless one just was.
    heartbeatInterval: BEAT_MS / 4,
    rebalanceTimeout: 15_000,
    minBytes: 1,
    maxWaitTimeInMs: FETCH_WAIT_MS,
    maxBytesPerPartition: 262_144,
    allowAutoTopicCreation: false,
    // After 12 attempts, about 10 s, it begins anew: it asks for the group's coordinator only then, and the one it knows may be what died.
    // Without the last one a consumer that crashed just before its stop would come back after it.
    retry: { retries: 12, initialRetryTime: 100, maxRetryTime: 1000, restartOnFailure: async () => !stopping.signal.aborted },
  });
  const membership = followMembership(consumer);
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    if (stopping.signal.aborted) return;
    if (!payload.restart) return onFatal(payload.error);
    logger.warn({ err: payload.error }, 'The consumer lost the broker and comes back when it can.');
  });

  const started = startWhenPossible(consumer, topics, stopping.signal, logger, async ({ batch, resolveOffset, heartbeat, isRunning }) =>
    onBatch(
      { topic: batch.topic, partition: batch.partition, records: recordsOf(batch) },
      { heartbeat, handled: resolveOffset, isRunning },
    ),
  );

  return {
    isAssigned: () => membership.partitions() !== undefined,
    owns: (partition) => membership.partitions()?.has(partition) ?? true,
    async stop() {
      stopping.abort();
      membership.end();
      // Without a broker kafkajs tries to leave the group for ever; the group lets the member go when its session has run out.
      await atMost(
        STOP_MS,
        started.then(() => consumer.disconnect()),
      );
    },
  };
}

/** A broker that is away at the start is waited for; what is wrong for another reason is logged each time. */
async function startWhenPossible(
  consumer: Consumer,
  topics: readonly string[],
  stopping: AbortSignal,
  logger: Logger,
  eachBatch: (payload: EachBatchPayload) => Promise<void>,
): Promise<void> {
  for (let attempt = 0; !stopping.aborted; attempt++) {
    try {
      await consumer.connect();
      if (stopping.aborted) return;
      await consumer.subscribe({ topics: [...topics], fromBeginning: true });
      await consumer.run({ eachBatch, eachBatchAutoResolve: false, partitionsConsumedConcurrently: 64 });
      return;
    } catch (error) {
      logger.warn({ err: error, attempt }, 'The consumer can not start yet; it is tried again.');
      await sleep(backoffMs(attempt, 100, 1000), stopping);
    }
  }
}

/** A kafkajs batch as ours. */
export const recordsOf = (batch: Batch): IncomingRecord[] =>
  batch.messages.map(({ offset, key, value, headers = {}, timestamp }) => ({
    offset,
    key,
    value,
    headers: firstOfEach(headers),
    appendedAt: new Date(Number(timestamp)),
  }));

/** Of a header that is there several times the first counts; an event has each once. */
const firstOfEach = (headers: IHeaders): IncomingRecord['headers'] =>
  Object.values(headers).every((content) => content instanceof Uint8Array)
    ? (headers as Record<string, Buffer>)
    : Object.fromEntries(
        Object.entries(headers).map(([name, content]) => {
          const first = Array.isArray(content) ? content[0] : content;
          return [name, typeof first === 'string' ? Buffer.from(first) : first];
        }),
      );
