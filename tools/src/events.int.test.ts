import { newUuid } from '@microshop/chassis/clock';
import { createKafkaBroker } from '@microshop/chassis/kafka/kafkajs-broker';
import { topicSpecsFor } from '@microshop/chassis/kafka/topic-specs';
import { createLogger } from '@microshop/chassis/logger';
import { deadLetterTopic, ordersBySku, stockLevels, topics } from '@microshop/contracts';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { inTimeOrder, readOrder } from './events.ts';

const brokers = inject('kafkaBrokers');
const broker = createKafkaBroker({
  brokers,
  clientId: 'test',
  logger: createLogger({ name: 'test', level: 'silent' }),
  onFatal: () => undefined,
});
const SOON = { timeout: 30_000, interval: 100 };
const services = ['order-svc', 'inventory-svc', 'loyalty-svc'] as const;

// A topic that was just made is not at once known everywhere.
beforeAll(async () => {
  for (const service of services) {
    const specs = topicSpecsFor(service, topics);
    await vi.waitFor(() => broker.ensureTopics(specs), SOON);
    await vi.waitFor(() => broker.ends(specs.map(({ name }) => name)), SOON);
  }
});
afterAll(() => broker.stop());

test("an order's records are found on all topics, the dead letters too, and another's are not", async () => {
  const [orderId, another] = [newUuid(), newUuid()];
  const record = (topic: string, correlationId: string, id: string) => ({
    topic,
    key: 'MUG',
    value: '{"sku":"MUG"}',
    headers: { ce_id: id, ce_type: 'StockLevelChanged', ce_correlationid: correlationId },
  });
  await broker.send([record(stockLevels.name, orderId, 'first'), record(stockLevels.name, another, 'other')]);
  await broker.send([record(deadLetterTopic(ordersBySku.name, 'inventory-svc'), orderId, 'second')]);

  const found = inTimeOrder(await readOrder(orderId, { brokers }));

  expect(found.map(({ id, topic, key }) => ({ id, topic, key }))).toEqual([
    { id: 'first', topic: stockLevels.name, key: 'MUG' },
    { id: 'second', topic: deadLetterTopic(ordersBySku.name, 'inventory-svc'), key: 'MUG' },
  ]);
  expect(await readOrder(newUuid(), { brokers })).toEqual([]);
});
