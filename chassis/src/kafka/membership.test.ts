import { EventEmitter } from 'node:events';
import type { Consumer } from 'kafkajs';
import { beforeEach, describe, expect, it } from 'vitest';
import { followMembership, type Membership } from './membership.ts';

const events = { GROUP_JOIN: 'join', HEARTBEAT: 'heartbeat', REBALANCING: 'rebalancing', CRASH: 'crash' };

describe("a consumer's place in its group", () => {
  let client: EventEmitter;
  let membership: Membership;
  beforeEach(() => {
    client = new EventEmitter();
    const on = (name: string, listener: (event: unknown) => void) => client.on(name, listener);
    membership = followMembership({ events, on } as unknown as Consumer);
  });

  const join = (memberId = 'm1', memberAssignment: Record<string, number[]> = { orders: [0, 2] }) =>
    client.emit(events.GROUP_JOIN, { payload: { memberId, memberAssignment } });
  const heartbeat = (memberId = 'm1') => client.emit(events.HEARTBEAT, { payload: { memberId } });
  const owned = () => membership.partitions() && [...(membership.partitions() ?? [])];

  it('is none before it has joined', () => {
    expect(owned()).toBeUndefined();
  });

  it('is what the group has given it, which may be nothing', () => {
    join();
    expect(owned()).toEqual(['orders/0', 'orders/2']);
    join('m1', {});
    expect(owned()).toEqual([]);
  });

  it('is open while the group shares out anew', () => {
    join();
    client.emit(events.REBALANCING, { payload: {} });
    expect(owned()).toBeUndefined();
    join('m1', { orders: [1] });
    expect(owned()).toEqual(['orders/1']);
  });

  it('is what it was when the coordinator has forgotten the rebalance and takes its heartbeats', () => {
    join();
    client.emit(events.REBALANCING, { payload: {} });
    heartbeat();
    expect(owned()).toEqual(['orders/0', 'orders/2']);
  });

  it('is gone with a crash, also for a late heartbeat', () => {
    join();
    client.emit(events.CRASH, { payload: {} });
    heartbeat();
    expect(owned()).toBeUndefined();
  });

  it('is gone when it ends', () => {
    join();
    membership.end();
    expect(owned()).toBeUndefined();
  });
});
