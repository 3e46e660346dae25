import { describe, expect, test, vi } from 'vitest';
import { createFakeLeases } from '../testing/fake-outbox.ts';
import { createFakeStore } from '../testing/fake-store.ts';
import { createLease, type LeaseStore } from './lease.ts';

function setUp() {
  const store = createFakeStore();
  let ms = 0;
  const leases = createFakeLeases(store, () => new Date(ms));
  const acquire = vi.fn(leases.acquire);
  const release = vi.fn(leases.release);
  const counted: LeaseStore = { acquire, release };
  const leaseOf = (holder: string) => createLease({ store: counted, name: 'outbox', holder, ttlMs: 3000, monotonicMs: () => ms });
  return {
    leaseOf,
    acquire,
    release,
    pass: (by: number) => {
      ms += by;
    },
  };
}

describe('a lease', () => {
  test('is held by one, and its token rises with each change of holder', async () => {
    const { leaseOf, pass } = setUp();
    const [a, b] = [leaseOf('a'), leaseOf('b')];
    expect(await a.hold()).toBe(1);
    expect(await b.hold()).toBeUndefined();
    pass(3000);
    expect(await b.hold()).toBe(2);
    expect(await a.hold()).toBeUndefined();
    pass(3000);
    expect(await a.hold()).toBe(3);
  });

  test('is renewed at half its time and asked for no more often', async () => {
    const { leaseOf, acquire, pass } = setUp();
    const a = leaseOf('a');
    await a.hold();
    pass(1499);
    expect(await a.hold()).toBe(1);
    expect(acquire).toHaveBeenCalledTimes(1);
    pass(1);
    expect(await a.hold()).toBe(1);
    expect(acquire).toHaveBeenCalledTimes(2);
  });

  test('that another holds is not asked for at every commit', async () => {
    const { leaseOf, acquire, pass } = setUp();
    await leaseOf('a').hold();
    const b = leaseOf('b');
    for (let commit = 0; commit < 100; commit++) {
      expect(await b.hold()).toBeUndefined();
      pass(10);
    }
    expect(acquire.mock.calls.length).toBeLessThanOrEqual(4);
  });

  test('counts its time from before the call: it is given up here before another can have it', async () => {
    const { leaseOf, acquire, pass } = setUp();
    const a = leaseOf('a');
    acquire.mockImplementationOnce(async () => {
      pass(2000);
      return 1;
    });
    await a.hold();
    await a.hold();
    expect(acquire).toHaveBeenCalledTimes(2);
  });

  test('that is given back is free at once', async () => {
    const { leaseOf } = setUp();
    const a = leaseOf('a');
    await a.hold();
    await a.release();
    expect(await leaseOf('b').hold()).toBe(2);
  });

  test('that was never held is not given back', async () => {
    const { leaseOf, release } = setUp();
    await leaseOf('a').release();
    expect(release).not.toHaveBeenCalled();
  });

  test('can not be used while the store is away and its time is over', async () => {
    const { leaseOf, acquire, pass } = setUp();
    const a = leaseOf('a');
    await a.hold();
    acquire.mockRejectedValue(new Error('away'));
    pass(1000);
    expect(await a.hold()).toBe(1);
    pass(1000);
    await expect(a.hold()).rejects.toThrow('away');
  });
});
