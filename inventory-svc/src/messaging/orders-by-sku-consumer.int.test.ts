import { newUuid } from '@microshop/chassis/clock';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { itemsDigest } from '../application/items-digest.ts';
import { operator, startTestInventory, type TestInventory } from '../testing/inventory-service.ts';
import { playOrders } from '../testing/play-orders.ts';

type Items = { sku: string; quantity: number }[];

let inventory: TestInventory;
let orders: Awaited<ReturnType<typeof playOrders>>;

beforeAll(async () => {
  inventory = await startTestInventory();
  await vi.waitFor(async () => expect(await inventory.isReady()).toBe(true), { timeout: 60_000, interval: 100 });
  orders = await playOrders();
});
afterAll(async () => {
  await Promise.all([inventory.stop(), orders.stop()]);
});

const eventually = (check: () => unknown) => vi.waitFor(check, { timeout: 20_000, interval: 50 });
const toldOf = (orderId: string) =>
  orders
    .told(orderId)
    .map(({ type, reason }) => (reason ? `${type} ${reason}` : type))
    .sort();
const eventuallyTold = (orderId: string, answers: string[]) => eventually(() => expect(toldOf(orderId)).toEqual(answers));
const eventuallyAt = (sku: string, level: string) => eventually(async () => expect(await inventory.level(sku)).toBe(level));

function order(items: Items, reservationId?: string) {
  const orderId = newUuid();
  const lines = items.map(({ sku, quantity }) => ({ orderId, sku, quantity, ...(reservationId !== undefined && { reservationId }) }));
  const each = (say: (line: (typeof lines)[number]) => Promise<void>) => Promise.all(lines.map(say));
  const terms = { version: 1, timeoutMs: 600_000, itemsDigest: itemsDigest(items) };
  return {
    orderId,
    request: () => each((line) => orders.say('OrderRequested', { ...line, ...terms })),
    end: (type: 'OrderConfirmed' | 'OrderRejected' | 'OrderCancelled' | 'OrderFulfilled') =>
      each((line) => orders.say(type, { ...line, version: 2 })),
  };
}

describe('orders on the topic', () => {
  it('reserve, are confirmed and sell, and the ledger tells all of it', async () => {
    const sku = await inventory.stocked(5);
    const { orderId, request, end } = order([{ sku, quantity: 2 }]);
    await request();
    await eventuallyTold(orderId, ['StockReserved']);
    expect(await inventory.level(sku)).toBe('3/2/0');
    await end('OrderConfirmed');
    await end('OrderFulfilled');
    await eventuallyAt(sku, '3/0/2');
    const { body } = await inventory.get(`/products/${sku}/movements`, operator);
    expect(body).toMatchObject({
      data: [
        { type: 'sold', change: -2, reason: 'order confirmed', orderId },
        { type: 'reserved', change: -2, reason: 'order requested', orderId },
        { type: 'received', change: 5, reason: 'delivery' },
      ],
      nextCursor: null,
    });
  });

  it('are refused what is short, and release the rest when they are rejected for it', async () => {
    const [plenty, short] = [await inventory.stocked(5), await inventory.stocked(1)];
    const { orderId, request, end } = order([
      { sku: plenty, quantity: 2 },
      { sku: short, quantity: 2 },
    ]);
    await request();
    await eventuallyTold(orderId, ['StockRejected out_of_stock', 'StockReserved']);
    await end('OrderRejected');
    await eventuallyTold(orderId, ['StockRejected out_of_stock', 'StockReleased', 'StockReserved']);
    expect([await inventory.level(plenty), await inventory.level(short)]).toEqual(['5/0/0', '1/0/0']);
  });

  it('give back what they bought when they are cancelled after the confirmation', async () => {
    const sku = await inventory.stocked(5);
    const { orderId, request, end } = order([{ sku, quantity: 2 }]);
    await request();
    await eventuallyTold(orderId, ['StockReserved']);
    await end('OrderConfirmed');
    await eventuallyAt(sku, '3/0/2');
    await end('OrderCancelled');
    await eventuallyTold(orderId, ['StockReleased', 'StockReserved']);
    expect(await inventory.level(sku)).toBe('5/0/0');
  });

  it('that come twice count once', async () => {
    const sku = await inventory.stocked(5);
    const { orderId, request, end } = order([{ sku, quantity: 2 }]);
    for (let i = 0; i < 2; i++) await request();
    await eventuallyTold(orderId, ['StockReserved']);
    for (let i = 0; i < 2; i++) await end('OrderRejected');
    await request();
    const marker = order([{ sku, quantity: 1 }]);
    await marker.request();
    await eventuallyTold(marker.orderId, ['StockReserved']);
    expect(toldOf(orderId)).toEqual(['StockReleased', 'StockReserved']);
    expect(await inventory.level(sku)).toBe('4/1/0');
  });

  it('reserve nothing when their end overtook them', async () => {
    const sku = await inventory.stocked(5);
    const { orderId, request, end } = order([{ sku, quantity: 2 }]);
    await end('OrderCancelled');
    await request();
    await eventuallyTold(orderId, ['StockRejected order_ended']);
    expect(await inventory.level(sku)).toBe('5/0/0');
  });

  it('never get more than there is, however many come at once', async () => {
    const sku = await inventory.stocked(10);
    const all = Array.from({ length: 40 }, () => order([{ sku, quantity: 1 }]));
    await Promise.all(all.map(({ request }) => request()));
    await eventually(() => expect(all.every(({ orderId }) => toldOf(orderId).length === 1)).toBe(true));
    expect(all.filter(({ orderId }) => toldOf(orderId)[0] === 'StockReserved')).toHaveLength(10);
    expect(await inventory.level(sku)).toBe('0/10/0');
  });
});

describe('orders that bring a hold', () => {
  async function hold(items: Items): Promise<string> {
    const { body } = await inventory.post('/products/validate-stock', { items, reserve: true });
    return String(body.reservationId);
  }

  it('get its units, though nothing else is left', async () => {
    const items = [
      { sku: await inventory.stocked(2), quantity: 2 },
      { sku: await inventory.stocked(1), quantity: 1 },
    ];
    const reservationId = await hold(items);
    const { orderId, request, end } = order(items, reservationId);
    await request();
    await eventuallyTold(orderId, ['StockReserved', 'StockReserved']);
    const rollback = await inventory.post('/products/rollback-stock', { reservationId });
    expect(rollback.body).toEqual({ reservationId, status: 'claimed' });
    await end('OrderRejected');
    await eventuallyTold(orderId, ['StockReleased', 'StockReleased', 'StockReserved', 'StockReserved']);
    expect(await Promise.all(items.map(({ sku }) => inventory.level(sku)))).toEqual(['2/0/0', '1/0/0']);
  });

  it('are refused one that is for other items, used, rolled back or unknown', async () => {
    const sku = await inventory.stocked(9);
    const items = [{ sku, quantity: 2 }];
    const [forOthers, used, rolledBack] = [await hold([{ sku, quantity: 3 }]), await hold(items), await hold(items)];
    await inventory.post('/products/rollback-stock', { reservationId: rolledBack });
    const user = order(items, used);
    await user.request();
    await eventuallyTold(user.orderId, ['StockReserved']);
    for (const reservationId of [forOthers, used, rolledBack, newUuid()]) {
      const { orderId, request } = order(items, reservationId);
      await request();
      await eventuallyTold(orderId, ['StockRejected reservation_invalid']);
    }
    expect(await inventory.level(sku)).toBe('4/5/0');
  });

  it('give back the part whose request was overtaken', async () => {
    const items = [
      { sku: await inventory.stocked(2), quantity: 2 },
      { sku: await inventory.stocked(1), quantity: 1 },
    ];
    const [first, second] = items as [Items[number], Items[number]];
    const reservationId = await hold(items);
    const line = { orderId: newUuid(), reservationId };
    const request = { ...line, version: 1, timeoutMs: 600_000, itemsDigest: itemsDigest(items) };
    await orders.say('OrderRequested', { ...request, ...first });
    await eventuallyTold(line.orderId, ['StockReserved']);
    await orders.say('OrderRejected', { ...line, version: 2, ...second });
    await eventuallyAt(second.sku, '1/0/0');
    await orders.say('OrderRequested', { ...request, ...second });
    await eventuallyTold(line.orderId, ['StockRejected order_ended', 'StockReserved']);
    expect(await inventory.level(second.sku)).toBe('1/0/0');
  });
});

describe('records that can not be handled', () => {
  it('go to the dead letters, and the next order of the same SKU is served', async () => {
    const sku = await inventory.stocked(5);
    await order([{ sku, quantity: 2 }]).end('OrderConfirmed');
    await orders.send(sku, 'not JSON', { ce_id: newUuid(), ce_type: 'OrderRequested' });
    await eventually(() => expect(orders.deadKeys.filter((key) => key === sku)).toHaveLength(2));
    const { orderId, request } = order([{ sku, quantity: 2 }]);
    await request();
    await eventuallyTold(orderId, ['StockReserved']);
    expect(await inventory.level(sku)).toBe('3/2/0');
  });
});
