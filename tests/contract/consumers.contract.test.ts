import type { Subscription } from '@microshop/chassis/consumer/subscription';
import { ordersByCustomer, ordersBySku, type ServiceName, type Topic, topics } from '@microshop/contracts';
import { goldenMessage } from '@microshop/contracts/golden';
import { orders } from '@microshop/order-svc/application/collections';
import { after, aLine, anOrder, anOrderDocument, deducted, reserved } from '@microshop/order-svc/testing/builders';
import { describe, expect, test } from 'vitest';
import { type Member, members } from './member.ts';
import { expectCommitted, expectEvent, goldenRecord, temporaryPacts } from './pacts.ts';

const directory = temporaryPacts();

const SKU = 'MUG-BLUE';
const ORDER_ID = '019bd6a0-3c1e-7a40-9b1f-2d0c6f4e8a11';

/** What a consumer answers to an event, given what was there before. */
type Case = { type: string; answers: readonly string[]; given?: string; optional?: readonly string[]; reads?: Record<string, unknown> };
type Consumer = { prepare(member: Member, type: string): Promise<void>; cases: Readonly<Record<string, readonly Case[]>> };

const order = (...facts: Parameters<typeof after>[1][]) =>
  anOrderDocument(after(anOrder({ orderId: ORDER_ID, items: [aLine({ sku: SKU })] }), ...facts));

const consumers: Record<ServiceName, Consumer> = {
  'order-svc': {
    async prepare({ store }, type) {
      store.seed(orders, type.startsWith('Stock') ? order(deducted()) : order(reserved(SKU)));
    },
    cases: {
      'microshop.stock.v1': [
        { type: 'StockReserved', answers: ['OrderConfirmed', 'OrderConfirmed'] },
        { type: 'StockRejected', answers: ['OrderRejected', 'OrderRejected'] },
      ],
      'microshop.points.v1': [
        { type: 'PointsDeducted', answers: ['OrderConfirmed', 'OrderConfirmed'] },
        { type: 'PointsRejected', answers: ['OrderRejected', 'OrderRejected'] },
      ],
      'microshop.catalog.v1': [{ type: 'ProductChanged', answers: [] }],
    },
  },
  'inventory-svc': {
    async prepare(member, type) {
      const { createProduct, adjustStock } = member.useCases as ReturnType<(typeof members)['inventory-svc']>['useCases'];
      await createProduct({ sku: SKU, name: 'Blue mug', unitPrice: 1200, currency: 'EUR' }, {});
      await adjustStock({ sku: SKU, change: 10, reason: 'delivery' }, {});
      if (type !== 'OrderRequested')
        await member.accept(ordersBySku.name, goldenRecord(ordersBySku, 'OrderRequested', { reservationId: undefined }));
    },
    cases: {
      'microshop.orders-by-sku.v1': [
        { type: 'OrderRequested', answers: ['StockReserved', 'StockLevelChanged'] },
        { type: 'OrderConfirmed', answers: ['StockLevelChanged'] },
        { type: 'OrderRejected', answers: ['StockReleased', 'StockLevelChanged'], given: 'points are short' },
        { type: 'OrderCancelled', answers: ['StockReleased', 'StockLevelChanged'] },
      ],
    },
  },
  'loyalty-svc': {
    async prepare(member, type) {
      const { createCustomer, adjustPoints } = member.useCases as ReturnType<(typeof members)['loyalty-svc']>['useCases'];
      await createCustomer({ customerId: 'ada', email: 'ada.lovelace@example.com', name: 'Ada Lovelace' });
      await adjustPoints('ada', { change: 1000, reason: 'gift' });
      if (type !== 'OrderRequested')
        await member.accept(
          ordersByCustomer.name,
          goldenRecord(ordersByCustomer, 'OrderRequested', { customerId: 'ada', redeemPoints: 10, guest: undefined }),
        );
    },
    cases: {
      'microshop.orders-by-customer.v1': [
        { type: 'OrderRequested', answers: ['PointsDeducted'], reads: { customerId: 'ada' } },
        { type: 'OrderRequested', answers: ['PointsDeducted'], given: 'a guest orders', optional: ['guest'] },
        { type: 'OrderConfirmed', answers: ['PointsEarned'] },
        { type: 'OrderRejected', answers: ['PointsRefunded'] },
        { type: 'OrderCancelled', answers: ['PointsRefunded'] },
      ],
    },
  },
};

const topicOf = (name: string): Topic => topics.find((topic) => topic.name === name) ?? expect.unreachable(`no topic ${name}`);

/** What the consumer can not do without: its schema's required fields. */
function readsOf(topic: Topic, { type, optional = [], reads }: Case): Record<string, unknown> {
  const needed = [...(topic.events[type]?.required ?? []), ...optional];
  const golden = Object.entries(goldenMessage(topic, type) ?? {}).filter(([field]) => needed.includes(field));
  return { ...Object.fromEntries(golden), ...reads };
}

const handledBy = (subscriptions: readonly Subscription[]) =>
  subscriptions.flatMap(({ topic, handlers }) => Object.keys(handlers).map((type) => `${type} on ${topic.name}`));

describe.each(Object.entries(consumers))('%s', (name, { prepare, cases }) => {
  const service = name as ServiceName;
  const all = Object.entries(cases).flatMap(([topic, each]) => each.map((one) => ({ ...one, topic })));

  test('expects each event that it handles', () => {
    expect([...new Set(all.map(({ type, topic }) => `${type} on ${topic}`))].sort()).toEqual(
      handledBy(members[service]().subscriptions).sort(),
    );
  });

  test.each(all)('accepts $type on $topic and answers $answers', async ({ topic: topicName, ...each }) => {
    const topic = topicOf(topicName);
    const member: Member = members[service]();
    await prepare(member, each.type);
    const before = member.published().length;
    const expectation = { consumer: service, topic, type: each.type, reads: readsOf(topic, each), directory };
    await expectEvent({ ...expectation, ...(each.given && { given: each.given }) }, async (record) => {
      expect(await member.accept(topic.name, record)).toBe('handled');
      expect(
        member
          .published()
          .slice(before)
          .map(({ type }) => type)
          .sort(),
      ).toEqual([...each.answers].sort());
    });
  });
});

test('the committed pacts are what the consumers expect', () => expectCommitted(directory));
