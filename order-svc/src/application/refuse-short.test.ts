import { newUuid } from '@microshop/chassis/clock';
import type { IncomingEvent } from '@microshop/chassis/events/event';
import type { Shortage } from '@microshop/contracts/http';
import { expect, it, vi } from 'vitest';
import { aProduct, at, deducted, short } from '../testing/builders.ts';
import { memoryTransact } from '../testing/memory-transact.ts';
import { toCheckout } from './checkout-request.ts';
import { orders, products } from './collections.ts';
import { createPlaceOrder } from './place-order.ts';
import { refuseShort } from './refuse-short.ts';
import { createUseCases } from './use-cases.ts';

const errors: Shortage[] = [{ sku: 'MUG', requested: 1, available: 0 }];

/** A shop that has sold its last MUG. */
function aShop() {
  const { store, transact } = memoryTransact();
  store.seed(products, aProduct({ _id: 'MUG' }));
  const terms = { transact, newId: newUuid, currency: 'EUR', pointValue: 1, timeoutMs: 600_000 };
  const shortOf = vi.fn(() => errors);
  const placeOrder = refuseShort(createPlaceOrder(terms), { transact, shortOf });
  const place = (key: string, more: { reservationId?: string } = {}) =>
    placeOrder(toCheckout({ customer: { customerId: 'ada' }, items: [{ sku: 'MUG', quantity: 1 }], ...more }, key), {});
  return { store, shortOf, place };
}

it('makes no order of what is known to be sold out, and names it', async () => {
  const { store, place } = aShop();
  const answers = await Promise.all([place('one'), place('two')]);
  for (const answer of answers)
    expect(answer).toMatchObject({ kind: 'refused', refusal: { status: 409, code: 'out_of_stock', extensions: { errors } } });
  expect(store.all(orders)).toEqual([]);
});

it('answers a key that made an order with that order', async () => {
  const { shortOf, place } = aShop();
  shortOf.mockReturnValueOnce([]);
  const first = await place('one');
  expect(await place('one')).toMatchObject({ kind: 'replayed', order: 'order' in first && { orderId: first.order.orderId } });
});

it('lets a repetition wait for the order that its key is about to make', async () => {
  const { store, shortOf, place } = aShop();
  shortOf.mockReturnValueOnce([]);
  const answers = await Promise.all([place('one'), place('one')]);
  expect(answers.map(({ kind }) => kind)).toEqual(['placed', 'replayed']);
  expect(store.all(orders)).toHaveLength(1);
});

it('asks nothing of a checkout with a hold, which has units of its own', async () => {
  const { shortOf, place } = aShop();
  expect(await place('one', { reservationId: newUuid() })).toMatchObject({ kind: 'placed' });
  expect(shortOf).not.toHaveBeenCalled();
});

it('begins when many orders were rejected, and lets one through now and then', async () => {
  const { store, transact } = memoryTransact();
  store.seed(products, aProduct({ _id: 'MUG' }));
  const nothing = async () => [];
  const ports = { transact, clock: { now: () => at(30) }, newId: newUuid, findChanged: nothing, findOverdue: nothing };
  const { placeOrder, recordAnswer } = createUseCases(
    { ...ports, markProgress: async () => async () => true },
    { currency: 'EUR', pointValue: 1, timeoutMs: 600_000 },
  );
  const place = () => placeOrder(toCheckout({ customer: { customerId: 'ada' }, items: [{ sku: 'MUG', quantity: 1 }] }, newUuid()), {});
  await Promise.all(Array.from({ length: 200 }, place));
  for (const fact of [deducted(), short('MUG', 1, 0)])
    await transact(async (tx) => {
      const answer = recordAnswer(() => fact);
      for (const { orderId } of store.all(orders)) await answer({ data: { orderId } } as IncomingEvent<{ orderId: string }>, tx);
    });
  expect((await place()).kind).toBe('placed');
  expect(await place()).toMatchObject({ kind: 'refused', refusal: { code: 'out_of_stock', extensions: { errors } } });
});
