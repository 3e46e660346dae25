import { ordersByCustomer } from '@microshop/contracts';
import { goldenMessage } from '@microshop/contracts/golden';
import { idempotencyKeys } from '@microshop/order-svc/application/collections';
import { note } from '@microshop/tools/restore/replay/facts';
import { replayOrder } from '@microshop/tools/restore/replay/replay-orders';
import { createToldShop } from '@microshop/tools/restore/replay/testing/told';
import { expect, test } from 'vitest';
import { expectCommitted, expectEvent, temporaryPacts } from './pacts.ts';

const directory = temporaryPacts();

test('a restore makes an order and its idempotency key again', () => {
  const { guest: _, ...reads } = goldenMessage(ordersByCustomer, 'OrderRequested') ?? {};
  const given = 'a customer orders with a code';
  return expectEvent({ consumer: 'restore', topic: ordersByCustomer, type: 'OrderRequested', given, reads, directory }, async (record) => {
    const shop = createToldShop();
    note(shop.facts, ordersByCustomer.name, record);
    for (const [orderId, told] of shop.facts.orders) await replayOrder(shop, orderId, told, { ...shop, pointValue: 1 });
    const { idempotencyKey, fingerprint } = reads.checkout as { idempotencyKey: string; fingerprint: string };
    expect(shop.all(idempotencyKeys)).toMatchObject([
      { _id: `${reads.customerId}\n${idempotencyKey}`, orderId: reads.orderId, fingerprint },
    ]);
  });
});

test('the committed pact is what the restore expects', () => expectCommitted(directory));
