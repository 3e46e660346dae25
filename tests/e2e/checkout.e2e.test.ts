import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectGreenAudit } from '../support/audit.ts';
import { startShopInProcess } from '../support/in-process.ts';

let shop: Awaited<ReturnType<typeof startShopInProcess>>;
beforeAll(async () => {
  shop = await startShopInProcess();
});
afterAll(async () => {
  await expectGreenAudit();
  await shop.stop();
});

describe('checkout', () => {
  test('confirms an order: stock is sold, points are redeemed and earned, all fields are kept', async () => {
    const [mug, cap] = [
      await shop.productWith(10, { unitPrice: 1000, name: 'Mug' }),
      await shop.productWith(5, { unitPrice: 2500, name: 'Cap' }),
    ];
    const customerId = await shop.customerWith(500);

    const { status, body, headers } = await shop.checkout({
      customer: { customerId },
      items: [
        { sku: mug, quantity: 2 },
        { sku: cap, quantity: 1 },
      ],
      redeemPoints: 300,
    });

    expect({ status, body }).toMatchObject({
      status: 201,
      body: {
        status: 'confirmed',
        customerId,
        itemsPrice: 4500,
        redeemedPoints: 300,
        pointsDiscountPrice: 300,
        discountPrice: 0,
        totalPrice: 4200,
        version: 2,
      },
    });
    expect(headers.get('location')).toBe(`/orders/${body.orderId}`);
    await shop.levelBecomes(mug, { available: 8, reserved: 0, sold: 2 });
    await shop.levelBecomes(cap, { available: 4, reserved: 0, sold: 1 });
    await shop.balanceBecomes(customerId, 500 - 300 + 42);
    expect((await shop.anyone.order('GET', `/orders/${body.orderId}`)).body).toEqual(body);
  });
});
