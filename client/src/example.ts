import { createMicroshopClient, dataOf, newIdempotencyKey, ProblemError } from '@microshop/client';

const { MICROSHOP_URL = 'http://127.0.0.1:4000/api', MICROSHOP_TOKEN: token } = process.env;
const shop = createMicroshopClient({ baseUrl: MICROSHOP_URL, token });

const { data: products } = await dataOf(shop.api.GET('/products', { params: { query: { limit: 20 } } }));
console.log(products.map(({ sku }) => sku).join(' '));

const product = products.find(({ active }) => active);
if (!product) throw new Error('Nothing is for sale: load the demo catalogue with npm run seed.');
const checkout = { customer: { customerId: 'ada' }, items: [{ sku: product.sku, quantity: 1 }] };
try {
  // Keep the key until the outcome is known: the same key again is the same order.
  const order = await shop.checkOut(checkout, { idempotencyKey: newIdempotencyKey(), waitSeconds: 0 });
  for await (const state of shop.followOrder(order.orderId)) console.log(state.status, state.totalPrice / 100);
} catch (error) {
  if (!(error instanceof ProblemError)) throw error;
  console.log(error.code, error.message);
}
