import { refused } from '@microshop/chassis/errors';
import { createMetrics } from '@microshop/chassis/metrics/registry';
import { expect, test } from 'vitest';
import type { Order, OrderState } from '../domain/order.ts';
import type { Checkout } from './checkout-request.ts';
import { measureOrders } from './metrics.ts';
import type { Placed } from './place-order.ts';

const NOW = new Date('2026-01-02T03:04:05Z');
const before = (seconds: number) => new Date(NOW.getTime() - seconds * 1000);

function setUp(pending: { count: number; oldest?: Date } = { count: 0 }) {
  const metrics = createMetrics('order-svc');
  return {
    ...measureOrders(metrics, { now: () => NOW }, async () => pending),
    lines: async (name: string) => (await metrics.text()).split('\n').filter((line) => line.startsWith(`microshop_${name}`)),
  };
}

const anOrder = (path: OrderState['status'][], rest: Partial<Order> = {}): Order =>
  ({ status: path.at(-1), states: path.map((status) => ({ status })), createdAt: before(3), ...rest }) as Order;

test('the first decision about an order counts with the time that it took, a later ending does not', async () => {
  const { onEnding, lines } = setUp();
  onEnding(anOrder(['pending', 'confirmed']));
  onEnding(anOrder(['pending', 'confirmed', 'cancelled']));
  onEnding(anOrder(['pending', 'cancelled']));
  expect(await lines('checkout_duration_seconds_sum')).toEqual([
    'microshop_checkout_duration_seconds_sum{service="order-svc",outcome="confirmed"} 3',
    'microshop_checkout_duration_seconds_sum{service="order-svc",outcome="cancelled"} 3',
  ]);
  expect(await lines('orders_total')).toEqual([
    'microshop_orders_total{state="confirmed",reason="",service="order-svc"} 1',
    'microshop_orders_total{state="cancelled",reason="",service="order-svc"} 2',
  ]);
});

test('a rejection counts by its reason', async () => {
  const { onEnding, lines } = setUp();
  onEnding(anOrder(['pending', 'rejected'], { rejection: { code: 'out_of_stock' } as NonNullable<Order['rejection']> }));
  expect(await lines('orders_total')).toEqual(['microshop_orders_total{state="rejected",reason="out_of_stock",service="order-svc"} 1']);
});

test('checkouts count by what they come to, and a failure is handed on', async () => {
  const { counting, lines } = setUp();
  const outcomes: (Placed | Error)[] = [
    { kind: 'placed', order: anOrder(['pending']) },
    { kind: 'refused', refusal: refused(422, 'unknown_sku', 'There is none.') },
    new Error('away'),
  ];
  const place = counting(async () => {
    const next = outcomes.shift();
    if (next instanceof Error || !next) throw next;
    return next;
  });
  const checkout = {} as Checkout;
  expect(await place(checkout, {})).toMatchObject({ kind: 'placed' });
  expect(await place(checkout, {})).toMatchObject({ kind: 'refused' });
  await expect(place(checkout, {})).rejects.toThrow('away');
  expect(await lines('checkouts_total')).toEqual([
    'microshop_checkouts_total{result="placed",reason="",service="order-svc"} 1',
    'microshop_checkouts_total{result="refused",reason="unknown_sku",service="order-svc"} 1',
  ]);
});

test('pending orders are told with the age of the oldest, and without one its age is 0', async () => {
  expect(await setUp({ count: 2, oldest: before(70) }).lines('orders_oldest')).toEqual([
    'microshop_orders_oldest_pending_age_seconds{service="order-svc"} 70',
  ]);
  expect(await setUp().lines('orders_oldest')).toEqual(['microshop_orders_oldest_pending_age_seconds{service="order-svc"} 0']);
});

test('checkouts that are refused at the door count, and how many are open is shown', async () => {
  const { onOverload, showOpen, lines } = setUp();
  onOverload();
  showOpen(() => ({ open: 3, limit: 240 }));
  expect(await lines('checkouts_')).toEqual([
    'microshop_checkouts_total{result="refused",reason="overloaded",service="order-svc"} 1',
    'microshop_checkouts_open{service="order-svc"} 3',
    'microshop_checkouts_open_limit{service="order-svc"} 240',
  ]);
});
