import { newUuid } from '@microshop/chassis/clock';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { Order, OrderFact } from '../domain/order.ts';
import {
  aDiscount,
  after,
  anOrder,
  anOrderDocument,
  cancelRequested,
  deducted,
  fulfilRequested,
  reserved,
  short,
  timedOut,
  tooFewPoints,
} from '../testing/builders.ts';
import { memoryTransact } from '../testing/memory-transact.ts';
import { createCancelOrder, createFulfilOrder } from './change-order.ts';
import { discounts, discountUses, orders } from './collections.ts';
import { createRecordAnswer } from './record-answer.ts';
import { createSettleOrder } from './settle-order.ts';

/** One order with a discount, of which two more uses are taken, one of them by the same customer. */
function aSettling(order: Order = anOrder({ discountCode: 'WELCOME', discountPrice: 130, totalPrice: 1170 })) {
  const { transact, store, events } = memoryTransact();
  store.seed(orders, anOrderDocument(order));
  store.seed(discounts, { ...aDiscount({ uses: 3 }), _id: 'WELCOME' });
  store.seed(discountUses, { _id: 'WELCOME\nada', uses: 2 });
  const announced = vi.fn<(order: Order) => void>();
  const settle = createSettleOrder(announced);
  const { orderId } = order;
  return {
    store,
    events,
    announced,
    cancel: () => createCancelOrder(transact, settle)(orderId),
    fulfil: () => createFulfilOrder(transact, settle)(orderId),
    tell: (...facts: OrderFact[]) =>
      transact(async (tx) => {
        for (const fact of facts) {
          const known = await tx.get(orders, orderId);
          if (known) await settle(tx, known, fact);
        }
      }),
    transact,
    settle,
    order: () => store.find(orders, orderId),
    uses: () => [store.find(discounts, 'WELCOME')?.uses, store.find(discountUses, 'WELCOME\nada')?.uses],
  };
}

const eventsTold = ({ events }: ReturnType<typeof aSettling>) => events().map(({ type, key, version }) => `${type} ${key} ${version}`);

describe('settling an order', () => {
  it('keeps an answer and tells nobody while others are missing', async () => {
    const setup = aSettling();
    await setup.tell(reserved('MUG'));
    expect(setup.order()).toMatchObject({ status: 'pending', stockAnswers: [{ sku: 'MUG', reserved: true }] });
    expect(setup.events()).toEqual([]);
    expect(setup.announced).not.toHaveBeenCalled();
  });

  it('confirms with the last answer, all in one transaction, and keeps the discount use', async () => {
    const setup = aSettling();
    await setup.tell(reserved('MUG'), reserved('TEA'), deducted());
    expect(eventsTold(setup)).toEqual(['OrderConfirmed MUG 2', 'OrderConfirmed TEA 2', 'OrderConfirmed ada 2']);
    expect(setup.uses()).toEqual([3, 2]);
    expect(setup.announced).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ status: 'confirmed' }));
  });

  it.each([
    ['the rejection', () => [reserved('MUG'), short('TEA'), deducted()], 'OrderRejected'],
    ['the timeout', () => [timedOut], 'OrderRejected'],
    ['the cancellation while pending', () => [cancelRequested], 'OrderCancelled'],
    ['the cancellation after the confirmation', () => [reserved('MUG'), reserved('TEA'), deducted(), cancelRequested], 'OrderCancelled'],
  ])('gives the discount use back with %s, once however often it is told', async (_what, facts, ending) => {
    const setup = aSettling();
    await setup.tell(...facts(), ...facts());
    await setup.tell(timedOut, cancelRequested, deducted(), tooFewPoints());
    expect(setup.uses()).toEqual([2, 1]);
    expect(eventsTold(setup).filter((told) => told.startsWith(ending))).toHaveLength(3);
  });

  it('tells loyalty-svc why an order was rejected, under the key of its request', async () => {
    const setup = aSettling(anOrder({ customerId: 'guest-1' }));
    await setup.tell(reserved('MUG'), reserved('TEA'), tooFewPoints('ada'));
    const { key, payload } = setup.events().at(-1) ?? {};
    expect(key).toBe('guest-1');
    expect(JSON.parse(String(payload))).toMatchObject({ customerId: 'guest-1', code: 'insufficient_points' });
  });

  it('never brings the uses of a code out of step, whatever is told and however often it conflicts', async () => {
    const fact = fc.constantFrom(
      reserved('MUG'),
      reserved('TEA'),
      short('TEA'),
      deducted(),
      tooFewPoints(),
      timedOut,
      cancelRequested,
      fulfilRequested,
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fact, { maxLength: 12 }),
        fc.array(fc.constantFrom(undefined, 'conflict' as const)),
        async (facts, faults) => {
          const setup = aSettling();
          setup.store.failNext('commit', ...faults);
          for (const each of facts) await setup.tell(each);
          const holds = ['pending', 'confirmed', 'fulfilled'].includes(setup.order()?.status ?? '');
          expect(setup.uses()).toEqual(holds ? [3, 2] : [2, 1]);
        },
      ),
    );
  });
});

describe('cancelling an order', () => {
  it('answers the order, and the same again when repeated', async () => {
    const setup = aSettling();
    const first = await setup.cancel();
    expect(first).toMatchObject({ status: 'cancelled', version: 2 });
    expect(await setup.cancel()).toMatchObject(first);
    expect(eventsTold(setup)).toHaveLength(3);
  });

  it.each(['rejected', 'fulfilled'] as const)('is refused once it is %s', async (status) => {
    const facts = status === 'rejected' ? [timedOut] : [reserved('MUG'), reserved('TEA'), deducted(), fulfilRequested];
    const setup = aSettling(after(anOrder(), ...facts));
    await expect(setup.cancel()).rejects.toMatchObject({ status: 409, code: 'order_not_cancellable', extensions: { orderStatus: status } });
    expect(setup.events()).toEqual([]);
  });

  it('is refused when there is none', async () => {
    const { transact, settle } = aSettling();
    await expect(createCancelOrder(transact, settle)(newUuid())).rejects.toMatchObject({ status: 404, code: 'unknown_order' });
  });
});

describe('fulfilling an order', () => {
  it('answers the order once it is confirmed, and the same again when repeated', async () => {
    const setup = aSettling(after(anOrder(), reserved('MUG'), reserved('TEA'), deducted()));
    expect(await setup.fulfil()).toMatchObject({ status: 'fulfilled', version: 3 });
    expect(await setup.fulfil()).toMatchObject({ status: 'fulfilled', version: 3 });
    expect(eventsTold(setup)).toEqual(['OrderFulfilled MUG 3', 'OrderFulfilled TEA 3', 'OrderFulfilled ada 3']);
  });

  it('is refused while it is pending', async () => {
    await expect(aSettling().fulfil()).rejects.toMatchObject({ status: 409, code: 'order_not_fulfillable' });
  });
});

describe('an answer to an order that is not there', () => {
  it('is a bug of somebody, and so goes to the dead letters', async () => {
    const { transact, settle } = aSettling();
    const record = createRecordAnswer(settle)(() => deducted());
    const event = {
      id: 'e',
      type: 'PointsDeducted',
      time: '',
      correlationId: '',
      traceparent: '',
      appendedAt: new Date(),
      data: { orderId: newUuid() },
    };
    await expect(transact((tx) => record(event, tx))).rejects.toThrow('There is no order');
  });
});
