import { OVER, sleep as realSleep, type Sleep } from '@microshop/chassis/clock';
import { isDecided, type Order } from '../domain/order.ts';

/** Finds those of the orders that have a later version than the one given. */
export type FindChangedOrders = (known: ReadonlyMap<string, number>) => Promise<Order[]>;

export type OrderFeed = {
  /** Tells of an order that was just committed in this process. */
  announce(order: Order): void;
  /** Calls `listener` with each later version that is seen; versions between two may be missed, the order carries them all. */
  listen(orderId: string, version: number, listener: (order: Order) => void): () => void;
  /** The order once it is decided; undefined when that takes longer than `ms` or `signal` is aborted. */
  decided(order: Order, ms: number, signal: AbortSignal): Promise<Order | undefined>;
};

export type OrderFeedOptions = { findChanged: FindChangedOrders; pollIntervalMs?: number; sleep?: Sleep };

type Listener = { orderId: string; version: number; notify(order: Order): void };

/**
 * News of orders for the requests that wait here. The instance that decides may be another one, so all that is waited for is asked for in one
 * query every `pollIntervalMs`; what happens in this process only comes earlier.
 */
export function createOrderFeed({ findChanged, pollIntervalMs = 75, sleep = realSleep }: OrderFeedOptions): OrderFeed {
  const listeners = new Map<string, Set<Listener>>();
  let polling = false;

  function announce(order: Order) {
    for (const listener of [...(listeners.get(order.orderId) ?? [])]) {
      if (order.version <= listener.version) continue;
      listener.version = order.version;
      listener.notify(order);
    }
  }

  async function poll() {
    polling = true;
    while (listeners.size > 0) {
      await sleep(pollIntervalMs);
      const known = new Map([...listeners].map(([orderId, waiting]) => [orderId, Math.min(...[...waiting].map(({ version }) => version))]));
      // A database that is away for a moment: whoever waits is answered when it is back, or when the wait is over.
      const changed = known.size > 0 ? await findChanged(known).catch(() => []) : [];
      for (const order of changed) announce(order);
    }
    polling = false;
  }

  const feed: OrderFeed = {
    announce,
    listen(orderId, version, notify) {
      const listener: Listener = { orderId, version, notify };
      const waiting = listeners.get(orderId) ?? new Set<Listener>();
      listeners.set(orderId, waiting.add(listener));
      if (!polling) void poll();
      return () => {
        waiting.delete(listener);
        if (waiting.size === 0 && listeners.get(orderId) === waiting) listeners.delete(orderId);
      };
    },
    async decided(order, ms, signal) {
      if (isDecided(order)) return order;
      const over = new AbortController();
      let outcome: Order | undefined;
      const stopListening = feed.listen(order.orderId, order.version, (changed) => {
        if (!isDecided(changed)) return;
        outcome = changed;
        over.abort(OVER);
      });
      await sleep(ms, AbortSignal.any([over.signal, signal]));
      stopListening();
      return outcome;
    },
  };
  return feed;
}
