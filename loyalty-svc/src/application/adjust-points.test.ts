import { newUuid } from '@microshop/chassis/clock';
import { pointsByCustomer } from '@microshop/contracts';
import { expect, it } from 'vitest';
import { customer, keptInMemory } from '../testing/in-memory.ts';
import { adjustPoints } from './adjust-points.ts';
import { customers } from './collections.ts';

it('tells each adjustment once, with the whole new balance and its place among the customer’s changes, but not its reason', async () => {
  const { store, transact, told } = keptInMemory();
  store.seed(customers, customer);
  const adjust = adjustPoints({ transact, newId: newUuid });

  await adjust('c1', { change: 50, reason: 'Sorry, Mrs Hopper' }, 'once');
  await adjust('c1', { change: 50, reason: 'Sorry, Mrs Hopper' }, 'once');
  await adjust('c1', { change: -30, reason: 'Too much' });
  await expect(adjust('c1', { change: -121, reason: 'Too much' })).rejects.toMatchObject({ code: 'points_below_zero' });

  const customerId = 'c1';
  expect(told().map(({ topic, key, type, data }) => [topic, key, type, data])).toEqual([
    [
      pointsByCustomer.name,
      'c1',
      'PointsAdjusted',
      { customerId, movementId: 'c1:adjusted:once', change: 50, balance: 150, customerVersion: 2 },
    ],
    [
      pointsByCustomer.name,
      'c1',
      'PointsAdjusted',
      { customerId, movementId: expect.any(String), change: -30, balance: 120, customerVersion: 3 },
    ],
  ]);
});
