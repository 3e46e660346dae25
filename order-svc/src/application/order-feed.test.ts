import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Order } from '../domain/order.ts';
import { after, anOrder, cancelRequested, deducted, fulfilRequested, reserved, timedOut } from '../testing/builders.ts';
import { createOrderFeed, type FindChangedOrders } from './order-feed.ts';

const POLL_MS = 75;
const pending = anOrder();
const confirmed = after(pending, reserved('MUG'), reserved('TEA'), deducted());
const rejected = after(pending, timedOut);
const fulfilled = after(confirmed, fulfilRequested);
const never = new AbortController().signal;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A feed beside a database in which another instance writes. */
function aFeed() {
  const elsewhere = new Map<string, Order>();
  const asked: Map<string, number>[] = [];
  const findChanged = vi.fn<FindChangedOrders>(async (known) => {
    asked.push(new Map(known));
    return [...known].flatMap(([orderId, version]) => {
      const order = elsewhere.get(orderId);
      return order && order.version > version ? [order] : [];
    });
  });
  const feed = createOrderFeed({ findChanged, pollIntervalMs: POLL_MS });
  return { feed, findChanged, asked, write: (order: Order) => void elsewhere.set(order.orderId, order) };
}

/** After a poll that was under way, nothing is asked any more. */
async function expectQuiet({ findChanged }: ReturnType<typeof aFeed>) {
  await vi.advanceTimersByTimeAsync(POLL_MS);
  findChanged.mockClear();
  await vi.advanceTimersByTimeAsync(POLL_MS * 20);
  expect(findChanged).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
}

describe('waiting for the decision', () => {
  it('is no wait when it is made already', async () => {
    const { feed } = aFeed();
    expect(await feed.decided(confirmed, 2000, never)).toBe(confirmed);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends at once with what is announced in this process', async () => {
    const setup = aFeed();
    const waiting = setup.feed.decided(pending, 2000, never);
    setup.feed.announce(confirmed);
    expect(await waiting).toBe(confirmed);
    await expectQuiet(setup);
  });

  it('ends within two polls with what another instance decided', async () => {
    const setup = aFeed();
    const waiting = setup.feed.decided(pending, 2000, never);
    setup.write(rejected);
    await vi.advanceTimersByTimeAsync(POLL_MS * 2);
    expect(await waiting).toBe(rejected);
    await expectQuiet(setup);
  });

  it('ends without an outcome when the time is up', async () => {
    const setup = aFeed();
    const waiting = setup.feed.decided(pending, 2000, never);
    await vi.advanceTimersByTimeAsync(2000);
    expect(await waiting).toBeUndefined();
    await expectQuiet(setup);
  });

  it('ends without an outcome when it is aborted, also before it began', async () => {
    const setup = aFeed();
    const stop = new AbortController();
    const waiting = setup.feed.decided(pending, 25_000, stop.signal);
    stop.abort();
    expect(await waiting).toBeUndefined();
    expect(await setup.feed.decided(pending, 25_000, stop.signal)).toBeUndefined();
    await expectQuiet(setup);
  });

  it('is not ended by news of another order', async () => {
    const { feed } = aFeed();
    const waiting = feed.decided(pending, 2000, never);
    feed.announce({ ...confirmed, orderId: 'another' });
    await vi.advanceTimersByTimeAsync(2000);
    expect(await waiting).toBeUndefined();
  });

  it('is over for everyone who waits for the order', async () => {
    const { feed } = aFeed();
    const waiting = [feed.decided(pending, 2000, never), feed.decided(pending, 2000, never)];
    feed.announce(confirmed);
    expect(await Promise.all(waiting)).toEqual([confirmed, confirmed]);
  });
});

describe('listening to an order', () => {
  it('tells of each later version once, whether it was announced or polled', async () => {
    const { feed, write } = aFeed();
    const heard: number[] = [];
    const stop = feed.listen(pending.orderId, pending.version, ({ version }) => heard.push(version));
    feed.announce(pending);
    feed.announce(confirmed);
    write(confirmed);
    await vi.advanceTimersByTimeAsync(POLL_MS * 3);
    write(fulfilled);
    await vi.advanceTimersByTimeAsync(POLL_MS * 3);
    feed.announce(fulfilled);
    feed.announce(confirmed);
    expect(heard).toEqual([2, 3]);
    stop();
  });

  it('tells nothing any more once it is stopped, twice is once', async () => {
    const setup = aFeed();
    const heard = vi.fn();
    const stop = setup.feed.listen(pending.orderId, pending.version, heard);
    stop();
    stop();
    setup.feed.announce(confirmed);
    expect(heard).not.toHaveBeenCalled();
    await expectQuiet(setup);
  });

  it('goes on for others when one stops', async () => {
    const { feed } = aFeed();
    const [one, other] = [vi.fn(), vi.fn()];
    const stopOne = feed.listen(pending.orderId, 1, one);
    const stopOther = feed.listen(pending.orderId, 1, other);
    stopOne();
    feed.announce(confirmed);
    expect(one).not.toHaveBeenCalled();
    expect(other).toHaveBeenCalledOnce();
    stopOther();
  });

  it('may be stopped by the listener itself', async () => {
    const setup = aFeed();
    const last = vi.fn();
    const stop = setup.feed.listen(pending.orderId, 1, () => stop());
    const stopLast = setup.feed.listen(pending.orderId, 1, last);
    setup.feed.announce(confirmed);
    expect(last).toHaveBeenCalledOnce();
    stopLast();
    await expectQuiet(setup);
  });

  it('survives a database that is away', async () => {
    const { feed, findChanged, write } = aFeed();
    findChanged.mockRejectedValueOnce(new Error('away'));
    const heard = vi.fn();
    const stop = feed.listen(pending.orderId, 1, heard);
    write(confirmed);
    await vi.advanceTimersByTimeAsync(POLL_MS * 3);
    expect(heard).toHaveBeenCalledExactlyOnceWith(confirmed);
    stop();
  });
});

describe('polling', () => {
  it('asks for all orders in one query, each from the oldest version that somebody has', async () => {
    const { feed, asked } = aFeed();
    const stops = [feed.listen('one', 3, () => {}), feed.listen('one', 1, () => {}), feed.listen('two', 2, () => {})];
    await vi.advanceTimersByTimeAsync(POLL_MS);
    expect(asked).toEqual([
      new Map([
        ['one', 1],
        ['two', 2],
      ]),
    ]);
    for (const stop of stops) stop();
  });

  it('is rarer while all is told in this process, and as often as before once another instance decides', async () => {
    const { feed, findChanged, write } = aFeed();
    const stops = Array.from({ length: 40 }, (_, nth) => feed.listen(`here-${nth}`, 1, () => {}));
    const tellHere = (nth: number) => feed.announce({ ...confirmed, orderId: `here-${nth}` });
    for (let nth = 0; nth < 20; nth++) {
      tellHere(nth);
      await vi.advanceTimersByTimeAsync(1000);
    }
    findChanged.mockClear();
    for (let nth = 20; nth < 30; nth++) {
      tellHere(nth);
      await vi.advanceTimersByTimeAsync(1000);
    }
    expect(findChanged.mock.calls.length).toBeLessThanOrEqual(11);

    write({ ...confirmed, orderId: 'here-30' });
    tellHere(31);
    await vi.advanceTimersByTimeAsync(1000);
    findChanged.mockClear();
    await vi.advanceTimersByTimeAsync(POLL_MS * 10);
    expect(findChanged.mock.calls.length).toBeGreaterThanOrEqual(9);
    for (const stop of stops) stop();
  });

  it('has one loop, also when somebody listens while the last one ends', async () => {
    const setup = aFeed();
    const { feed, findChanged } = setup;
    for (let round = 0; round < 5; round++) {
      feed.listen('one', 1, () => {})();
      await vi.advanceTimersByTimeAsync(round);
    }
    const stop = feed.listen('two', 1, () => {});
    await vi.advanceTimersByTimeAsync(POLL_MS);
    findChanged.mockClear();
    await vi.advanceTimersByTimeAsync(POLL_MS * 10);
    expect(findChanged).toHaveBeenCalledTimes(10);
    stop();
    await expectQuiet(setup);
  });

  it('begins again after it has ended', async () => {
    const setup = aFeed();
    setup.feed.listen('one', 1, () => {})();
    await expectQuiet(setup);
    setup.write(after(pending, cancelRequested));
    const waiting = setup.feed.decided(pending, 2000, never);
    await vi.advanceTimersByTimeAsync(POLL_MS * 2);
    expect(await waiting).toMatchObject({ status: 'cancelled' });
  });

  it('does not ask a slow database twice at a time', async () => {
    const { feed, findChanged } = aFeed();
    const answer = Promise.withResolvers<Order[]>();
    findChanged.mockReturnValueOnce(answer.promise);
    const waiting = feed.decided(pending, 20_000, never);
    await vi.advanceTimersByTimeAsync(POLL_MS * 10);
    feed.listen('two', 1, () => {})();
    await vi.advanceTimersByTimeAsync(POLL_MS * 10);
    expect(findChanged).toHaveBeenCalledOnce();
    answer.resolve([confirmed]);
    expect(await waiting).toBe(confirmed);
  });
});
