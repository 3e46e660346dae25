import { describe, expect, it } from 'vitest';
import { deadLetterTopic, schemaUrn } from './topic.ts';
import { topics } from './topics.ts';

const byName = new Map(topics.map((topic) => [topic.name, topic]));

/** The table of issue 3, and what the points lacked. */
const table: [name: string, key: string, retention: string, events: string[]][] = [
  [
    'microshop.orders-by-sku.v1',
    'sku',
    '30 days',
    ['OrderRequested', 'OrderConfirmed', 'OrderRejected', 'OrderCancelled', 'OrderFulfilled'],
  ],
  [
    'microshop.orders-by-customer.v1',
    'customerId',
    '30 days',
    ['OrderRequested', 'OrderConfirmed', 'OrderRejected', 'OrderCancelled', 'OrderFulfilled'],
  ],
  ['microshop.stock.v1', 'orderId', '30 days', ['StockReserved', 'StockRejected', 'StockReleased']],
  ['microshop.points.v1', 'orderId', '30 days', ['PointsDeducted', 'PointsRejected', 'PointsRefunded', 'PointsEarned']],
  ['microshop.points-by-customer.v1', 'customerId', '30 days', ['PointsAdjusted']],
  ['microshop.catalog.v1', 'sku', 'compacted', ['ProductChanged']],
  ['microshop.stock-levels.v1', 'sku', 'compacted', ['StockLevelChanged']],
];

describe('the topics', () => {
  it('are those of the table, and no other', () => {
    expect([...byName.keys()].sort()).toEqual(table.map(([name]) => name).sort());
  });

  it.each(table)('%s has the key %s, keeps %s and carries its events in 12 partitions', (name, key, retention, events) => {
    const topic = byName.get(name);
    expect({ ...topic, events: Object.keys(topic?.events ?? {}) }).toMatchObject({ key, retention, events, partitions: 12, version: 1 });
  });

  it.each(topics)('$name requires its key in every event, so that each record has one', ({ key, events }) => {
    for (const schema of Object.values(events)) expect(schema.required).toContain(key);
  });

  it.each(topics)('$name is read by others than the service that owns it', ({ owner, consumers }) => {
    expect(consumers).not.toContain(owner);
  });
});

describe('records keyed by SKU', () => {
  const PERSONAL = /customer|guest|email|name|address|phone/i;
  const bySku = topics.filter(({ name }) => name === 'microshop.orders-by-sku.v1');

  it('carry no personal data: no field of theirs is about a person', () => {
    const fields = bySku.flatMap(({ events }) => Object.values(events).flatMap((schema) => Object.keys(schema.properties)));
    expect(fields.length).toBeGreaterThan(0);
    expect(fields.filter((field) => PERSONAL.test(field))).toEqual([]);
  });
});

describe('names that follow from a topic', () => {
  const [topic = expect.unreachable()] = topics;

  it('are the dead-letter topic of a group', () => {
    expect(deadLetterTopic(topic.name, 'inventory-svc')).toBe('microshop.orders-by-sku.v1.inventory-svc-dlt');
  });

  it('are the URN of an event’s schema, which names no host', () => {
    expect(schemaUrn(topic, 'OrderRequested')).toBe('urn:microshop:microshop.orders-by-sku.v1:OrderRequested:v1');
  });
});
