import { afterEach, expect, test, vi } from 'vitest';
import { silent } from '../testing/events.ts';
import { createFakeBroker } from '../testing/fake-broker.ts';
import { type Watchdog, watchProgress } from './watchdog.ts';

let watchdog: Watchdog | undefined;
afterEach(() => watchdog?.stop());

/** A group that handles nothing, with one record to be handled; each `look` is one of the watchdog's. */
async function setUp() {
  const broker = createFakeBroker();
  await broker.ensureTopics([{ name: 'orders', partitions: 1, config: {} }]);
  await broker.send([{ topic: 'orders', key: 'a', value: '{}', headers: {} }]);
  const onFatal = vi.fn();
  const world = { canWork: true, owns: true };
  let pause = Promise.withResolvers<void>();
  let resting = Promise.withResolvers<void>();
  watchdog = watchProgress({
    broker,
    group: 'inventory-svc',
    topics: ['orders'],
    owns: () => world.owns,
    canWork: async () => world.canWork,
    clock: { now: () => new Date('2026-01-01T00:00:00Z') },
    logger: silent,
    onFatal,
    sleep: async (_ms, signal) => {
      resting.resolve();
      await Promise.race([pause.promise, new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()))]);
    },
  });
  const look = async (times: number, each: () => void = () => undefined) => {
    for (let n = 0; n < times; n++) {
      await resting.promise;
      each();
      resting = Promise.withResolvers();
      const { resolve } = pause;
      pause = Promise.withResolvers();
      resolve();
      await resting.promise;
    }
  };
  return { broker, onFatal, world, look, sign: watchdog.sign };
}

test('a consumer that has records and does not move for a minute ends its process, with a sentence that says where', async () => {
  const { onFatal, look } = await setUp();
  await look(11);
  expect(onFatal).not.toHaveBeenCalled();
  await look(1);
  expect(onFatal).toHaveBeenCalledOnce();
  expect(onFatal.mock.calls[0]?.[0].message).toBe(
    'The consumer stands still at offset 0 of orders/0 since 2026-01-01T00:00:00.000Z, with a lag of 1.',
  );
});

test('one that tries again in place goes on for ever', async () => {
  const { onFatal, look, sign } = await setUp();
  await look(40, () => sign('orders', 0));
  expect(onFatal).not.toHaveBeenCalled();
});

test('while the broker or the database is away nothing is counted, and it begins anew when they are back', async () => {
  const { onFatal, look, world } = await setUp();
  await look(11);
  world.canWork = false;
  await look(40);
  world.canWork = true;
  await look(11);
  expect(onFatal).not.toHaveBeenCalled();
});

test('a partition of another member is not looked at', async () => {
  const { onFatal, look, world } = await setUp();
  world.owns = false;
  await look(40);
  expect(onFatal).not.toHaveBeenCalled();
});

test('where nothing came since all was handled, only the ends are asked for; what comes then is seen', async () => {
  const { broker, onFatal, look } = await setUp();
  const committed = vi.spyOn(broker, 'committed').mockResolvedValue(new Map([['orders/0', 1n]]));
  await look(5);
  const asked = committed.mock.calls.length;
  await look(20);
  expect(committed.mock.calls.length).toBe(asked);
  await broker.send([{ topic: 'orders', key: 'a', value: '{}', headers: {} }]);
  await look(13);
  expect(onFatal).toHaveBeenCalledOnce();
});
