import { newUuid, systemClock } from '@microshop/chassis/clock';
import { createMetrics } from '@microshop/chassis/metrics/registry';
import { createUnitOfWork } from '@microshop/chassis/store/unit-of-work';
import { createFakeStore } from '@microshop/chassis/testing/fake-store';
import { expect, test } from 'vitest';
import { createChangeHold } from './change-hold.ts';
import { holds, stock } from './collections.ts';
import { measureStock } from './metrics.ts';
import { createMoveStock } from './move-stock.ts';

function setUp() {
  const metrics = createMetrics('inventory-svc');
  const store = createFakeStore();
  store.seed(stock, { _id: 'MUG', available: 1, reserved: 0, sold: 0, version: 1 });
  const sumStock = async () => ({ available: 1, reserved: 2, sold: 3, lowest: 1 });
  const watch = measureStock(metrics, { countHolds: async () => 4, sumStock });
  return {
    store,
    moveStock: createMoveStock(newUuid, watch.guardHit),
    changeHold: createChangeHold(createMoveStock(newUuid), watch.holdEnded),
    transact: createUnitOfWork({ store, clock: systemClock, newId: newUuid, source: '/test' }),
    value: async (begin: string) =>
      (await metrics.text())
        .split('\n')
        .find((line) => line.startsWith(`microshop_${begin}`))
        ?.split(' ')
        .at(-1),
  };
}

test('a movement below zero is refused and counts, others do not', async () => {
  const { transact, moveStock, value } = setUp();
  await transact((tx) => moveStock(tx, 'MUG', { type: 'reserved', change: -1, reason: 'test' }));
  expect(await value('stock_guard_hits_total')).toBe('0');
  await expect(transact((tx) => moveStock(tx, 'MUG', { type: 'reserved', change: -1, reason: 'test' }))).rejects.toThrow('below zero');
  expect(await value('stock_guard_hits_total')).toBe('1');
});

test('a hold that ends counts by how, once it is committed', async () => {
  const { transact, changeHold, store, value } = setUp();
  const terms = { items: [], itemsDigest: '', expiresAt: new Date() };
  const change = (status: 'released' | 'expired') =>
    transact(async (tx) => {
      await tx.get(holds, 'hold-1');
      await changeHold(tx, 'hold-1', { next: { ...terms, status }, freed: [] }, { reason: 'test' });
    });
  store.failNext('commit', 'unavailable');
  await expect(change('expired')).rejects.toThrow();
  expect(await value('holds_ended_total')).toBeUndefined();
  await change('expired');
  expect(await value('holds_ended_total{outcome="expired"')).toBe('1');
});

test('the state of the stock and of holds is told when it is asked for', async () => {
  const { value } = setUp();
  expect(await value('holds_active')).toBe('4');
  expect(await value('stock_units{state="reserved"')).toBe('2');
  expect(await value('stock_lowest_units')).toBe('1');
});
