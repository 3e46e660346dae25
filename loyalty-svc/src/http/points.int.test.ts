import { newUuid } from '@microshop/chassis/clock';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LoyaltyUnderTest, startLoyaltyUnderTest } from '../testing/loyalty-under-test.ts';

let loyalty: LoyaltyUnderTest;
beforeAll(async () => {
  loyalty = await startLoyaltyUnderTest();
});
afterAll(() => loyalty.stop());

const gift = { change: 100, reason: 'Welcome' };
const withKey = (key: string) => ({ headers: { 'idempotency-key': key } });
const pointsOf = (customerId: string) => `/customers/${customerId}/points`;

describe('POST /customers/:customerId/points', () => {
  it('gives and takes, and answers the balance', async () => {
    const { rest, customerWith, ledgerOf } = loyalty;
    const customerId = await customerWith(0);
    expect(await rest.post(pointsOf(customerId), gift)).toMatchObject({ status: 200, body: { balance: 100 } });
    expect(await rest.post(pointsOf(customerId), { change: -100, reason: 'Expired' })).toMatchObject({ status: 200, body: { balance: 0 } });
    expect(await ledgerOf(customerId)).toEqual([
      ['adjusted', 100],
      ['adjusted', -100],
    ]);
  });

  it('never goes below zero, and says what there is', async () => {
    const { rest, customerWith, balanceOf } = loyalty;
    const customerId = await customerWith(30);
    const answer = await rest.post(pointsOf(customerId), { change: -31, reason: 'Too many' });
    expect(answer).toMatchObject({ status: 409, body: { code: 'points_below_zero', balance: 30 } });
    expect(await balanceOf(customerId)).toBe(30);
  });

  it('keeps all of many changes at once', async () => {
    const { rest, customerWith, balanceOf, ledgerOf } = loyalty;
    const customerId = await customerWith(0);
    const answers = await Promise.all(Array.from({ length: 8 }, () => rest.post(pointsOf(customerId), gift)));
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
    expect(await balanceOf(customerId)).toBe(800);
    expect(await ledgerOf(customerId)).toHaveLength(8);
  });

  it('changes once for one Idempotency-Key, also when all come at once', async () => {
    const { rest, customerWith, ledgerOf } = loyalty;
    const customerId = await customerWith(0);
    const answers = await Promise.all(Array.from({ length: 8 }, () => rest.post(pointsOf(customerId), gift, withKey('once'))));
    for (const answer of answers) expect(answer).toMatchObject({ status: 200, body: { balance: 100 } });
    expect(answers.filter(({ headers }) => headers.get('idempotent-replayed') === 'true')).toHaveLength(7);
    expect(await ledgerOf(customerId)).toEqual([['adjusted', 100]]);
  });

  it('knows a key without its quotes, for the customer alone', async () => {
    const { rest, customerWith } = loyalty;
    const [ada, grace] = [await customerWith(0), await customerWith(0)];
    await rest.post(pointsOf(ada), gift, withKey('k'));
    const again = await rest.post(pointsOf(ada), gift, withKey('"k"'));
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    const others = await rest.post(pointsOf(grace), gift, withKey('k'));
    expect(others.headers.get('idempotent-replayed')).toBeNull();
  });

  it('refuses a key that came with another body, and keeps one free that came with a refusal', async () => {
    const { rest, customerWith } = loyalty;
    const customerId = await customerWith(10);
    const path = pointsOf(customerId);
    const taking = { change: -20, reason: 'Mistake' };
    expect((await rest.post(path, taking, withKey('k'))).status).toBe(409);
    expect((await rest.post(path, gift, withKey('k'))).status).toBe(200);
    for (const other of [
      { ...gift, change: 101 },
      { ...gift, reason: 'Else' },
    ]) {
      expect(await rest.post(path, other, withKey('k'))).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
    }
  });

  it.each([
    ['zero', { ...gift, change: 0 }],
    ['a fraction', { ...gift, change: 1.5 }],
    ['text', { ...gift, change: '100' }],
    ['too much', { ...gift, change: 1_000_000_001 }],
    ['far too much', `{"change":1e309,"reason":"a"}`],
    ['2^53', { ...gift, change: 2 ** 53 }],
    ['no reason', { change: 1 }],
    ['a reason of blanks', { change: 1, reason: ' ' }],
    ['an unknown field', { ...gift, balance: 1 }],
  ])('refuses %s', async (_, body) => {
    const customerId = await loyalty.customerWith(0);
    expect(await loyalty.rest.post(pointsOf(customerId), body)).toMatchObject({ status: 400, body: { errors: [expect.any(Object)] } });
    expect(await loyalty.ledgerOf(customerId)).toEqual([]);
  });

  it('refuses a key that is none', async () => {
    const customerId = await loyalty.customerWith(0);
    const answer = await loyalty.rest.post(pointsOf(customerId), gift, withKey('two words'));
    expect(answer).toMatchObject({ status: 400, body: { code: 'idempotency_key_invalid' } });
  });
});

describe('the ledger', () => {
  it('comes newest first, by pages', async () => {
    const { rest, customerWith } = loyalty;
    const customerId = await customerWith(0);
    for (const change of [1, 2, 3]) await rest.post(pointsOf(customerId), { change, reason: `Gift ${change}` });
    const path = `${pointsOf(customerId)}/ledger?limit=2`;
    const first = (await rest.get(path)).body;
    const movement = (change: number) => ({
      movementId: expect.any(String),
      customerId,
      type: 'adjusted',
      change,
      reason: `Gift ${change}`,
      at: expect.stringMatching(/Z$/),
    });
    expect(first.data).toEqual([movement(3), movement(2)]);
    expect((await rest.get(`${path}&cursor=${first.nextCursor}`)).body).toEqual({ data: [movement(1)], nextCursor: null });
    expect((await rest.get(`${path}&cursor=e30`)).body).toMatchObject({ status: 400, code: 'invalid_cursor' });
  });
});

describe('an unknown customer', () => {
  it('has no points, no ledger and gets none', async () => {
    const path = pointsOf(newUuid());
    const answers = [await loyalty.rest.get(path), await loyalty.rest.get(`${path}/ledger`), await loyalty.rest.post(path, gift)];
    for (const answer of answers) expect(answer).toMatchObject({ status: 404, body: { code: 'unknown_customer' } });
  });
});
