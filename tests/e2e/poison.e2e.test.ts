import { randomUUID } from 'node:crypto';
import type { OutgoingRecord } from '@microshop/chassis/kafka/broker';
import { catalog, deadLetterTopic, ordersByCustomer, ordersBySku, points, type ServiceName, stock, type Topic } from '@microshop/contracts';
import { audit, isGreen } from '@microshop/tools/audit/audit';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { expectGreenAudit } from '../support/audit.ts';
import { type ShopInProcess, startShopInProcess } from '../support/in-process.ts';
import { WAIT } from '../support/shop.ts';
import { connectToBroker, recordsOn, type WireRecord } from '../support/topics.ts';

const broker = connectToBroker();
let shop: ShopInProcess;
beforeAll(async () => {
  shop = await startShopInProcess({ LOG_LEVEL: 'fatal' });
});
afterAll(async () => {
  await expectGreenAudit();
  await Promise.all([shop.stop(), broker.stop()]);
});

const consumed: [topic: Topic, group: ServiceName, type: string][] = [
  [ordersBySku, 'inventory-svc', 'OrderRequested'],
  [ordersByCustomer, 'loyalty-svc', 'OrderRequested'],
  [stock, 'order-svc', 'StockReserved'],
  [points, 'order-svc', 'PointsDeducted'],
  [catalog, 'order-svc', 'ProductChanged'],
];

/** Headers of an event that is well-formed as far as they tell; no service of the shop has sent it. */
const eventHeaders = (type: string, more: OutgoingRecord['headers'] = {}): OutgoingRecord['headers'] => ({
  'content-type': 'application/json',
  ce_specversion: '1.0',
  ce_id: randomUUID(),
  ce_type: type,
  ce_source: '/somebody-else',
  ...more,
});

const textOf = (record: WireRecord, header: string) => record.headers[header]?.toString();
const sent = (value: string | Uint8Array | null | undefined) => (value === null || value === undefined ? null : Buffer.from(value));

/** The dead letters of a record, found by a mark in its headers. */
const lettersMarked = (letters: WireRecord[], mark: string) => letters.filter((letter) => textOf(letter, 'mark') === mark);

async function deadLetters(topic: Topic, group: ServiceName, isThere: (letters: WireRecord[]) => void): Promise<WireRecord[]> {
  return vi.waitFor(async () => {
    const letters = await recordsOn([deadLetterTopic(topic.name, group)]);
    isThere(letters);
    return letters;
  }, WAIT);
}

function expectLetter(letter: WireRecord | undefined, record: OutgoingRecord, group: ServiceName, code: string, attempts = '1'): void {
  expect(letter?.key).toEqual(sent(record.key));
  expect(letter?.value).toEqual(sent(record.value));
  for (const [name, value] of Object.entries(record.headers)) expect(letter?.headers[name], name).toEqual(sent(value));
  const told = Object.fromEntries(Object.entries(letter?.headers ?? {}).map(([name, value]) => [name, value.toString()]));
  expect(told).toMatchObject({
    '__dlq.errors.topic': record.topic,
    '__dlq.errors.partition': String(letter?.partition),
    '__dlq.errors.offset': expect.stringMatching(/^\d+$/),
    '__dlq.errors.group': group,
    '__dlq.errors.delivery.count': attempts,
    '__dlq.errors.message': expect.stringMatching(/\w+/),
    'kafka_dlt-original-topic': record.topic,
    'kafka_dlt-original-consumer-group': group,
    'kafka_dlt-exception-fqcn': code,
    'kafka_dlt-exception-message': told['__dlq.errors.message'],
  });
}

type Poison = { what: string; code: string; record: OutgoingRecord };

/** One record of each kind that nobody can read. A compacted topic takes none without a key: the broker itself refuses them. */
function poisonFor(topic: Topic, type: string): Poison[] {
  const make = (what: string, code: string, more: Partial<OutgoingRecord>): Poison => {
    const record = { topic: topic.name, key: `POISON-${randomUUID()}`, value: '{}', headers: eventHeaders(type), ...more };
    return { what, code, record: { ...record, headers: { ...record.headers, mark: randomUUID() } } };
  };
  const poison = [
    make('is not JSON', 'malformed_json', { value: 'not JSON' }),
    make('is empty', 'malformed_json', { value: '' }),
    make('is bytes, under headers that are no text either', 'malformed_json', {
      value: Uint8Array.of(0, 255, 128, 10),
      headers: { ...eventHeaders(type), 'dotted.name': '1', $dollar: '2', bytes: Uint8Array.of(255, 0), '': 'unnamed' },
    }),
    make('breaks its schema', 'schema_violation', { value: JSON.stringify({ orderId: 17, sku: {}, quantity: '1e309' }) }),
    make('is no object', 'schema_violation', { value: '[1]' }),
    make('has no headers but one', 'missing_headers', { headers: {} }),
    make('has no type', 'missing_headers', { headers: { ce_id: randomUUID() } }),
    make('has no id', 'missing_headers', { headers: { ce_type: type } }),
    make('is a tombstone', 'tombstone', { value: null }),
    make('has an empty key', 'missing_key', { key: '' }),
  ];
  // Without a key the record goes where it is put: one on each partition.
  if (topic.retention !== 'compacted')
    for (let partition = 0; partition < topic.partitions; partition++)
      poison.push(make(`has no key, on partition ${partition}`, 'missing_key', { key: null, partition }));
  return poison;
}

describe.each(consumed)('on $name', (topic, group, type) => {
  let poison: Poison[];
  let letters: WireRecord[];
  beforeAll(async () => {
    poison = poisonFor(topic, type);
    await broker.send(poison.map(({ record }) => record));
    letters = await deadLetters(topic, group, (found) => {
      const missing = poison.filter(({ record }) => lettersMarked(found, String(record.headers.mark)).length === 0);
      expect(missing.map(({ what }) => what)).toEqual([]);
    });
  });

  test('each record that can not be read is dead-lettered once, as it was, with where it came from and why', () => {
    for (const { record, code } of poison) {
      const [letter, ...others] = lettersMarked(letters, String(record.headers.mark));
      expect(others).toEqual([]);
      expectLetter(letter, record, group, code);
    }
  });

  test('the letter is in the partition of its record', async () => {
    const originals = await recordsOn([topic.name]);
    for (const { record } of poison) {
      const mark = String(record.headers.mark);
      const original = originals.find((each) => textOf(each, 'mark') === mark);
      const [letter] = lettersMarked(letters, mark);
      expect(letter).toMatchObject({ partition: original?.partition });
      expect(letter && textOf(letter, '__dlq.errors.offset')).toBe(original?.offset);
    }
  });

  test('an event of a type that is not known yet is passed over, and is no dead letter', async () => {
    const mark = randomUUID();
    const after = randomUUID();
    const key = `POISON-${randomUUID()}`;
    await broker.send([
      { topic: topic.name, key, value: '{"new":true}', headers: eventHeaders('OrderShipped', { mark }) },
      { topic: topic.name, key, value: 'not JSON', headers: eventHeaders(type, { mark: after }) },
    ]);
    const found = await deadLetters(topic, group, (all) => expect(lettersMarked(all, after)).toHaveLength(1));
    expect(lettersMarked(found, mark)).toEqual([]);
  });
});

test('orders go on: on the keys of the poison, and on every other', async () => {
  const [sku, customerId] = await Promise.all([shop.productWith(50), shop.customerWith(100)]);
  const poison = [ordersBySku, ordersByCustomer, stock, points, catalog].flatMap((topic) =>
    [sku, customerId].map((key) => ({
      topic: topic.name,
      key,
      value: 'not JSON',
      headers: eventHeaders(String(Object.keys(topic.events)[0])),
    })),
  );
  await broker.send(poison);
  const checkout = () => shop.checkout({ customer: { customerId }, items: [{ sku, quantity: 1 }], redeemPoints: 2 });
  const answers = await Promise.all(Array.from({ length: 20 }, checkout));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
  await shop.levelBecomes(sku, { available: 30, reserved: 0, sold: 20 });
  // What can not be read parks nothing: not the order that it names either.
  const { orderId } = answers[0]?.body ?? {};
  const broken = JSON.stringify({ orderId, sku, quantity: 'one', version: 9 });
  await broker.send([{ topic: ordersBySku.name, key: sku, value: broken, headers: eventHeaders('OrderCancelled') }]);
  await shop.anyone.order('POST', `/orders/${orderId}/cancel`);
  await shop.levelBecomes(sku, { available: 31, reserved: 0, sold: 19 });
});

describe('an event that its handler can not take', () => {
  const orderId = randomUUID();

  test('is tried three times, is dead-lettered, and parks later events of the same order and key, nothing else', async () => {
    const [sku, other, customerId] = await Promise.all([shop.productWith(5), shop.productWith(5), shop.customerWith(0)]);
    const line = { orderId, version: 2, quantity: 1 };
    const marks = { dead: randomUUID(), parked: randomUUID(), otherKey: randomUUID() };
    const record = (key: string, type: string, mark: string): OutgoingRecord => ({
      topic: ordersBySku.name,
      key,
      value: JSON.stringify({ ...line, sku: key }),
      headers: eventHeaders(type, { mark }),
    });
    const dead = record(sku, 'OrderConfirmed', marks.dead);
    await broker.send([dead]);
    await deadLetters(ordersBySku, 'inventory-svc', (found) => expect(lettersMarked(found, marks.dead)).toHaveLength(1));
    const parked = record(sku, 'OrderCancelled', marks.parked);
    await broker.send([parked, record(other, 'OrderCancelled', marks.otherKey)]);
    const letters = await deadLetters(ordersBySku, 'inventory-svc', (found) => expect(lettersMarked(found, marks.parked)).toHaveLength(1));

    expectLetter(lettersMarked(letters, marks.dead)[0], dead, 'inventory-svc', 'handler_failed', '3');
    expectLetter(lettersMarked(letters, marks.parked)[0], parked, 'inventory-svc', 'parked_behind', '0');
    const { status } = await shop.checkout({
      customer: { customerId },
      items: [sku, other].map((each) => ({ sku: each, quantity: 1 })),
    });
    expect(status).toBe(201);
    await shop.levelBecomes(sku, { available: 4, reserved: 0, sold: 1 });
    expect(lettersMarked(await recordsOn([deadLetterTopic(ordersBySku.name, 'inventory-svc')]), marks.otherKey)).toEqual([]);
  });

  test.each<[Topic, ServiceName, string, object]>([
    [ordersByCustomer, 'loyalty-svc', 'OrderConfirmed', { orderId, version: 2, customerId: 'nobody', totalPrice: 1, currency: 'EUR' }],
    [stock, 'order-svc', 'StockReserved', { orderId, sku: 'NOTHING', quantity: 1 }],
    [points, 'order-svc', 'PointsDeducted', { orderId, customerId: 'nobody', points: 0, balance: 0 }],
  ])('is dead-lettered on $name, too', async (topic, group, type, data) => {
    const mark = randomUUID();
    const value = JSON.stringify(data);
    const key = String((data as Record<string, unknown>)[topic.key]);
    const record = { topic: topic.name, key, value, headers: eventHeaders(type, { mark }) };
    await broker.send([record]);
    const letters = await deadLetters(topic, group, (found) => expect(lettersMarked(found, mark)).toHaveLength(1));
    expectLetter(lettersMarked(letters, mark)[0], record, group, 'handler_failed', '3');
  });
});

test('a record as large as the broker takes is dead-lettered, though its letter is larger', async () => {
  const mark = randomUUID();
  const record = {
    topic: ordersBySku.name,
    key: `POISON-${randomUUID()}`,
    value: 'x'.repeat(1_048_100),
    headers: eventHeaders('OrderRequested', { mark }),
  };
  await broker.send([record]);
  const letters = await deadLetters(ordersBySku, 'inventory-svc', (found) => expect(lettersMarked(found, mark)).toHaveLength(1));
  expectLetter(lettersMarked(letters, mark)[0], record, 'inventory-svc', 'malformed_json');
});

test('the audit stays green, and notes how many dead letters each group has', async () => {
  const report = await audit({ mongodbUrl: inject('mongodbUrl'), brokers: inject('kafkaBrokers') });
  expect(isGreen(report)).toBe(true);
  for (const group of ['order-svc', 'inventory-svc', 'loyalty-svc'])
    expect(report.deadLetters).toContainEqual(expect.stringMatching(new RegExp(`^\\d+ dead letters? at ${group}$`)));
  expect(report.deadLetters).toContainEqual(expect.stringMatching(/^\d+ parked letters? at inventory-svc$/));
});
