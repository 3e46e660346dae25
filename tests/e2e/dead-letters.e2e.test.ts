import { randomUUID } from 'node:crypto';
import { type DeadLetter, deadLetterCollection } from '@microshop/chassis/consumer/dead-letter';
import { deadLetterActionCollection } from '@microshop/chassis/consumer/dead-letter-action';
import type { Collection, Document } from '@microshop/chassis/store/store';
import { catalog, ordersByCustomer, ordersBySku, type ServiceName, type Topic } from '@microshop/contracts';
import { reservations } from '@microshop/inventory-svc/application/collections';
import { customers, orderPoints } from '@microshop/loyalty-svc/application/collections';
import { orders, products } from '@microshop/order-svc/application/collections';
import { type Io, run } from '@microshop/tools/dlt/commands';
import { DltFailure } from '@microshop/tools/dlt/failure';
import { of, openShop, type Shop as Places } from '@microshop/tools/dlt/shop';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { expectGreenAudit } from '../support/audit.ts';
import { breakStock } from '../support/broken-stock.ts';
import { type ShopInProcess, startShopInProcess } from '../support/in-process.ts';
import { WAIT } from '../support/shop.ts';
import { connectToBroker, recordsOn } from '../support/topics.ts';

const broker = connectToBroker();
let shop: ShopInProcess;
let places: Places;
beforeAll(async () => {
  places = await openShop({ mongodbUrl: inject('mongodbUrl') });
  shop = await startShopInProcess({ LOG_LEVEL: 'silent' });
});
afterEach(() => expectGreenAudit());
afterAll(async () => {
  await Promise.all([shop.stop(), broker.stop(), places.close()]);
});

type Done = { code: number; out: string };

/** `npm run dlt -- …` without a terminal. */
async function dlt(args: string[], { stopping = new AbortController().signal, ...more }: Partial<Io> = {}): Promise<Done> {
  const written: string[] = [];
  const out = { write: (text: string) => void written.push(text) };
  const code = await run(args, { env: {}, mongodb: () => ({ mongodbUrl: inject('mongodbUrl') }), out, stopping, ...more });
  return { code, out: written.join('') };
}

const lettersOf = (group: ServiceName, query: object) =>
  of(places.placeOf(group), deadLetterCollection).find(query).sort({ at: 1, offset: 1 }).toArray();

/** The dead letters that the query finds, once there are so many. */
const letters = (group: ServiceName, query: object, count: number): Promise<DeadLetter[]> =>
  vi.waitFor(async () => {
    const found = await lettersOf(group, query);
    if (found.length !== count) throw new Error(`${group} has ${found.length} letters and should have ${count}`);
    return found;
  }, WAIT);

const statuses = async (group: ServiceName, query: object) =>
  (await lettersOf(group, query)).map(({ eventType, status }) => `${eventType ?? 'unreadable'} ${status}`);

const headersOf = (type: string, id: string = randomUUID()) => ({
  ce_specversion: '1.0',
  ce_id: id,
  ce_type: type,
  ce_source: '/somebody-else',
});

/** A pending order of one SKU that inventory-svc can not reserve. */
async function brokenOrder(): Promise<{ sku: string; customerId: string; orderId: string; mend: () => Promise<void>; letter: DeadLetter }> {
  const [sku, customerId] = await Promise.all([shop.productWith(5), shop.customerWith(0)]);
  const mend = await breakStock(places.placeOf('inventory-svc'), sku);
  const { body } = await shop.checkout({ customer: { customerId }, items: [{ sku, quantity: 2 }] }, { prefer: 'wait=0' });
  const orderId = String(body.orderId);
  const [letter] = await letters('inventory-svc', { orderId }, 1);
  return { sku, customerId, orderId, mend, letter: letter as DeadLetter };
}

describe('an order whose handler was broken', () => {
  test('is found, explained, replayed in order with what is parked behind it, once, and leaves a trail', async () => {
    const { sku, orderId, mend, letter } = await brokenOrder();
    await shop.anyone.order('POST', `/orders/${orderId}/cancel`);
    await letters('inventory-svc', { orderId }, 2);
    expect(await statuses('inventory-svc', { orderId })).toEqual(['OrderRequested dead', 'OrderCancelled parked']);

    const listed = await dlt(['list', '--order', orderId]);
    expect(listed).toMatchObject({ code: 0, out: expect.stringMatching(/^2 letters in 2 groups\n/) });
    expect(listed.out).toContain(letter._id);
    const asJson = (await dlt(['list', '--order', orderId, '--error', 'handler_failed', '--json'])).out;
    expect(JSON.parse(asJson)).toMatchObject({ group: 'inventory-svc', type: 'OrderRequested', count: 1, ids: [letter._id] });

    const shown = (await dlt(['show', letter._id])).out;
    expect(shown).toContain(`"orderId": "${orderId}"`);
    expect(shown).toMatch(/handler_failed: .*\n {2}attempts {2}3/);
    expect(shown).toMatch(/park: .*\n {4}1\. .*OrderRequested {2}\(this one\)\n {4}2\. .*OrderCancelled/);
    expect(shown).toContain('history: nothing was done with it yet');

    await mend();
    const before = await lettersOf('inventory-svc', { orderId });
    const dry = await dlt(['replay', '--order', orderId, '--dry-run']);
    expect(dry.code).toBe(0);
    expect(dry.out).toContain(`would reserve 2 of ${sku} (5 available), although the order is cancelled`);
    expect(dry.out).toContain(`would give 2 of ${sku} back (reserved until then)`);
    expect(await lettersOf('inventory-svc', { orderId })).toEqual(before);
    expect(await shop.levelOf(sku)).toEqual({ available: 5, reserved: 0, sold: 0 });

    const { code, out } = await dlt(['replay', '--order', orderId]);
    expect({ code, out }).toMatchObject({
      code: 0,
      out: expect.stringMatching(/OrderRequested.*: replayed\n.*OrderCancelled.*: replayed\n2 letters: 2 replayed/),
    });
    expect(await statuses('inventory-svc', { orderId })).toEqual(['OrderRequested replayed', 'OrderCancelled replayed']);
    await shop.levelBecomes(sku, { available: 5, reserved: 0, sold: 0 });

    const again = await dlt(['replay', letter._id]);
    expect(again).toMatchObject({ code: 0, out: expect.stringContaining('is replayed already') });
    const records = (await recordsOn([ordersBySku.name])).filter(({ headers }) => headers.ce_id?.toString() === letter.eventId);
    expect(records.map(({ headers }) => headers['microshop-replay-of']?.toString())).toEqual([undefined, letter._id]);
    expect((await dlt(['show', letter._id])).out).toMatch(/history\n {4}\S+ {2}\S+ {2}replay: replayed\n$/);
  });

  test('that fails again stays dead, holds what is behind it, and says why', async () => {
    const { sku, orderId, mend, letter } = await brokenOrder();
    await shop.anyone.order('POST', `/orders/${orderId}/cancel`);
    await letters('inventory-svc', { orderId }, 2);
    const { code, out } = await dlt(['replay', '--order', orderId]);
    expect(code).toBe(1);
    expect(out).toMatch(/OrderRequested.*: failed again, handler_failed: .*\n.*OrderCancelled.*: waits behind inventory-svc/);
    expect(await letters('inventory-svc', { orderId, status: 'dead', attempts: 6 }, 1)).toMatchObject([{ _id: letter._id }]);
    await mend();
    const behind = await lettersOf('inventory-svc', { orderId, status: 'parked' });
    expect(await dlt(['replay', String(behind[0]?._id)])).toMatchObject({
      code: 1,
      out: expect.stringContaining(`waits behind ${letter._id}`),
    });
    const one = await dlt(['replay', letter._id, '--one']);
    expect(one).toMatchObject({ code: 0, out: expect.stringContaining('Still waiting: 1 letter.') });
    expect((await dlt(['replay', '--order', orderId])).code).toBe(0);
    await shop.levelBecomes(sku, { available: 5, reserved: 0, sold: 0 });
    expect((await dlt(['show', letter._id])).out).toMatch(/replay: failed, handler_failed: .*\n.*replay: replayed\n$/);
  });

  test('that is discarded has no effect when it comes again; what waited behind it is replayed', async () => {
    const { sku, orderId, mend, letter } = await brokenOrder();
    await shop.anyone.order('POST', `/orders/${orderId}/cancel`);
    await letters('inventory-svc', { orderId }, 2);
    await mend();
    const unsure = ['discard', letter._id, '--reason', 'the order is cancelled'];
    await expect(dlt(unsure)).rejects.toThrow(/--yes/);
    await expect(dlt(unsure, { confirm: async () => false })).rejects.toThrow('Nothing was discarded.');
    expect(await statuses('inventory-svc', { orderId })).toEqual(['OrderRequested dead', 'OrderCancelled parked']);
    const { code, out } = await dlt(['discard', letter._id, '--reason', 'the order is cancelled', '--yes']);
    expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining('1 letter that waited behind can be replayed') });
    expect((await dlt(['replay', '--order', orderId])).code).toBe(0);
    expect(await statuses('inventory-svc', { orderId })).toEqual(['OrderRequested discarded', 'OrderCancelled replayed']);

    const { topic, key, value, headers } = letter;
    await broker.send([{ topic, key, value, headers }]);
    await expectGreenAudit();
    expect(await shop.levelOf(sku)).toEqual({ available: 5, reserved: 0, sold: 0 });
    expect(await dlt(['replay', letter._id])).toMatchObject({ code: 0, out: expect.stringContaining('is discarded already') });
    expect((await dlt(['show', letter._id])).out).toMatch(/discard \(the order is cancelled\): discarded\n$/);
  });

  test('has one effect when two operators replay it at once', async () => {
    const { sku, orderId, mend, letter } = await brokenOrder();
    await mend();
    const both = await Promise.all([dlt(['replay', letter._id]), dlt(['replay', letter._id])]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(await shop.settled(orderId)).toMatchObject({ status: 'confirmed' });
    await shop.levelBecomes(sku, { available: 3, reserved: 0, sold: 2 });
  });

  test('that was put aside is passed over until it is named', async () => {
    const { sku, orderId, mend, letter } = await brokenOrder();
    await mend();
    expect(await dlt(['park', letter._id, '--note', 'ask Ada first'])).toMatchObject({ code: 0 });
    const passed = await dlt(['replay', '--order', orderId]);
    expect(passed).toMatchObject({ code: 0, out: expect.stringMatching(/was put aside by .* \(ask Ada first\): name it to replay it/) });
    expect(await statuses('inventory-svc', { orderId })).toEqual(['OrderRequested dead']);
    expect((await dlt(['list', '--order', orderId])).out).toContain('dead, 1 aside');
    expect((await dlt(['replay', letter._id])).code).toBe(0);
    expect(await shop.settled(orderId)).toMatchObject({ status: 'confirmed' });
    await shop.levelBecomes(sku, { available: 3, reserved: 0, sold: 2 });
    const trail = await of(places.placeOf('inventory-svc'), deadLetterActionCollection)
      .find({ letterId: letter._id })
      .sort({ at: 1 })
      .toArray();
    expect(trail).toMatchObject([
      { action: 'park', reason: 'ask Ada first', outcome: 'done', by: expect.stringMatching(/./) },
      { action: 'replay', outcome: 'replayed', attemptsBefore: 3, outcomeAt: expect.any(Date) },
    ]);
  });
});

describe('the other services', () => {
  test('points that could not be given for a missing customer are given by the replay', async () => {
    const [sku, customerId] = await Promise.all([shop.productWith(5, { unitPrice: 1000 }), shop.customerWith(0)]);
    await shop.stopPart('inventory');
    const { body } = await shop.checkout({ customer: { customerId }, items: [{ sku, quantity: 1 }] }, { prefer: 'wait=0' });
    const orderId = String(body.orderId);
    await vi.waitFor(async () => {
      const order = await of(places.placeOf('order-svc'), orders).findOne({ _id: orderId });
      if (!order?.pointsAnswer) throw new Error('loyalty-svc has not answered');
    }, WAIT);
    const loyalty = of(places.placeOf('loyalty-svc'), customers);
    const customer = await loyalty.findOneAndDelete({ _id: customerId });
    await shop.startPart('inventory');
    const [letter] = await letters('loyalty-svc', { orderId }, 1);
    const id = String(letter?._id);
    const still = await dlt(['replay', id, '--dry-run']);
    expect(still.out).toMatch(/its handler would fail again: would be buried again \(.*customer that is not there/);
    if (customer) await loyalty.insertOne(customer);
    expect((await dlt(['replay', id, '--dry-run'])).out).toContain(`would give ${customerId} 10 points (balance 0)`);
    expect((await dlt(['replay', id])).code).toBe(0);
    await shop.balanceBecomes(customerId, 10);
  });

  test('answers to an order that was missing decide it', async () => {
    const { orderId, mend, letter } = await brokenOrder();
    await vi.waitFor(async () => {
      const order = await of(places.placeOf('order-svc'), orders).findOne({ _id: orderId });
      if (!order?.pointsAnswer) throw new Error('loyalty-svc has not answered');
    }, WAIT);
    const collection = of(places.placeOf('order-svc'), orders);
    const order = await collection.findOneAndDelete({ _id: orderId });
    await mend();
    expect((await dlt(['replay', letter._id])).code).toBe(0);
    const [answer] = await letters('order-svc', { orderId }, 1);
    if (order) await collection.insertOne(order);
    const id = String(answer?._id);
    expect((await dlt(['replay', id, '--dry-run'])).out).toContain('would confirm the order: it is the last answer');
    expect((await dlt(['replay', id])).code).toBe(0);
    expect(await shop.settled(orderId)).toMatchObject({ status: 'confirmed' });
  });

  test.each<[Topic, ServiceName, string, Collection<Document>]>([
    [ordersBySku, 'inventory-svc', 'OrderRequested', reservations],
    [ordersByCustomer, 'loyalty-svc', 'OrderRequested', orderPoints],
    [catalog, 'order-svc', 'ProductChanged', products],
  ])('what can not be read on $name is shown by its bytes, fails again, and is discarded', async (topic, group, type, effects) => {
    const id = randomUUID();
    const value = Uint8Array.of(0x00, 0xff, 0x1b, 0x41);
    await broker.send([{ topic: topic.name, key: `POISON-${id}`, value, headers: headersOf(type, id) }]);
    const [letter] = await letters(group, { eventId: id }, 1);
    expect((await dlt(['show', id])).out).toMatch(/000000 {2}00 ff 1b 41 +\.\.\.A/);
    expect((await dlt(['replay', id, '--dry-run'])).out).toContain('still can not be read (malformed_json): would be buried again');
    const replayed = await dlt(['replay', id]);
    expect(replayed).toMatchObject({ code: 1, out: expect.stringContaining('failed again, malformed_json') });
    expect(await letters(group, { eventId: id, attempts: 2 }, 1)).toMatchObject([{ _id: letter?._id, status: 'dead' }]);
    expect((await dlt(['discard', id, '--reason', 'nobody knows what it is', '--yes'])).code).toBe(0);
    // Somebody mends it and sends it again under its id: it was discarded.
    const [orderId, sku] = [randomUUID(), `S-${id}`];
    const request = { orderId, version: 1, timeoutMs: 60_000, sku, quantity: 1, itemsDigest: 'x' };
    const purchase = { customerId: sku, totalPrice: 1, currency: 'EUR', redeemPoints: 0 };
    const mended = JSON.stringify({ ...request, ...purchase, name: 'A', unitPrice: 1, active: true });
    await broker.send([{ topic: topic.name, key: sku, value: mended, headers: headersOf(type, id) }]);
    await expectGreenAudit();
    expect(await statuses(group, { eventId: id })).toEqual(['unreadable discarded']);
    const made = await of(places.placeOf(group), effects).countDocuments({ _id: { $in: [sku, orderId, `${orderId}:${sku}`] } });
    expect(made).toBe(0);
  });
});

describe('an interruption', () => {
  test('leaves what is not sent; the next run waits for what is under way and goes on, each once', async () => {
    const broken = await Promise.all([brokenOrder(), brokenOrder()]);
    for (const { mend } of broken) await mend();
    const [first] = broken;
    await shop.stopPart('inventory');
    const stopping = new AbortController();
    const interrupted = dlt(['replay', String(first?.letter._id)], { stopping: stopping.signal });
    await vi.waitFor(async () => {
      const trail = of(places.placeOf('inventory-svc'), deadLetterActionCollection);
      expect(await trail.countDocuments({ letterId: String(first?.letter._id) })).toBe(1);
    }, WAIT);
    stopping.abort();
    expect(await interrupted).toMatchObject({ code: 130, out: expect.stringContaining('run it again to go on') });
    const silent = await dlt(['replay', String(first?.letter._id), '--timeout', '300ms']);
    expect(silent).toMatchObject({ code: 1, out: expect.stringContaining('inventory-svc has not sent it yet: is it running') });
    await shop.startPart('inventory');
    for (const { letter, orderId } of broken) {
      expect((await dlt(['replay', letter._id])).code).toBe(0);
      expect(await shop.settled(orderId)).toMatchObject({ status: 'confirmed' });
    }
    const records = await recordsOn([ordersBySku.name]);
    const replays = records.filter(({ headers }) => headers['microshop-replay-of']?.toString() === first?.letter._id);
    expect(replays).toHaveLength(1);
  });
});

describe('a record near the limit of its topic', () => {
  test('is replayed without the headers that nobody needs, so that it still fits', async () => {
    const id = randomUUID();
    const headers = { ...headersOf('OrderRequested', id), custom: 'x'.repeat(300) };
    await broker.send([{ topic: ordersBySku.name, key: `POISON-${id}`, value: 'x'.repeat(1_048_010), headers }]);
    await letters('inventory-svc', { eventId: id }, 1);
    expect(await dlt(['replay', id])).toMatchObject({ code: 1, out: expect.stringContaining('failed again, malformed_json') });
    await dlt(['discard', id, '--reason', 'too much', '--yes']);
  });

  test('that the broker refuses nevertheless is taken out of the outbox again', async () => {
    const id = randomUUID();
    const key = `POISON-${id}`;
    await broker.send([{ topic: ordersBySku.name, key, value: 'x'.repeat(1_048_350), headers: { ce_id: id, ce_type: 'OrderRequested' } }]);
    await letters('inventory-svc', { eventId: id }, 1);
    expect(await dlt(['replay', id])).toMatchObject({ code: 1, out: expect.stringContaining('taken back, the broker refuses it') });
    await dlt(['discard', id, '--reason', 'too much', '--yes']);
  });
});

test('bad input and a letter that is not there are one sentence, and change nothing', async () => {
  for (const args of [
    ['replay', 'inventory-svc/nothing'],
    ['show', 'nothing'],
    ['list', '--topic', 'nothing'],
    ['park', 'nothing', '--note', 'x'],
  ])
    await expect(dlt(args)).rejects.toThrow(DltFailure);
});
