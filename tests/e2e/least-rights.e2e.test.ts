import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@microshop/chassis/config';
import { type DeadLetter, deadLetterCollection } from '@microshop/chassis/consumer/dead-letter';
import { kafkaSecurityOf } from '@microshop/chassis/kafka/security';
import { setOffsets } from '@microshop/chassis/kafka/set-offsets';
import { topicSpecsFor } from '@microshop/chassis/kafka/topic-specs';
import { createLogger } from '@microshop/chassis/logger';
import { outboxCollection } from '@microshop/chassis/outbox/outbox';
import type { RunningService } from '@microshop/chassis/service';
import { startConsole } from '@microshop/console/app';
import { ConsoleConfig } from '@microshop/console/config';
import { ordersByCustomer, ordersBySku, points, stock, topics } from '@microshop/contracts';
import { audit, isGreen, linesOf } from '@microshop/tools/audit/audit';
import { backup } from '@microshop/tools/backup/commands';
import { consumedBy } from '@microshop/tools/backup/groups';
import { connectBroker } from '@microshop/tools/broker';
import { of, openDatabases, services } from '@microshop/tools/databases';
import { run } from '@microshop/tools/dlt/commands';
import { type KafkaUser, type Right, rights } from '@microshop/tools/kubernetes/kafka-rights';
import { restore } from '@microshop/tools/restore/commands';
import { AclOperationTypes, AclPermissionTypes, AclResourceTypes, Kafka, logLevel, ResourcePatternTypes } from 'kafkajs';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { build } from '../kubernetes/build.ts';
import { type Manifest, named } from '../kubernetes/manifests.ts';
import { breakStock } from '../support/broken-stock.ts';
import { type GuardedStack, type MongoRights, PASSWORD, startGuardedStack } from '../support/guarded-stack.ts';
import { startInProcess } from '../support/in-process.ts';
import { restClient } from '../support/rest.ts';
import { createShop, OPERATOR_TOKEN, type Shop, WAIT } from '../support/shop.ts';

/** What deploy/kubernetes gives each of the four on Kafka and MongoDB is enough to work with, and not more. */
const { spec: mongodb } = named<Manifest & { spec: Pick<MongoRights, 'users'> & { security: Pick<MongoRights, 'roles'> } }>(
  build('overlays/production'),
  'MongoDBCommunity',
  'microshop-mongodb',
);

let stack: GuardedStack;
let shop: Shop;
let consoleUrl: string;
let running: RunningService[] = [];

const login = (user: KafkaUser) => ({ KAFKA_SASL_MECHANISM: 'plain', KAFKA_SASL_USERNAME: user, KAFKA_SASL_PASSWORD: PASSWORD }) as const;
const as = (user: KafkaUser) => ({ brokers: stack.brokers, security: kafkaSecurityOf(login(user)), mongodbUrl: stack.mongodbUrlOf(user) });
const settingsOf = (user: KafkaUser) => ({
  ...login(user),
  KAFKA_BROKERS: stack.brokers.join(','),
  MONGODB_URL: stack.mongodbUrlOf(user),
  LOG_LEVEL: 'silent',
});

beforeAll(async () => {
  stack = await startGuardedStack(Object.keys(rights), { users: mongodb.users, roles: mongodb.security.roles });
  // Both are Strimzi's work in a cluster.
  await grant(stack.openBrokers);
  const administrator = connectBroker({ brokers: stack.openBrokers }, 'administrator');
  await administrator.ensureTopics(services.flatMap((service) => topicSpecsFor(service, topics)).filter(isFirst));
  await administrator.stop();
  const [order, inventory, loyalty] = await Promise.all([
    startInProcess.order(settingsOf('order-svc')),
    startInProcess.inventory(settingsOf('inventory-svc')),
    startInProcess.loyalty(settingsOf('loyalty-svc')),
  ]);
  const urls = { ORDER_SVC_URL: order.url, INVENTORY_SVC_URL: inventory.url, LOYALTY_SVC_URL: loyalty.url };
  const config = loadConfig(ConsoleConfig, { ...settingsOf('console'), ...urls, CONSOLE_PORT: '0', OPERATOR_TOKEN });
  const console = await startConsole(config, createLogger({ name: 'console', level: 'silent' }), (error) => {
    throw error;
  });
  running = [order, inventory, loyalty, console];
  consoleUrl = console.url;
  shop = createShop({ order: order.url, inventory: inventory.url, loyalty: loyalty.url });
  await shop.ready();
});
afterAll(async () => {
  await Promise.all(running.map((service) => service.stop()));
  await stack.stop();
});

const isFirst = <T extends { name: string }>({ name }: T, index: number, all: readonly T[]): boolean =>
  all.findIndex((one) => one.name === name) === index;

async function grant(brokers: string[]): Promise<void> {
  const admin = new Kafka({ brokers, logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.createAcls({ acl: Object.entries(rights).flatMap(([user, given]) => given.flatMap((right) => aclsOf(user, right))) });
  await admin.disconnect();
}

const operations = { Read: 'READ', Write: 'WRITE', Describe: 'DESCRIBE', Delete: 'DELETE' } as const;
const aclsOf = (user: string, { resource, name, pattern, operations: allowed }: Right) =>
  allowed.map((operation) => ({
    resourceType: resource === 'topic' ? AclResourceTypes.TOPIC : AclResourceTypes.GROUP,
    resourceName: name,
    resourcePatternType: pattern === 'literal' ? ResourcePatternTypes.LITERAL : ResourcePatternTypes.PREFIXED,
    principal: `User:${user}`,
    host: '*',
    operation: AclOperationTypes[operations[operation]],
    permissionType: AclPermissionTypes.ALLOW,
  }));

test('an order goes its way, the console shows it, and the audit runs as the console', async () => {
  const [sku, customerId] = await Promise.all([shop.productWith(5), shop.customerWith(0)]);
  const { status, body } = await shop.checkout({ customer: { customerId }, items: [{ sku, quantity: 2 }] });
  expect({ status, state: body.status }).toEqual({ status: 201, state: 'confirmed' });
  await shop.levelBecomes(sku, { available: 3, reserved: 0, sold: 2 });
  const operator = restClient(consoleUrl, OPERATOR_TOKEN);
  await vi.waitFor(async () => {
    const shown = await operator('GET', `/console/orders/${String(body.orderId)}`);
    expect(shown).toMatchObject({ status: 200, body: { order: { status: 'confirmed' } } });
  }, WAIT);
  const report = await audit({ ...as('console'), restMs: 30_000 });
  if (!isGreen(report)) expect.fail([...linesOf(report)].join('\n'));
});

test('a dead letter is written, and replayed as the console', async () => {
  const administrator = await openDatabases({ mongodbUrl: stack.openMongodbUrl }, 'administrator');
  const [sku, customerId] = await Promise.all([shop.productWith(5), shop.customerWith(0)]);
  const mend = await breakStock(administrator['inventory-svc'], sku);
  const { body } = await shop.checkout({ customer: { customerId }, items: [{ sku, quantity: 1 }] }, { prefer: 'wait=0' });
  const orderId = String(body.orderId);
  const letters = of(administrator['inventory-svc'], deadLetterCollection);
  await vi.waitFor(async () => expect(await letters.findOne({ orderId })).toMatchObject<Partial<DeadLetter>>({ status: 'dead' }), WAIT);
  await mend();
  const written: string[] = [];
  const out = { write: (text: string) => void written.push(text) };
  const stopping = new AbortController().signal;
  const code = await run(['replay', '--order', orderId], { env: {}, mongodb: () => as('console'), out, stopping });
  expect({ code, said: written.join('') }).toEqual({ code: 0, said: expect.stringContaining('replayed') });
  expect(await shop.settled(orderId)).toMatchObject({ status: 'confirmed' });
  // The record for the dead-letter topic has gone out, too.
  const outbox = of(administrator['inventory-svc'], outboxCollection);
  await vi.waitFor(async () => expect(await outbox.countDocuments({ pending: true })).toBe(0), WAIT);
  await administrator.close();
});

const clientOf = (user: KafkaUser) =>
  new Kafka({ brokers: stack.brokers, ...kafkaSecurityOf(login(user)), logLevel: logLevel.NOTHING, retry: { retries: 1 } });

test.each<[KafkaUser, string]>([
  ['inventory-svc', points.name],
  ['inventory-svc', ordersByCustomer.name],
  ['loyalty-svc', stock.name],
  ['console', ordersBySku.name],
  ['keda', ordersBySku.name],
  ['backup', ordersBySku.name],
])('Kafka does not let %s write to %s', async (user, topic) => {
  const producer = clientOf(user).producer();
  onTestFinished(() => producer.disconnect());
  await producer.connect();
  await expect(producer.send({ topic, messages: [{ key: 'k', value: 'v' }] })).rejects.toThrow(/not authorized/i);
});

test.each<[KafkaUser, string]>([
  ['console', 'inventory-svc'],
  ['keda', 'order-svc'],
  ['backup', 'order-svc'],
])('Kafka does not let %s read as %s', async (user, groupId) => {
  const consumer = clientOf(user).consumer({ groupId, retry: { retries: 0, restartOnFailure: async () => false } });
  onTestFinished(() => consumer.disconnect());
  const { promise: crash, resolve } = Promise.withResolvers<string>();
  consumer.on(consumer.events.CRASH, ({ payload }) => resolve(payload.error.message));
  await consumer.connect();
  await consumer.subscribe({ topic: stock.name });
  await consumer.run({ eachMessage: async () => undefined }).catch((error: Error) => resolve(error.message));
  expect(await crash).toMatch(/not authorized/i);
});

test('Kafka lets the autoscaler see how far each group is', async () => {
  const broker = connectBroker(as('keda'), 'keda');
  onTestFinished(() => broker.stop());
  for (const service of services) expect((await broker.committed(service, consumedBy(service))).size).toBeGreaterThan(0);
});

test.each(services)('MongoDB lets %s into its own database only', async (service) => {
  const mine = await openDatabases({ mongodbUrl: stack.mongodbUrlOf(service) }, 'test');
  const reads = services.map((other) =>
    of(mine[other], outboxCollection)
      .findOne()
      .then(
        () => other,
        () => 'refused',
      ),
  );
  expect(await Promise.all(reads)).toEqual(services.map((other) => (other === service ? other : 'refused')));
  await mine.close();
});

test('a backup is taken as the backup, and can be brought back as the restore', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'microshop-backup-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const to = join(folder, 'whole');
  const said: string[] = [];
  const out = { write: (text: string) => void said.push(text) };
  const io = (user: KafkaUser) => ({ env: settingsOf(user), out, err: out, stopping: new AbortController().signal });
  expect(await backup({ to, gzip: true, dryRun: false, windowSeconds: undefined }, io('backup')), said.join('')).toBe(0);
  await Promise.all(running.splice(0).map((service) => service.stop()));
  // All but the writing itself, which takes half a minute: to set the offsets of a topic Kafka's client joins its group for 5 s.
  expect(await restore({ from: to, replace: true, replayOnly: false, dryRun: true }, io('restore')), said.join('')).toBe(0);
  await setOffsets({ ...as('restore'), group: 'loyalty-svc', topics: consumedBy('loyalty-svc'), to: ({ oldest }) => oldest });
}, 180_000);
