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

/** Polls are at most this far apart. */
const MAX_POLL_INTERVAL_MS = 1000;
/** Polls that find less than this share of the news are made half as often. */
const WORTH_POLLING = 0.1;

/**
 * News of orders for the requests that wait here. The instance that decides may be another one, so all that is waited for is asked for in one
 * query every `pollIntervalMs`; what happens in this process only comes earlier. Where nearly all of it does, as in a service of one instance, the
 * query is made ever less often, down to once a second, until it finds something again.
 */
export function createOrderFeed({ findChanged, pollIntervalMs = 75, sleep = realSleep }: OrderFeedOptions): OrderFeed {
  const listeners = new Map<string, Set<Listener>>();
  let polling = false;
  let toldHere = 0;

  function tell(order: Order): number {
    const later = [...(listeners.get(order.orderId) ?? [])].filter(({ version }) => version < order.version);
    for (const listener of later) {
      listener.version = order.version;
      listener.notify(order);
    }
    return later.length;
  }

  function announce(order: Order) {
    toldHere += tell(order);
  }

  async function poll() {
    polling = true;
    let interval = pollIntervalMs;
    while (listeners.size > 0) {
      toldHere = 0;
      await sleep(interval);
      const known = new Map([...listeners].map(([orderId, waiting]) => [orderId, Math.min(...[...waiting].map(({ version }) => version))]));
      // A database that is away for a moment: whoever waits is answered when it is back, or when the wait is over.
      const changed = known.size > 0 ? await findChanged(known).catch(() => []) : [];
      const found = changed.reduce((sum, order) => sum + tell(order), 0);
      if (found > toldHere * WORTH_POLLING) interval = pollIntervalMs;
      else if (toldHere > 0) interval = Math.min(interval * 2, MAX_POLL_INTERVAL_MS);
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
