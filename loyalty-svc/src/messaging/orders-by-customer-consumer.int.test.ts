import { newUuid } from '@microshop/chassis/clock';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LoyaltyUnderTest, startLoyaltyUnderTest } from '../testing/loyalty-under-test.ts';
import { cancelled, confirmed, fulfilled, rejected, requested } from '../testing/orders.ts';

let loyalty: LoyaltyUnderTest;
beforeAll(async () => {
  loyalty = await startLoyaltyUnderTest();
});
afterAll(() => loyalty.stop());

/** Everything sent for the customer before was handled: another order of the same key is answered, which comes after it. */
async function caughtUp(customerId: string): Promise<void> {
  const marker = newUuid();
  await loyalty.orders.send(requested(marker, customerId));
  await loyalty.orders.heard(marker);
}

const guestId = () => `guest-${newUuid()}`;

describe('an order that is requested', () => {
  it('is answered with the points deducted, the balance after it and a row in the ledger', async () => {
    const { orders, customerWith, balanceOf, ledgerOf } = loyalty;
    const [orderId, customerId] = [newUuid(), await customerWith(100)];
    await orders.send(requested(orderId, customerId, { redeemPoints: 30 }));
    expect(await orders.heard(orderId)).toEqual([
      { type: 'PointsDeducted', data: { orderId, customerId, points: 30, balance: 70, customerVersion: 3 } },
    ]);
    expect(await balanceOf(customerId)).toBe(70);
    expect(await ledgerOf(customerId)).toEqual([
      ['adjusted', 100],
      ['deducted', -30],
    ]);
  });

  it('is answered also when it redeems nothing, without a row', async () => {
    const { orders, customerWith, ledgerOf } = loyalty;
    const [orderId, customerId] = [newUuid(), await customerWith(0)];
    await orders.send(requested(orderId, customerId));
    expect(await orders.heard(orderId)).toEqual([
      { type: 'PointsDeducted', data: { orderId, customerId, points: 0, balance: 0, customerVersion: 1 } },
    ]);
    expect(await ledgerOf(customerId)).toEqual([]);
  });

  it('is refused when it redeems more than there is, saying the balance', async () => {
    const { orders, customerWith, balanceOf } = loyalty;
    const [orderId, customerId] = [newUuid(), await customerWith(29)];
    await orders.send(requested(orderId, customerId, { redeemPoints: 30 }));
    const data = { orderId, customerId, points: 30, reason: 'insufficient_points', balance: 29, customerVersion: 2 };
    expect(await orders.heard(orderId)).toEqual([{ type: 'PointsRejected', data }]);
    expect(await balanceOf(customerId)).toBe(29);
  });

  it('is refused for a customer that nobody knows', async () => {
    const [orderId, customerId] = [newUuid(), `nobody-${newUuid()}`];
    await loyalty.orders.send(requested(orderId, customerId));
    const data = { orderId, customerId, points: 0, reason: 'customer_unknown', balance: 0 };
    expect(await loyalty.orders.heard(orderId)).toEqual([{ type: 'PointsRejected', data }]);
  });

  it('is refused for a blocked customer', async () => {
    const [orderId, customerId] = [newUuid(), await loyalty.customerWith(50, true)];
    await loyalty.orders.send(requested(orderId, customerId));
    expect(await loyalty.orders.heard(orderId)).toMatchObject([
      { type: 'PointsRejected', data: { reason: 'customer_blocked', balance: 50 } },
    ]);
  });

  it('is refused when its time is over', async () => {
    const [orderId, customerId] = [newUuid(), await loyalty.customerWith(50)];
    await loyalty.orders.send(requested(orderId, customerId, { redeemPoints: 10, timeoutMs: 1000 }));
    expect(await loyalty.orders.heard(orderId)).toMatchObject([{ type: 'PointsRejected', data: { reason: 'timed_out', balance: 50 } }]);
    expect(await loyalty.balanceOf(customerId)).toBe(50);
  });

  it('is answered once, and deducted once, however often it comes', async () => {
    const { orders, customerWith, ledgerOf } = loyalty;
    const [orderId, customerId] = [newUuid(), await customerWith(100)];
    const record = requested(orderId, customerId, { redeemPoints: 30 });
    await orders.send(record, record);
    await orders.send(record, requested(orderId, customerId, { redeemPoints: 99 }));
    await caughtUp(customerId);
    expect(orders.answersTo(orderId)).toHaveLength(1);
    expect(await ledgerOf(customerId)).toEqual([
      ['adjusted', 100],
      ['deducted', -30],
    ]);
  });

  it('gets what is left, and never more, of orders that want the same points at once', async () => {
    const { orders, customerWith, balanceOf } = loyalty;
    const customerId = await customerWith(100);
    const orderIds = Array.from({ length: 20 }, newUuid);
    await orders.send(...orderIds.map((orderId) => requested(orderId, customerId, { redeemPoints: 30 })));
    const answers = await Promise.all(orderIds.map((orderId) => orders.heard(orderId)));
    expect(answers.flat().filter(({ type }) => type === 'PointsDeducted')).toHaveLength(3);
    expect(await balanceOf(customerId)).toBe(10);
  });
});

describe('a guest', () => {
  it('is registered with the order, once for two first orders at once', async () => {
    const { orders, rest } = loyalty;
    const [first, second, customerId] = [newUuid(), newUuid(), guestId()];
    const guest = { email: `${customerId}@example.com`, name: 'Grace' };
    await orders.send(requested(first, customerId, { guest }), requested(second, customerId, { guest: { ...guest, name: 'Grace H.' } }));
    for (const orderId of [first, second]) {
      expect(await orders.heard(orderId)).toMatchObject([{ type: 'PointsDeducted', data: { customerId, points: 0 } }]);
    }
    const { body } = await rest.get(`/customers?email=${guest.email}`);
    expect(body.data).toEqual([{ customerId, ...guest, blocked: false }]);
  });

  it('is the customer who has the e-mail address, whose id the answer carries', async () => {
    const { orders, customerWith, ledgerOf } = loyalty;
    const [orderId, customerId] = [newUuid(), await customerWith(0)];
    const guest = { email: ` ${customerId.toUpperCase()}@Example.com`, name: 'Ada' };
    const derived = guestId();
    await orders.send(requested(orderId, derived, { guest }));
    expect(await orders.heard(orderId)).toMatchObject([{ type: 'PointsDeducted', data: { customerId } }]);
    await orders.send(confirmed(orderId, derived, 500));
    expect(await orders.heard(orderId, 2)).toMatchObject([{}, { type: 'PointsEarned', data: { customerId, points: 5, balance: 5 } }]);
    expect(await ledgerOf(customerId)).toEqual([['earned', 5]]);
  });

  it('is someone new when the former owner of the e-mail address has another one now', async () => {
    const { orders, rest } = loyalty;
    const [first, second, derived] = [newUuid(), newUuid(), guestId()];
    const guest = { email: `${derived}@example.com`, name: 'Alan' };
    await orders.send(requested(first, derived, { guest }));
    await orders.heard(first);
    await rest.patch(`/customers/${derived}`, { email: `former-${guest.email}` });
    await orders.send(requested(second, derived, { guest }));
    const [answer] = await orders.heard(second);
    expect(answer?.type).toBe('PointsDeducted');
    expect(answer?.data.customerId).not.toBe(derived);
    expect((await rest.get(`/customers/${answer?.data.customerId}`)).body).toMatchObject(guest);
  });

  it('is not registered with an order that is refused', async () => {
    const { orders, rest } = loyalty;
    const [orderId, customerId] = [newUuid(), guestId()];
    const guest = { email: `${customerId}@example.com`, name: 'Edsger' };
    await orders.send(requested(orderId, customerId, { guest, timeoutMs: 1000 }));
    expect(await orders.heard(orderId)).toMatchObject([{ type: 'PointsRejected', data: { customerId, reason: 'timed_out' } }]);
    expect((await rest.get(`/customers/${customerId}`)).status).toBe(404);
  });
});

describe('an order that is confirmed', () => {
  it('earns one point for each 100 spent, once', async () => {
    const { orders, customerWith, ledgerOf } = loyalty;
    const [orderId, customerId] = [newUuid(), await customerWith(0)];
    await orders.send(requested(orderId, customerId), confirmed(orderId, customerId, 1299), confirmed(orderId, customerId, 1299));
    const earned = { type: 'PointsEarned', data: { orderId, customerId, points: 12, balance: 12, customerVersion: 2 } };
    expect((await orders.heard(orderId, 2))[1]).toEqual(earned);
    await orders.send(fulfilled(orderId, customerId), confirmed(orderId, customerId, 1299));
    await caughtUp(customerId);
    expect(orders.answersTo(orderId)).toHaveLength(2);
    expect(await ledgerOf(customerId)).toEqual([['earned', 12]]);
  });

  it('earns nothing, and tells nothing, when it spent too little', async () => {
    const { orders, customerWith, ledgerOf } = loyalty;
    const [orderId, customerId] = [newUuid(), await customerWith(0)];
    await orders.send(requested(orderId, customerId), confirmed(orderId, customerId, 99));
    await caughtUp(customerId);
    expect(orders.answersTo(orderId)).toHaveLength(1);
    expect(await ledgerOf(customerId)).toEqual([]);
  });

  it('goes to the dead letters when it was never requested, and holds up no other order of the customer', async () => {
    const [orderId, customerId] = [newUuid(), await loyalty.customerWith(0)];
    await loyalty.orders.send(confirmed(orderId, customerId, 500));
    await caughtUp(customerId);
    expect(await loyalty.orders.buried(orderId)).toMatchObject([{ type: 'OrderConfirmed' }]);
    expect(loyalty.orders.answersTo(orderId)).toEqual([]);
  });
});

describe('an order that ends', () => {
  it.each([
    ['is rejected', rejected],
    ['is cancelled', cancelled],
  ])('gives back what it redeemed, once, when it %s', async (_, ended) => {
    const { orders, customerWith, ledgerOf } = loyalty;
    const [orderId, customerId] = [newUuid(), await customerWith(100)];
    await orders.send(requested(orderId, customerId, { redeemPoints: 30 }));
    await orders.heard(orderId);
    await orders.send(ended(orderId, customerId), ended(orderId, customerId));
    const refunded = { type: 'PointsRefunded', data: { orderId, customerId, points: 30, takenBack: 0, balance: 100, customerVersion: 4 } };
    expect((await orders.heard(orderId, 2))[1]).toEqual(refunded);
    await caughtUp(customerId);
    expect(orders.answersTo(orderId)).toHaveLength(2);
    expect(await ledgerOf(customerId)).toEqual([
      ['adjusted', 100],
      ['deducted', -30],
      ['refunded', 30],
    ]);
  });

  it('gives nothing back when its points were refused', async () => {
    const { orders, customerWith, ledgerOf } = loyalty;
    const [orderId, customerId] = [newUuid(), await customerWith(10)];
    await orders.send(requested(orderId, customerId, { redeemPoints: 30 }));
    await orders.heard(orderId);
    await orders.send(rejected(orderId, customerId));
    await caughtUp(customerId);
    expect(orders.answersTo(orderId)).toHaveLength(1);
    expect(await ledgerOf(customerId)).toEqual([['adjusted', 10]]);
  });

  it('takes back what it earned; what is spent already stays owed and is taken from what is earned next', async () => {
    const { orders, rest, customerWith, balanceOf, ledgerOf } = loyalty;
    const [first, second, customerId] = [newUuid(), newUuid(), await customerWith(0)];
    await orders.send(requested(first, customerId), confirmed(first, customerId, 5000));
    await orders.heard(first, 2);
    await rest.post(`/customers/${customerId}/points`, { change: -40, reason: 'Spent at the counter' });
    await orders.send(cancelled(first, customerId));
    const refunded = {
      type: 'PointsRefunded',
      data: { orderId: first, customerId, points: 0, takenBack: 50, balance: 0, customerVersion: 4 },
    };
    expect((await orders.heard(first, 3))[2]).toEqual(refunded);
    await orders.send(requested(second, customerId), confirmed(second, customerId, 6000));
    expect((await orders.heard(second, 2))[1]).toMatchObject({ type: 'PointsEarned', data: { points: 60, balance: 20 } });
    expect(await balanceOf(customerId)).toBe(20);
    expect(await ledgerOf(customerId)).toEqual([
      ['earned', 50],
      ['adjusted', -40],
      ['taken_back', -50],
      ['earned', 60],
    ]);
  });

  it('is refused, once, when its request comes after its end', async () => {
    const { orders, customerWith, ledgerOf } = loyalty;
    const [orderId, customerId] = [newUuid(), await customerWith(100)];
    await orders.send(cancelled(orderId, customerId));
    const request = requested(orderId, customerId, { redeemPoints: 30 });
    await orders.send(request, request);
    const data = { orderId, customerId, points: 30, reason: 'order_ended', balance: 100, customerVersion: 2 };
    expect(await orders.heard(orderId)).toEqual([{ type: 'PointsRejected', data }]);
    await orders.send(confirmed(orderId, customerId, 5000), cancelled(orderId, customerId));
    await caughtUp(customerId);
    expect(orders.answersTo(orderId)).toHaveLength(1);
    expect(await ledgerOf(customerId)).toEqual([['adjusted', 100]]);
  });

  it('earns nothing when its confirmation comes after its end', async () => {
    const { orders, customerWith, balanceOf } = loyalty;
    const [orderId, customerId] = [newUuid(), await customerWith(100)];
    await orders.send(requested(orderId, customerId, { redeemPoints: 30 }));
    await orders.heard(orderId);
    await orders.send(cancelled(orderId, customerId), confirmed(orderId, customerId, 5000));
    await caughtUp(customerId);
    expect(orders.answersTo(orderId).map(({ type }) => type)).toEqual(['PointsDeducted', 'PointsRefunded']);
    expect(await balanceOf(customerId)).toBe(100);
  });
});
