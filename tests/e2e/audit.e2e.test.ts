import { randomUUID } from 'node:crypto';
import { newUuid } from '@microshop/chassis/clock';
import { outboxCollection } from '@microshop/chassis/outbox/outbox';
import type { Collection, Document } from '@microshop/chassis/store/store';
import type { ServiceName } from '@microshop/contracts';
import { reservationKey, reservations, stock } from '@microshop/inventory-svc/application/collections';
import { customers } from '@microshop/loyalty-svc/application/collections';
import { discounts, idempotencyKeys, orders } from '@microshop/order-svc/application/collections';
import { audit, isGreen } from '@microshop/tools/audit/audit';
import { auditRepairCollection } from '@microshop/tools/audit/repair/apply';
import { linesOf } from '@microshop/tools/audit/report';
import { type Databases, of, openDatabases } from '@microshop/tools/databases';
import type { UpdateFilter } from 'mongodb';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { auditCommand, expectGreenAudit } from '../support/audit.ts';
import { type ShopInProcess, startShopInProcess } from '../support/in-process.ts';
import { WAIT } from '../support/shop.ts';
import { countStored } from '../support/stored.ts';

let shop: ShopInProcess;
let databases: Databases;
const stack = { mongodbUrl: inject('mongodbUrl'), brokers: inject('kafkaBrokers') };

beforeAll(async () => {
  shop = await startShopInProcess();
  databases = await openDatabases(stack, 'test');
});
afterAll(async () => {
  await expectGreenAudit();
  await Promise.all([shop.stop(), databases.close()]);
});

async function anOrder({ redeemPoints = 0, discountCode }: { redeemPoints?: number; discountCode?: string } = {}) {
  const [sku, customerId] = await Promise.all([shop.productWith(10), shop.customerWith(500)]);
  const { status, body } = await shop.checkout({
    customer: { customerId },
    items: [{ sku, quantity: 2 }],
    redeemPoints,
    ...(discountCode && { discountCode }),
  });
  expect(status).toBe(201);
  await shop.levelBecomes(sku, { sold: 2 });
  return { sku, customerId, orderId: String(body.orderId) };
}

/** Customers who buy what is scarce, and cancel every other order, until they are stopped. */
async function load() {
  const skus = await Promise.all([shop.productWith(1_000_000), shop.productWith(20)]);
  const customerId = await shop.customerWith(1_000_000);
  const stopping = new AbortController();
  let placed = 0;
  const buy = async () => {
    while (!stopping.signal.aborted) {
      const { status, body } = await shop.checkout({
        customer: { customerId },
        items: skus.slice(0, placed % 4 === 0 ? 2 : 1).map((sku) => ({ sku, quantity: 1 })),
        redeemPoints: placed % 3,
      });
      if (placed++ % 2 === 0 && status === 201) await shop.anyone.order('POST', `/orders/${body.orderId}/cancel`);
    }
  };
  const buying = Promise.all(Array.from({ length: 4 }, buy));
  return {
    placed: () => placed,
    stop: () => {
      stopping.abort();
      return buying;
    },
  };
}

describe('the audit of a shop that never rests', () => {
  test('is green while orders come in, of everything and of what has changed', async () => {
    const { placed, stop } = await load();
    try {
      for (let run = 0; run < 4 || placed() < 60; run++) {
        const report = await audit({ ...stack, since: run % 2 === 0 ? undefined : new Date(Date.now() - 3_600_000) });
        expect(isGreen(report), [...linesOf(report)].join('\n')).toBe(true);
        expect(report.invariants[0]?.checked).toBeGreaterThan(0);
      }
    } finally {
      await stop();
    }
  });

  test('raises no alarm for what a service has not read yet: it says who is behind', async () => {
    const { sku, orderId } = await anOrder();
    await shop.stopPart('inventory');
    await shop.anyone.order('POST', `/orders/${orderId}/cancel`);
    const { code, out } = await auditCommand('--settle 1s');
    expect(code).toBe(3);
    expect(out).toMatch(/^UNSETTLED \d+ suspicions?: .*inventory-svc is \d+ records? behind/m);
    expect(out).toContain(`${orderId} (cancelled) still has 2 ${sku} sold`);
    expect(out).not.toContain('VIOLATED');
    await shop.startPart('inventory');
    const { code: later, out: all } = await auditCommand('');
    expect(later, all).toBe(0);
  });
});

/** Changes a document behind its service's back. Answers how to undo it. */
async function plant<T extends Document>(service: ServiceName, kind: Collection<T>, id: string, update: UpdateFilter<T>) {
  const collection = of(databases[service], kind);
  const filter = { _id: id } as Parameters<typeof collection.findOne>[0];
  const before = await collection.findOne(filter);
  if (!before) throw new Error(`There is no ${kind.name} ${id}.`);
  await collection.updateOne(filter, update);
  return () => collection.replaceOne(filter, before as Parameters<typeof collection.replaceOne>[1]);
}

type Planted = { undo: () => Promise<unknown>; invariant: string; sentence: string; repair: string };

describe('what was changed behind the back of a service', () => {
  const plants: [what: string, () => Promise<Planted>][] = [
    [
      'a level',
      async () => {
        const { sku } = await anOrder();
        return {
          undo: await plant('inventory-svc', stock, sku, { $inc: { available: 1 } }),
          invariant: '1 stock',
          sentence: `${sku} has available 9, reserved 0, sold 2, its ledger amounts to available 8, reserved 0, sold 2`,
          repair: `db.stock.updateOne({"_id":"${sku}"}, {"$set":{"available":8,"reserved":0,"sold":2}})`,
        };
      },
    ],
    [
      'a balance',
      async () => {
        const { customerId } = await anOrder({ redeemPoints: 100 });
        await shop.balanceBecomes(customerId, 419);
        return {
          undo: await plant('loyalty-svc', customers, customerId, { $inc: { balance: 5 } }),
          invariant: '2 points',
          sentence: `${customerId} has a balance of 424, the ledger amounts to 419`,
          repair: `db.customers.updateOne({"_id":"${customerId}"}, {"$set":{"ledgerSum":419,"balance":419}})`,
        };
      },
    ],
    [
      "an order's total",
      async () => {
        const { orderId } = await anOrder();
        return {
          undo: await plant('order-svc', orders, orderId, { $set: { totalPrice: 1 } }),
          invariant: '3 orders',
          sentence: `${orderId} has a total of 1 instead of 2000 - 0 - 0`,
          repair: `npm run events -- ${orderId}`,
        };
      },
    ],
    [
      "an order's reservation",
      async () => {
        const { sku, orderId } = await anOrder();
        return {
          undo: await plant('inventory-svc', reservations, reservationKey(orderId, sku), { $set: { state: 'released' } }),
          invariant: '4 agreement',
          sentence: `${orderId} (confirmed) has 2 ${sku}, its reservation is released of 2`,
          repair: 'Publish what ended or confirmed it again, from the outbox.',
        };
      },
    ],
    [
      'an idempotency key',
      async () => {
        const { orderId } = await anOrder();
        const _id = randomUUID();
        await of(databases['order-svc'], idempotencyKeys).insertOne({ _id, orderId, fingerprint: '' });
        return {
          undo: () => of(databases['order-svc'], idempotencyKeys).deleteOne({ _id }),
          invariant: '6 idempotency',
          sentence: `${orderId} was made by 2 keys`,
          repair: 'restore order_svc from a copy',
        };
      },
    ],
    [
      'the uses of a discount',
      async () => {
        const code = `CODE-${randomUUID()}`.toUpperCase();
        await shop.order('POST', '/discounts', { body: { code, percent: 10 } });
        await anOrder({ discountCode: code });
        return {
          undo: await plant('order-svc', discounts, code, { $inc: { uses: 2 } }),
          invariant: '7 discounts',
          sentence: `discount ${code} counts 3 uses, 1 orders have it`,
          repair: `db.discounts.updateOne({"_id":"${code}"}, {"$inc":{"uses":-2}})`,
        };
      },
    ],
  ];

  test.each(plants)('%s: is found, with what would mend it, and nothing is changed', async (_, planted) => {
    const { undo, invariant, sentence, repair } = await planted();
    try {
      const before = await countStored();
      const { code, out } = await auditCommand('--repair --dry-run');
      expect(code, out).toBe(1);
      expect(out).toContain(`VIOLATED ${invariant}`);
      expect(out).toContain(`           ${sentence}`);
      expect(out).toMatch(new RegExp(`^repair   ${RegExp.escape(sentence)}\\n(.*\\n){0,2}.*${RegExp.escape(repair)}`, 'm'));
      expect(await countStored()).toEqual(before);
    } finally {
      await undo();
    }
  });
});

test('an order that nobody decides is found when its time is long up', async () => {
  const { orderId } = await anOrder();
  // Its service would time it out.
  await shop.stopPart('order');
  const createdAt = new Date(Date.now() - 30 * 24 * 3_600_000);
  const { states = [] } = (await of(databases['order-svc'], orders).findOne({ _id: orderId })) ?? {};
  const pending = { status: 'pending', version: 1, createdAt, requestedIn: 'gone', states: states.slice(0, 1) } as const;
  const undo = await plant('order-svc', orders, orderId, { $set: pending });
  try {
    const { code, out } = await auditCommand('--repair --dry-run');
    expect(code, out).toBe(1);
    expect(out).toMatch(new RegExp(`^VIOLATED 3 orders.*\\n {11}${orderId} is still pending, \\d+ s after its time was up$`, 'm'));
    expect(out).toContain(`           POST /orders/${orderId}/cancel`);
  } finally {
    await undo();
    await shop.startPart('order');
    await shop.ready();
  }
});

test('a lost event is published again by --repair, once for all who have handled it, and leaves a trail', async () => {
  const { sku, orderId } = await anOrder();
  const outbox = of(databases['order-svc'], outboxCollection);
  const row = await vi.waitFor(async () => {
    const found = await outbox.findOne({ 'events.aggregateid': orderId, 'events.type': 'OrderConfirmed', publishedAt: { $exists: true } });
    if (!found) throw new Error('the confirmation is not published yet');
    return found;
  }, WAIT);
  // As if the broker had lost it: it was committed and marked, and is on no topic.
  const lost = row.events
    .filter(({ aggregateid, key }) => aggregateid === orderId && key === sku)
    .map((event) => ({ event, id: newUuid() }))
    .map(({ event, id }) => ({ ...event, id, headers: { ...event.headers, ce_id: id } }));
  const _id = newUuid();
  await outbox.insertOne({ ...row, _id, events: lost });
  const sentence = `order-svc: OrderConfirmed ${lost[0]?.id} is marked as published and not on microshop.orders-by-sku.v1`;

  const found = await auditCommand('--json --repair');
  expect(found.code).toBe(1);
  expect(JSON.parse(found.out)).toMatchObject({
    verdict: 'violated',
    repairs: [{ finding: { sentence }, publish: [{ service: 'order-svc', outboxId: _id, eventIds: [lost[0]?.id] }] }],
  });
  expect(found.err).toBe('1 event published again; run the audit anew.\n');
  expect(await of(databases['order-svc'], auditRepairCollection).findOne({ from: _id })).toMatchObject({ reasons: [sentence] });

  const after = await auditCommand('--at-rest');
  expect(after.code, after.out).toBe(0);
  expect(after.out).toMatch(/^at rest: nothing pending, unpublished or unread\n/);
  expect(await shop.levelOf(sku)).toEqual({ available: 8, reserved: 0, sold: 2 });
});

test('again and again, on what has changed, with its verdicts as metrics', async () => {
  await anOrder();
  const stopping = new AbortController();
  const scraped = Promise.withResolvers<string>();
  const running = auditCommand('--every 1h --since 10m --metrics-port 0', stopping.signal, (said) => {
    const [url] = /http:\S+\/metrics/.exec(said) ?? [];
    if (url && said.includes('audit: ')) scraped.resolve(fetch(url).then((answer) => answer.text()));
  });
  const text = await scraped.promise;
  stopping.abort();
  const { code, out } = await running;
  expect(code, out).toBe(0);
  expect(out).toMatch(/^what has changed since .*\n(ok .*\n){5}left out 6 .*\nleft out 7 /);
  expect(text).toContain('microshop_audit_verdict{verdict="green",service="audit"} 1');
  expect(text).toMatch(/^microshop_audit_checked\{invariant="agreement",service="audit"\} [1-9]/m);
});

test('without Kafka it says so, and is no verdict', async () => {
  await expect(audit({ ...stack, brokers: ['127.0.0.1:1'] })).rejects.toThrow(
    /^Kafka can not be reached .*: start the shop, or set KAFKA_BROKERS\.$/,
  );
});
