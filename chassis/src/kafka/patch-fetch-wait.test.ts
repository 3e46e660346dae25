import { createRequire } from 'node:module';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { BEAT_MS, patchFetchWait } from './patch-fetch-wait.ts';

type Fetching = {
  running: boolean;
  fetch(nodeId: string): Promise<unknown[]>;
  handleBatch(batch: object): Promise<void>;
  stop(): Promise<void>;
};
type Log = Record<'debug' | 'info' | 'warn' | 'error', () => void> & { namespace(): Log };
const Runner = createRequire(import.meta.url)('kafkajs/src/consumer/runner') as new (options: object) => Fetching;

beforeEach(() => {
  vi.useFakeTimers();
  patchFetchWait();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A member whose fetches wait for ever, on two brokers. */
function setUp() {
  const connection = () => ({
    requestQueue: { inflight: new Map([[1, 'a fetch']]) },
    socket: { destroy: vi.fn() },
    rejectRequests: vi.fn(),
    disconnect: vi.fn(async () => undefined),
  });
  const connections = { 1: [connection(), connection()], 2: [connection(), connection()] } as const;
  const nodes = ['1', '2'];
  const heartbeat = vi.fn(async () => undefined);
  const fetch = vi.fn(() => new Promise<unknown[]>(() => undefined));
  const none = () => undefined;
  const logger: Log = { debug: none, info: none, warn: none, error: none, namespace: () => logger };
  const runner = new Runner({
    logger,
    instrumentationEmitter: { emit: none },
    concurrency: 1,
    onCrash: none,
    consumerGroup: {
      getNodeIds: () => nodes,
      fetch,
      heartbeat,
      leave: async () => undefined,
      cluster: {
        brokerPool: { brokers: { 1: { connectionPool: { pool: connections[1] } }, 2: { connectionPool: { pool: connections[2] } } } },
      },
    },
  });
  runner.running = true;
  return { runner, nodes, heartbeat, fetch, connections };
}

test('a member that waits for records sends heartbeats', async () => {
  const { runner, heartbeat } = setUp();
  void runner.fetch('1');
  await vi.advanceTimersByTimeAsync(3 * BEAT_MS);
  expect(heartbeat).toHaveBeenCalledTimes(3);
});

test('one that learns by its heartbeat that the group shares out anew gives up all its fetches', async () => {
  const { runner, heartbeat } = setUp();
  const rebalance = Object.assign(new Error('rebalance'), { name: 'KafkaJSError' });
  const fetches = [runner.fetch('1').catch((error: unknown) => error)];
  await vi.advanceTimersByTimeAsync(BEAT_MS / 2);
  fetches.push(runner.fetch('2').catch((error: unknown) => error));
  heartbeat.mockRejectedValueOnce(rebalance);
  await vi.advanceTimersByTimeAsync(BEAT_MS / 2 + 1);
  expect(await Promise.all(fetches)).toEqual([rebalance, []]);
});

test('one that is stopped does not wait for a fetch, and closes the connection on which the next would wait behind it', async () => {
  const { runner, connections } = setUp();
  const fetched = runner.fetch('1');
  await runner.stop();
  expect(await fetched).toEqual([]);
  const [others, fetches] = connections[1];
  expect(fetches.socket.destroy).toHaveBeenCalledOnce();
  expect(fetches.disconnect).toHaveBeenCalledOnce();
  expect(others.socket.destroy).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});

test('what can not be handled ends the wait for more', async () => {
  const { runner } = setUp();
  const fetched = runner.fetch('1');
  await expect(runner.handleBatch({})).rejects.toThrow();
  await vi.advanceTimersByTimeAsync(1);
  expect(await fetched).toEqual([]);
});

test('when a fetch comes back and the brokers have changed, all of them are asked anew', async () => {
  const { runner, nodes, fetch } = setUp();
  const waiting = runner.fetch('1');
  fetch.mockImplementationOnce(async () => {
    nodes.splice(1, 1);
    return [];
  });
  expect(await runner.fetch('2')).toEqual([]);
  expect(await waiting).toEqual([]);
});
