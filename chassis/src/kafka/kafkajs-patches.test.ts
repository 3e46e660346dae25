import { createRequire } from 'node:module';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  patchDeletedTopic,
  patchIdleLoop,
  patchLostLeaders,
  patchOffsetCommits,
  patchRejoin,
  patchRequestTimeouts,
} from './kafkajs-patches.ts';

const require = createRequire(import.meta.url);

type Queue = {
  pending: unknown[];
  inflight: Map<number, unknown>;
  throttledUntil: number;
  push(request: object): void;
  maybeThrottle(ms: number): void;
  scheduleCheckPendingRequests(): void;
  checkPendingRequests(): void;
  scheduleRequestTimeoutCheck(): void;
  fulfillRequest(response: object): void;
};
const RequestQueue = require('kafkajs/src/network/requestQueue') as new (options: object) => Queue;
const logger = { debug: () => undefined, warn: () => undefined };
const newQueue = (options: object = {}) =>
  new RequestQueue({ maxInFlightRequests: 1, requestTimeout: 1000, clientId: 'c', broker: 'b', logger, ...options });

beforeEach(() => {
  vi.useFakeTimers();
  patchIdleLoop();
});
afterEach(() => {
  vi.useRealTimers();
});

test('the patches are for kafkajs 2.2.4 and no other version', () => {
  expect((require('kafkajs/package.json') as { version: string }).version).toBe('2.2.4');
});

describe('a connection’s queue of requests', () => {
  test('has no timer while it is idle', async () => {
    const queue = newQueue();
    queue.checkPendingRequests();
    queue.scheduleCheckPendingRequests();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('still sends what waits for a throttle to end', async () => {
    const queue = newQueue();
    queue.maybeThrottle(500);
    const sendRequest = vi.fn();
    queue.push({ entry: { correlationId: 1 }, expectResponse: true, sendRequest });
    expect(sendRequest).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(501);
    expect(sendRequest).toHaveBeenCalledOnce();
    await vi.advanceTimersByTimeAsync(100);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('still sends what waits for another request to be answered', () => {
    const queue = newQueue();
    const requests = [1, 2].map((correlationId) => ({
      entry: { correlationId, resolve: vi.fn(), reject: vi.fn() },
      expectResponse: true,
      sendRequest: vi.fn(),
    }));
    for (const request of requests) queue.push(request);
    expect(requests.map(({ sendRequest }) => sendRequest.mock.calls.length)).toEqual([1, 0]);
    queue.fulfillRequest({ correlationId: 1, size: 0, payload: Buffer.alloc(0) });
    expect(requests.map(({ sendRequest }) => sendRequest.mock.calls.length)).toEqual([1, 1]);
  });

  test('is patched once, however often it is asked for', () => {
    const patched = RequestQueue.prototype.scheduleCheckPendingRequests;
    patchIdleLoop();
    expect(RequestQueue.prototype.scheduleCheckPendingRequests).toBe(patched);
  });
});

describe('requests that are not answered', () => {
  const newRequests = () => {
    patchRequestTimeouts();
    const queue = newQueue({ maxInFlightRequests: 10, enforceRequestTimeout: true });
    queue.scheduleRequestTimeoutCheck();
    const send = (correlationId: number, requestTimeout?: number) => {
      const reject = vi.fn();
      queue.push({
        entry: { correlationId, resolve: vi.fn(), reject },
        expectResponse: true,
        sendRequest: () => undefined,
        requestTimeout,
      });
      return reject;
    };
    return { queue, send };
  };

  test('fail when their time is up, each at its own, and not before', async () => {
    const { send } = newRequests();
    await vi.advanceTimersByTimeAsync(700);
    const [first, patient] = [send(1), send(2, 1500)];
    await vi.advanceTimersByTimeAsync(1000);
    expect(first).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(2);
    expect(first).toHaveBeenCalledOnce();
    await vi.advanceTimersByTimeAsync(490);
    expect(patient).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(10);
    expect(patient).toHaveBeenCalledOnce();
  });

  test('are looked for once in the time of a request, and not at all on a connection that is closed', async () => {
    let isOpen = true;
    patchRequestTimeouts();
    const isConnected = vi.fn(() => isOpen);
    newQueue({ enforceRequestTimeout: true, isConnected }).scheduleRequestTimeoutCheck();
    await vi.advanceTimersByTimeAsync(10_100);
    expect(isConnected.mock.calls.length).toBeLessThanOrEqual(11);
    isOpen = false;
    await vi.advanceTimersByTimeAsync(1100);
    expect(vi.getTimerCount()).toBe(0);
  });
});

type Group = {
  memberId: string | null;
  joinAndSync(): Promise<void>;
  leave(): Promise<void>;
  recoverFromFetch(error: object): Promise<void>;
  offsetManager: { clearAllOffsets(): void };
};
type Joined = { memberId: string };
const ConsumerGroup = require('kafkajs/src/consumer/consumerGroup') as new (options: object) => Group;

/** One life of a consumer on a coordinator that answers joins one after the other; who it said it was. */
function newGroup(cluster: object, answers: (Joined | Error)[], said: string[]): Group {
  const coordinator = {
    async joinGroup({ memberId }: Joined) {
      said.push(memberId);
      const answer = answers.shift() ?? new Error('no answer');
      if (answer instanceof Error) throw answer;
      return { generationId: 1, leaderId: 'other', members: [], groupProtocol: 'RoundRobinAssigner', ...answer };
    },
    syncGroup: async () => ({ memberAssignment: Buffer.alloc(0) }),
    leaveGroup: async () => undefined,
  };
  const none = () => undefined;
  const log = { debug: none, info: none, warn: none, error: none };
  return new ConsumerGroup({
    cluster: Object.assign(cluster, {
      findGroupCoordinator: async () => coordinator,
      refreshMetadata: async () => undefined,
      committedOffsets: () => ({}),
    }),
    groupId: 'g',
    topics: [],
    topicConfigurations: {},
    assigners: [],
    retry: { retries: 3, initialRetryTime: 1 },
    logger: { ...log, namespace: () => log },
    instrumentationEmitter: { emit: none },
  });
}

describe('a consumer that is started anew after it lost the broker', () => {
  beforeEach(() => {
    vi.useRealTimers();
    patchRejoin();
  });

  test('says who it was, so that its group does not wait for its old self', async () => {
    const [cluster, said] = [{}, [] as string[]];
    await newGroup(cluster, [{ memberId: 'm-1' }], said).joinAndSync();
    await newGroup(cluster, [{ memberId: 'm-1' }], said).joinAndSync();
    expect(said).toEqual(['', 'm-1']);
  });

  test('says so again when the broker went away while it came back', async () => {
    const [cluster, said] = [{}, [] as string[]];
    await newGroup(cluster, [{ memberId: 'm-1' }], said).joinAndSync();
    await newGroup(cluster, [new Error('away')], said)
      .joinAndSync()
      .catch(() => undefined);
    await newGroup(cluster, [{ memberId: 'm-1' }], said).joinAndSync();
    expect(said).toEqual(['', 'm-1', 'm-1']);
  });

  test('is a new member where the coordinator does not know it any more', async () => {
    const [cluster, said] = [{}, [] as string[]];
    await newGroup(cluster, [{ memberId: 'm-1' }], said).joinAndSync();
    const unknown = Object.assign(new Error('unknown'), { type: 'UNKNOWN_MEMBER_ID' });
    await newGroup(cluster, [unknown, { memberId: 'm-2' }], said).joinAndSync();
    await newGroup(cluster, [{ memberId: 'm-2' }], said).joinAndSync();
    expect(said).toEqual(['', 'm-1', '', 'm-2']);
  });

  test('is a new member when it had left the group', async () => {
    const [cluster, said] = [{}, [] as string[]];
    const first = newGroup(cluster, [{ memberId: 'm-1' }], said);
    await first.joinAndSync();
    await first.leave();
    await newGroup(cluster, [{ memberId: 'm-2' }], said).joinAndSync();
    expect(said).toEqual(['', '']);
  });

  test('is not taken for another consumer of the process', async () => {
    const said: string[] = [];
    await newGroup({}, [{ memberId: 'm-1' }], said).joinAndSync();
    await newGroup({}, [{ memberId: 'm-2' }], said).joinAndSync();
    expect(said).toEqual(['', '']);
  });
});

test.each([
  ['whose topic is gone forgets its offsets, which are those of another topic when it is back', 'UNKNOWN_TOPIC_OR_PARTITION', 1],
  ['that looks for a new leader keeps its offsets', 'NOT_LEADER_FOR_PARTITION', 0],
])('a consumer %s', async (_, type, times) => {
  vi.useRealTimers();
  patchDeletedTopic();
  const group = newGroup({}, [{ memberId: 'm' }], []);
  const clearAllOffsets = vi.fn();
  group.offsetManager = { clearAllOffsets };
  await group.recoverFromFetch(Object.assign(new Error(type), { type }));
  expect(clearAllOffsets).toHaveBeenCalledTimes(times);
});

describe('offsets of partitions that were handled together', () => {
  type Payload = { topics: { partitions: { partition: string; offset: string }[] }[] };
  type Offsets = { resolveOffset(offset: object): void; commitOffsets(offsets?: object): Promise<void> };
  const OffsetManager = require('kafkajs/src/consumer/offsetManager') as new (options: object) => Offsets;

  function newOffsets(answer: () => Promise<void> = async () => undefined) {
    const sent: string[][] = [];
    const coordinator = {
      isConnected: () => true,
      async offsetCommit({ topics }: Payload) {
        sent.push(topics.flatMap(({ partitions }) => partitions.map(({ partition, offset }) => `${partition}@${offset}`)));
        await answer();
      },
    };
    const offsets = new OffsetManager({
      cluster: { committedOffsets: () => ({ t: {} }) },
      coordinator,
      memberAssignment: { t: [0, 1, 2] },
      groupId: 'g',
      instrumentationEmitter: { emit: () => undefined },
    });
    const handle = (partition: number, offset: string) => {
      offsets.resolveOffset({ topic: 't', partition, offset });
      return offsets.commitOffsets();
    };
    return { offsets, sent, handle };
  }

  beforeEach(() => {
    vi.useRealTimers();
    patchOffsetCommits();
  });

  test('are committed once, and what is handled later again', async () => {
    const { sent, handle } = newOffsets();
    await Promise.all([handle(0, '4'), handle(1, '7')]);
    await handle(2, '1');
    expect(sent).toEqual([['0@5', '1@8'], ['2@2']]);
  });

  test('are committed before whoever asked goes on, or it learns that they were not', async () => {
    const { handle } = newOffsets(async () => {
      throw new Error('REBALANCE_IN_PROGRESS');
    });
    const [one, other] = await Promise.allSettled([handle(0, '4'), handle(1, '7')]);
    expect([one?.status, other?.status]).toEqual(['rejected', 'rejected']);
  });

  test('that are named are committed as they are', async () => {
    const { offsets, sent } = newOffsets();
    await offsets.commitOffsets({ topics: [{ topic: 't', partitions: [{ partition: '1', offset: '9' }] }] });
    expect(sent).toEqual([['1@9']]);
  });
});

describe('a partition whose leader has died', () => {
  type Metadata = { brokers: object[]; topicMetadata: { topic: string; partitionMetadata: { partitionId: number; leader: number }[] }[] };
  type Pool = {
    metadata: Metadata;
    brokers: Record<string, object>;
    findConnectedBroker(): Promise<object>;
    refreshMetadata(topics: string[]): Promise<void>;
    refreshMetadataIfNecessary(topics: string[]): Promise<void>;
  };
  const BrokerPool = require('kafkajs/src/cluster/brokerPool') as new (options: object) => Pool;
  const namespaced = { ...logger, namespace: () => logger };
  const address = (nodeId: number) => ({ host: `kafka-${nodeId}`, port: 9092, rack: null });
  const told = (nodes: number[], leader: number): Metadata => ({
    brokers: nodes.map((nodeId) => ({ nodeId, ...address(nodeId) })),
    topicMetadata: [{ topic: 't', partitionMetadata: [{ partitionId: 0, leader }] }],
  });
  const BEFORE = told([1, 2, 3], 1);
  const AFTER = told([2, 3], 2);

  /** A pool whose brokers answer so, one after the other, and whose connections to the dead one take a while to close. */
  function poolThat(answers: Metadata[]) {
    const closed = Promise.withResolvers<void>();
    const disconnect = vi.fn(() => closed.promise);
    const broker = (nodeId: number) => ({ connectionPool: address(nodeId), disconnect });
    const pool = new BrokerPool({ logger: namespaced, connectionPoolBuilder: {}, metadataMaxAge: 300_000 });
    const metadata = vi.fn(async () => answers.shift());
    Object.assign(pool, { brokers: { 1: broker(1), 2: broker(2), 3: broker(3) }, seedBroker: broker(2) });
    pool.findConnectedBroker = async () => ({ metadata });
    return { pool, metadata, disconnect, close: () => closed.resolve() };
  }

  test('is looked for again where two answers have crossed: kafkajs forgets the broker and keeps it as the leader', async () => {
    vi.useRealTimers();
    patchLostLeaders();
    const { pool, disconnect, close } = poolThat([AFTER, BEFORE, AFTER]);
    const first = pool.refreshMetadata(['t']);
    await vi.waitFor(() => expect(disconnect).toHaveBeenCalledTimes(1));
    await pool.refreshMetadata(['t']);
    close();
    await first;
    expect([Object.keys(pool.brokers), pool.metadata]).toEqual([['2', '3'], BEFORE]);
    await pool.refreshMetadataIfNecessary(['t']);
    expect(pool.metadata).toEqual(AFTER);
  });

  test('is not asked for where its leader is known', async () => {
    vi.useRealTimers();
    patchLostLeaders();
    const { pool, metadata } = poolThat([BEFORE]);
    await pool.refreshMetadataIfNecessary(['t']);
    await pool.refreshMetadataIfNecessary(['t']);
    expect(metadata).toHaveBeenCalledTimes(1);
  });
});
