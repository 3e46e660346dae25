// Measures, by hand, how many events one relay publishes in a second: node tests/resilience/relay-rate.ts [DOCUMENTS]
// Each document has the events of one order of two SKUs, of the size that they have in the shop.
import { randomUUID } from 'node:crypto';
import { newUuid, sleep, systemClock } from '@microshop/chassis/clock';
import { createKafkaBroker } from '@microshop/chassis/kafka/kafkajs-broker';
import { topicSpecsFor } from '@microshop/chassis/kafka/topic-specs';
import { createLogger } from '@microshop/chassis/logger';
import { createMongoClient, databaseOf } from '@microshop/chassis/mongo/connection';
import { ensureCollections } from '@microshop/chassis/mongo/ensure-collections';
import { createMongoLeases, createMongoOutbox } from '@microshop/chassis/mongo/mongo-outbox';
import { createLease, leaseCollection } from '@microshop/chassis/outbox/lease';
import { type OutboxDocument, type OutboxEvent, outboxCollection } from '@microshop/chassis/outbox/outbox';
import { createOutboxRelay } from '@microshop/chassis/outbox/outbox-relay';
import { ordersByCustomer, ordersBySku, topics } from '@microshop/contracts';
import { startTestStack } from '@microshop/local/test-stack';

const [count = '5000'] = process.argv.slice(2);
const documents = Number(count);
const PAYLOAD_BYTES = 400;
const SKUS = 1000;
const POLL_MS = 20;

const eventOf = (topic: string, key: string, orderId: string): OutboxEvent => ({
  id: newUuid(),
  topic,
  key,
  aggregatetype: 'order',
  aggregateid: orderId,
  version: 1,
  type: 'OrderRequested',
  headers: { ce_id: newUuid(), ce_type: 'OrderRequested', ce_source: '/microshop/order-svc', ce_correlationid: orderId },
  payload: JSON.stringify({ orderId, text: 'x'.repeat(PAYLOAD_BYTES) }),
});

function documentOf(index: number): OutboxDocument {
  const orderId = randomUUID();
  const events = [
    eventOf(ordersBySku.name, `SKU-${index % SKUS}`, orderId),
    eventOf(ordersBySku.name, `SKU-${(index * 7) % SKUS}`, orderId),
    eventOf(ordersByCustomer.name, `customer-${index % SKUS}`, orderId),
  ];
  return { _id: newUuid(), pending: true, createdAt: new Date(), events };
}

const stack = await startTestStack();
const logger = createLogger({ name: 'relay-rate', level: 'error' });
const client = createMongoClient(stack.mongodbUrl, 'relay-rate');
const db = databaseOf(client, 'relay-rate');
const broker = createKafkaBroker({ brokers: stack.kafkaBrokers, clientId: 'relay-rate', logger, onFatal: () => process.exit(1) });
try {
  await ensureCollections(db, [outboxCollection, leaseCollection]);
  await broker.ensureTopics(topicSpecsFor('order-svc', topics));
  const rows = db.collection<OutboxDocument>(outboxCollection.name);
  await rows.insertMany(Array.from({ length: documents }, (_, index) => documentOf(index)));

  const lease = createLease({ store: createMongoLeases(db), name: 'outbox', holder: randomUUID(), ttlMs: 3000 });
  const relay = createOutboxRelay({ outbox: createMongoOutbox(db), lease, broker, clock: systemClock, sleep, logger, pollIntervalMs: 500 });
  const [since, cpu] = [performance.now(), process.cpuUsage()];
  relay.start();
  while ((await rows.countDocuments({ pending: true }, { limit: 1 })) > 0) await sleep(POLL_MS);
  const seconds = (performance.now() - since) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const events = documents * 3;
  console.log(
    `${events} events in ${seconds.toFixed(1)} s: ${Math.round(events / seconds)} a second, ${((user + system) / events).toFixed(0)} µs of CPU each`,
  );
  await relay.stop();
} finally {
  await Promise.all([broker.stop(), client.close()]);
  await stack.stop();
}
