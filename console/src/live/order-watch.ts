import type { Running } from '@microshop/chassis/lifecycle';
import type { Logger } from '@microshop/chassis/logger';
import type { OrderQueries } from '../persistence/order-queries.ts';
import { createPoll } from './poll.ts';

export type OrderWatch = Running & {
  /** Calls back at once and whenever the order has another record. Call the answer to end it. */
  watch(orderId: string, onChange: () => void): () => void;
  /** Some of these have changed. */
  changed(orderIds: ReadonlySet<string>): void;
};

const POLL_MS = 1000;

/** One query for all orders that are looked at: the poll is what counts, being told of a change only makes it come earlier. */
export function createOrderWatch(orders: Pick<OrderQueries, 'versions'>, logger: Logger): OrderWatch {
  const watched = new Map<string, number>();
  const poll = createPoll({ name: 'orders', intervalMs: POLL_MS, logger, read: () => orders.versions([...watched.keys()]) });
  return {
    watch(orderId, onChange) {
      watched.set(orderId, (watched.get(orderId) ?? 0) + 1);
      let known = -1;
      onChange();
      const stop = poll.listen((versions) => {
        const version = versions.get(orderId) ?? known;
        if (version !== known) onChange();
        known = version;
      });
      return () => {
        stop();
        const left = (watched.get(orderId) ?? 1) - 1;
        if (left === 0) watched.delete(orderId);
        else watched.set(orderId, left);
      };
    },
    changed(orderIds) {
      if ([...watched.keys()].some((orderId) => orderIds.has(orderId))) poll.soon();
    },
    stop: poll.stop,
  };
}
