import { newUuid } from '@microshop/chassis/clock';
import type { CheckoutRequest, QuoteRequest } from '@microshop/contracts/http';
import { expect, it } from 'vitest';
import { aDiscount, aProduct } from '../testing/builders.ts';
import { memoryTransact } from '../testing/memory-transact.ts';
import { toCheckout, toTerms } from './checkout-request.ts';
import { discounts, discountUses, products } from './collections.ts';
import { createPlaceOrder } from './place-order.ts';
import { createQuoteOrder } from './quote-order.ts';

const RULES = { currency: 'EUR', pointValue: 2 };
const ADA = { customerId: 'ada' };
const GUEST = { email: 'grace@example.com', name: 'Grace' };
const items = [{ sku: 'MUG', quantity: 2 }];

/** A shop that sells MUG (500) and takes 10 % off with TEN, once for each customer: ada has had it. */
function aShop() {
  const { store, transact, events } = memoryTransact();
  store.seed(products, aProduct({ _id: 'MUG' }));
  store.seed(discounts, { _id: 'TEN', ...aDiscount({ code: 'TEN', maxUsesPerCustomer: 1, uses: 1 }) });
  store.seed(discountUses, { _id: 'TEN\nada', uses: 1 });
  const quote = createQuoteOrder({ transact, ...RULES });
  const place = createPlaceOrder({ transact, newId: newUuid, timeoutMs: 600_000, ...RULES });
  const outcomeOf = (answer: Promise<unknown>) =>
    answer.catch(({ code, extensions }: { code: string; extensions?: { reason?: string } }) => ({ code, reason: extensions?.reason }));
  return {
    store,
    events,
    quoted: (body: QuoteRequest) => outcomeOf(quote(toTerms(body))),
    placed: (body: CheckoutRequest) =>
      outcomeOf(
        place(toCheckout(body, newUuid()), {}).then((placed) => {
          if (placed.kind === 'refused') throw placed.refusal;
          return placed.order;
        }),
      ),
  };
}

it.each<[string, CheckoutRequest]>([
  ['items alone', { customer: ADA, items }],
  ['two items of one SKU', { customer: ADA, items: [...items, ...items] }],
  ['a code and points', { customer: { customerId: 'bob' }, items, discountCode: 'ten', redeemPoints: 150 }],
  ['a guest with a code', { customer: GUEST, items, discountCode: 'TEN' }],
  ['an unknown SKU', { customer: ADA, items: [{ sku: 'NONE', quantity: 1 }] }],
  ['an unknown code', { customer: ADA, items, discountCode: 'NONE' }],
  ['a code that the customer has had', { customer: ADA, items, discountCode: 'TEN' }],
  ['points worth more than the total', { customer: ADA, items, redeemPoints: 501 }],
  ['points of a guest', { customer: GUEST, items, redeemPoints: 1 }],
])('answers what a checkout would: %s', async (_, body) => {
  const { quoted, placed, events, store } = aShop();
  const quote = await quoted(body);
  expect([events(), store.find(discounts, 'TEN')?.uses]).toEqual([[], 1]);
  expect(await placed(body)).toMatchObject(quote as object);
});

it('without a customer passes over what the code allows to each, and says what points would take off', async () => {
  expect(await aShop().quoted({ items, discountCode: 'TEN', redeemPoints: 100 })).toMatchObject({
    itemsPrice: 1000,
    discountPrice: 100,
    pointsDiscountPrice: 200,
    totalPrice: 700,
  });
});
