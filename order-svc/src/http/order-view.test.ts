import { Order as OrderSchema } from '@microshop/contracts/http';
import { Value } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { after, anOrder, anOrderDocument, at, deducted, reserved, short } from '../testing/builders.ts';
import { viewOf } from './order-view.ts';

const rejected = after(anOrder({ customerId: 'guest-1' }), reserved('MUG'), short('TEA', 1, 0), deducted('ada'));

describe('the view of an order', () => {
  it('is what the contract says, and nothing that is kept inside', () => {
    for (const order of [anOrder(), rejected]) expect(Value.Errors(OrderSchema, viewOf(anOrderDocument(order)))).toEqual([]);
    const known = Object.keys(OrderSchema.properties).filter((name) => name !== 'rejection');
    expect(Object.keys(viewOf(anOrderDocument(anOrder()))).sort()).toEqual(known.sort());
  });

  it('is its present state, with the reason when it was rejected', () => {
    expect(viewOf(rejected)).toMatchObject({
      customerId: 'ada',
      status: 'rejected',
      version: 2,
      rejection: { code: 'out_of_stock', errors: [{ sku: 'TEA', requested: 1, available: 0 }] },
      createdAt: at(0).toISOString(),
      updatedAt: at(3).toISOString(),
    });
  });

  it('is, for a past state, what it was then', () => {
    const view = viewOf(rejected, rejected.states[0]);
    expect(view).toMatchObject({ customerId: 'guest-1', status: 'pending', version: 1, updatedAt: at(0).toISOString() });
    expect(view).not.toHaveProperty('rejection');
  });
});
