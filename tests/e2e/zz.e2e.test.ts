import { MongoClient } from 'mongodb';
import { inject, test } from 'vitest';
import { startInProcess, startShopInProcess } from '../support/in-process.ts';
import { createShop } from '../support/shop.ts';

test('lease', async () => {
  const shop = await startShopInProcess({ LOG_LEVEL: 'silent' });
  const [sku, customerId] = [await shop.productWith(50), await shop.customerWith(0)];
  await shop.stopPart('order');
  const cutOff = await startInProcess.order({ KAFKA_BROKERS: '127.0.0.1:1', LOG_LEVEL: 'silent' });
  const client = createShop({ ...shop.urls, order: cutOff.url });
  const mongo = new MongoClient(inject('mongodbUrl'));
  const started = Date.now();
  let last = '';
  const timer = setInterval(async () => {
    const doc = await mongo.db('order_svc').collection('leases').findOne();
    const s = `${doc?.holder.slice(0, 4)} ${doc?.token} exp ${doc && doc.expiresAt.getTime() - Date.now() > 0}`;
    if (s !== last) console.log(Date.now() - started, s);
    last = s;
  }, 20);
  await new Promise((r) => setTimeout(r, 2000));
  await client.checkout({ customer: { customerId }, items: [{ sku, quantity: 1 }] }, { prefer: 'respond-async' }).then((a) => console.log(a.status));
  await new Promise((r) => setTimeout(r, 5000));
  await shop.startPart('order');
  console.log(Date.now() - started, 'healthy started');
  for (let i = 0; i < 6; i++) {
    const t = Date.now();
    const a = await shop.checkout({ customer: { customerId }, items: [{ sku, quantity: 1 }] }, { prefer: 'wait=20' });
    console.log(Date.now() - started, 'checkout', a.status, Date.now() - t);
  }
  clearInterval(timer);
  await cutOff.stop();
  await shop.stop();
  await mongo.close();
}, 200_000);
