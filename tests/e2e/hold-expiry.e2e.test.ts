import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { expectGreenAudit } from '../support/audit.ts';
import { type ShopInProcess, startShopInProcess } from '../support/in-process.ts';
import { expectProblem } from '../support/problem.ts';
import { WAIT } from '../support/shop.ts';

let shop: ShopInProcess;
beforeAll(async () => {
  shop = await startShopInProcess({ HOLD_TTL_MS: '1500' });
});
afterAll(async () => {
  await expectGreenAudit();
  await shop.stop();
});

const validate = async (sku: string, quantity: number, reserve = false) =>
  (await shop.anyone.inventory('POST', '/products/validate-stock', { body: { items: [{ sku, quantity }], reserve } })).body;

/** When this hold, which was made later, is over, so are all that were made before. */
async function afterTheNextExpiry(): Promise<void> {
  const sku = await shop.productWith(1);
  expect((await validate(sku, 1, true)).ok).toBe(true);
  await shop.levelBecomes(sku, { available: 1, reserved: 0, sold: 0 });
}

describe.concurrent('a hold whose time is over', () => {
  test('holds nothing any more for whoever asks for the level, another cart or an order', async () => {
    const [sku, customerId] = await Promise.all([shop.productWith(3), shop.customerWith(0)]);
    const { expiresAt } = await validate(sku, 3, true);
    expect(await validate(sku, 1)).toEqual({ ok: false, shortages: [{ sku, requested: 1, available: 0 }] });
    await vi.waitFor(async () => expect((await validate(sku, 1)).ok).toBe(true), WAIT);
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(String(expiresAt)));
    expect(await shop.levelOf(sku)).toEqual({ available: 3, reserved: 0, sold: 0 });
    expect((await shop.checkout({ customer: { customerId }, items: [{ sku, quantity: 3 }] })).status).toBe(201);
  });

  test('is reservation_invalid for a checkout, also when the units are there', async () => {
    const [sku, customerId] = await Promise.all([shop.productWith(3), shop.customerWith(0)]);
    const { reservationId } = await validate(sku, 2, true);
    await shop.levelBecomes(sku, { available: 3 });
    const answer = await shop.checkout({ customer: { customerId }, items: [{ sku, quantity: 2 }], reservationId });
    expectProblem(answer, 409, 'reservation_invalid');
    await shop.levelBecomes(sku, { available: 3, reserved: 0, sold: 0 });
  });

  test('is expired for a rollback, which gives nothing back twice', async () => {
    const sku = await shop.productWith(2);
    const { reservationId } = await validate(sku, 2, true);
    await shop.levelBecomes(sku, { available: 2 });
    const rolledBack = await shop.anyone.inventory('POST', '/products/rollback-stock', { body: { reservationId } });
    expect(rolledBack).toMatchObject({ status: 200, body: { status: 'expired' } });
    expect(await shop.levelOf(sku)).toEqual({ available: 2, reserved: 0, sold: 0 });
  });

  test('has no end for the order that claimed it in time', async () => {
    const [sku, customerId] = await Promise.all([shop.productWith(2), shop.customerWith(0)]);
    const { reservationId } = await validate(sku, 2, true);
    const { status } = await shop.checkout({ customer: { customerId }, items: [{ sku, quantity: 2 }], reservationId });
    expect(status).toBe(201);
    await afterTheNextExpiry();
    expect(await shop.levelOf(sku)).toEqual({ available: 0, reserved: 0, sold: 2 });
  });
});
