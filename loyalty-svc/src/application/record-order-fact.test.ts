import { newUuid } from '@microshop/chassis/clock';
import { describe, expect, it } from 'vitest';
import type { OrderFact } from '../domain/order-points.ts';
import { customer, keptInMemory } from '../testing/in-memory.ts';
import { customers, orderPoints } from './collections.ts';
import { recordOrderFact } from './record-order-fact.ts';

describe('what an order does to points', () => {
  it('raises its version with each fact, and each event says which version it made', async () => {
    const { store, transact, told } = keptInMemory();
    const orderId = newUuid();
    store.seed(customers, customer);
    const facts: OrderFact[] = [
      { type: 'requested', customerId: 'c1', points: 30, isLate: false, customer },
      { type: 'confirmed', earns: 5 },
      { type: 'ended' },
    ];

    for (const fact of facts) await transact((tx) => recordOrderFact(tx, orderId, fact));

    expect(store.find(orderPoints, orderId)).toMatchObject({ version: 3, state: 'refunded' });
    expect(told().map(({ type, headers, data }) => [type, headers.ce_sequence, data.balance, data.customerVersion])).toEqual([
      ['PointsDeducted', '0000000001', 70, 2],
      ['PointsEarned', '0000000002', 75, 3],
      ['PointsRefunded', '0000000003', 100, 4],
    ]);
  });
});
