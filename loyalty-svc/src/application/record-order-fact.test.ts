import { newUuid, systemClock } from '@microshop/chassis/clock';
import { outboxCollection } from '@microshop/chassis/outbox/outbox';
import { createUnitOfWork } from '@microshop/chassis/store/unit-of-work';
import { createFakeStore } from '@microshop/chassis/testing/fake-store';
import { describe, expect, it } from 'vitest';
import type { OrderFact } from '../domain/order-points.ts';
import { customers, orderPoints } from './collections.ts';
import { recordOrderFact } from './record-order-fact.ts';

const customer = {
  _id: 'c1',
  name: 'A customer',
  email: 'c1@example.com',
  blocked: false,
  ledgerSum: 100,
  balance: 100,
  movements: 0,
  version: 1,
  createdAt: new Date(),
};

describe('what an order does to points', () => {
  it('raises its version with each fact, and each event says which version it made', async () => {
    const store = createFakeStore();
    const transact = createUnitOfWork({ store, clock: systemClock, newId: newUuid, source: '/test' });
    const orderId = newUuid();
    store.seed(customers, customer);
    const facts: OrderFact[] = [
      { type: 'requested', customerId: 'c1', points: 30, isLate: false, customer },
      { type: 'confirmed', earns: 5 },
      { type: 'ended' },
    ];

    for (const fact of facts) await transact((tx) => recordOrderFact(tx, orderId, fact));

    expect(store.find(orderPoints, orderId)).toMatchObject({ version: 3, state: 'refunded' });
    const events = store.all(outboxCollection).flatMap((document) => document.events);
    expect(events.map(({ type, headers }) => [type, headers.ce_sequence])).toEqual([
      ['PointsDeducted', '0000000001'],
      ['PointsEarned', '0000000002'],
      ['PointsRefunded', '0000000003'],
    ]);
  });
});
