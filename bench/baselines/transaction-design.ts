// The design that Microshop replaces: one service, and one MongoDB transaction for each order. It does the same work for an order (units of each SKU,
// points, the order itself; durable on a majority) and less around it: no idempotency key, events, metrics or logs. Reads PORT and MONGODB_URL.
import { randomUUID } from 'node:crypto';
import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox';
import { CheckoutRequest } from '@microshop/contracts/http';
import { fastify } from 'fastify';
import { type ClientSession, MongoClient } from 'mongodb';
import type { Static } from 'typebox';
import { type AccountDocument, DATABASE, type OrderDocument, type StockDocument } from './documents.ts';

type Checkout = Static<typeof CheckoutRequest>;
class Refused extends Error {}

const { MONGODB_URL = '', PORT } = process.env;
const durable = { w: 'majority', j: true } as const;
const client = await new MongoClient(MONGODB_URL, { writeConcern: durable }).connect();
const db = client.db(DATABASE);
const stock = db.collection<StockDocument>('stock');
const accounts = db.collection<AccountDocument>('accounts');
const orders = db.collection<OrderDocument>('orders');

async function take(session: ClientSession, { items, redeemPoints = 0 }: Checkout, customerId: string): Promise<void> {
  for (const { sku, quantity } of items) {
    const taken = await stock.updateOne({ _id: sku, available: { $gte: quantity } }, { $inc: { available: -quantity } }, { session });
    if (taken.modifiedCount === 0) throw new Refused('out_of_stock');
  }
  const paid = await accounts.updateOne(
    { _id: customerId, points: { $gte: redeemPoints } },
    { $inc: { points: -redeemPoints } },
    { session },
  );
  if (paid.modifiedCount === 0) throw new Refused('insufficient_points');
}

async function checkOut(checkout: Checkout, customerId: string): Promise<OrderDocument> {
  const order = { _id: randomUUID(), customerId, items: checkout.items, createdAt: new Date() };
  const confirmed: OrderDocument = { ...order, status: 'confirmed' };
  try {
    await client.withSession((session) =>
      session.withTransaction(
        async () => {
          await take(session, checkout, customerId);
          await orders.insertOne(confirmed, { session });
        },
        { writeConcern: durable },
      ),
    );
    return confirmed;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const rejected: OrderDocument = { ...order, status: 'rejected', code: error.message };
    await orders.insertOne(rejected);
    return rejected;
  }
}

const app = fastify().setValidatorCompiler(TypeBoxValidatorCompiler);
app.get('/readyz', () => ({ status: 'ok' }));
app.post('/checkout', { schema: { body: CheckoutRequest } }, async (request, reply) => {
  const checkout = request.body as Checkout;
  if (!('customerId' in checkout.customer)) return reply.code(422).send({ code: 'no_guests' });
  const order = await checkOut(checkout, checkout.customer.customerId);
  return reply.code(order.status === 'confirmed' ? 201 : 409).send({ orderId: order._id, status: order.status, code: order.code });
});
await app.listen({ host: '127.0.0.1', port: Number(PORT) });
process.stdin.on('end', () => process.exit()).resume();
