import type { Clock } from '@microshop/chassis/clock';
import { counter, gauge, histogram, LONG_SECONDS } from '@microshop/chassis/metrics/definition';
import type { Metrics } from '@microshop/chassis/metrics/metrics';
import type { PlaceOrder } from './place-order.ts';
import type { Announce } from './settle-order.ts';

export const orderMetrics = {
  checkouts: counter(
    'checkouts_total',
    'Checkouts by result: placed, replayed (the same key again), refused (no order was made, for the reason; `overloaded` at the door).',
    ['result', 'reason'],
  ),
  orders: counter('orders_total', 'Orders that came to a state: confirmed, rejected (for the reason), cancelled, fulfilled.', [
    'state',
    'reason',
  ]),
  checkoutDuration: histogram(
    'checkout_duration_seconds',
    'From the checkout to the first decision about the order, by outcome, also where the caller did not wait for it.',
    LONG_SECONDS,
    ['outcome'],
  ),
  open: gauge('checkouts_open', 'Checkouts that are being answered.'),
  openLimit: gauge('checkouts_open_limit', 'How many may be; one more is answered 503. MAX_IN_FLIGHT while nobody waits too long.'),
  pending: gauge('orders_pending', 'Orders that are not decided; counted up to 10000.'),
  oldestPendingAge: gauge('orders_oldest_pending_age_seconds', 'Age of the oldest order that is not decided; 0 without one.'),
} as const;

/** How many orders are pending, and since when the oldest is. */
export type FindPending = () => Promise<{ count: number; oldest?: Date }>;

/** What is counted where orders are placed and decided. */
export function measureOrders(metrics: Metrics, clock: Clock, findPending: FindPending) {
  const secondsSince = (then: Date) => Math.max(0, clock.now().getTime() - then.getTime()) / 1000;
  const checkouts = metrics.counter(orderMetrics.checkouts);
  const orders = metrics.counter(orderMetrics.orders);
  const duration = metrics.histogram(orderMetrics.checkoutDuration);
  metrics.sampled('orders', {
    gauges: [orderMetrics.pending, orderMetrics.oldestPendingAge],
    async read(set) {
      const { count, oldest } = await findPending();
      set(orderMetrics.pending, {}, count);
      set(orderMetrics.oldestPendingAge, {}, oldest ? secondsSince(oldest) : 0);
    },
  });

  const onEnding: Announce = ({ status, rejection, states, createdAt }) => {
    orders.add({ state: status, reason: rejection?.code ?? '' });
    if (states.at(-2)?.status === 'pending') duration.observe({ outcome: status }, secondsSince(createdAt));
  };
  return {
    onEnding,
    onOverload: () => checkouts.add({ result: 'refused', reason: 'overloaded' }),
    /** Shows how many checkouts are open, and may be. */
    showOpen(stateOf: () => { open: number; limit: number }) {
      metrics.sampled('checkouts', {
        gauges: [orderMetrics.open, orderMetrics.openLimit],
        async read(set) {
          const { open, limit } = stateOf();
          set(orderMetrics.open, {}, open);
          set(orderMetrics.openLimit, {}, limit);
        },
      });
    },
    counting:
      (placeOrder: PlaceOrder): PlaceOrder =>
      async (checkout, cause) => {
        const placed = await placeOrder(checkout, cause);
        checkouts.add({ result: placed.kind, reason: placed.kind === 'refused' ? placed.refusal.code : '' });
        return placed;
      },
  };
}
