import { createRequire } from 'node:module';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { patchIdleLoop } from './kafkajs-patches.ts';

const require = createRequire(import.meta.url);

type Queue = {
  pending: unknown[];
  inflight: Map<number, unknown>;
  throttledUntil: number;
  push(request: object): void;
  maybeThrottle(ms: number): void;
  scheduleCheckPendingRequests(): void;
  checkPendingRequests(): void;
  fulfillRequest(response: object): void;
};
const RequestQueue = require('kafkajs/src/network/requestQueue') as new (options: object) => Queue;
const logger = { debug: () => undefined, warn: () => undefined };
const newQueue = () => new RequestQueue({ maxInFlightRequests: 1, requestTimeout: 1000, clientId: 'c', broker: 'b', logger });

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
