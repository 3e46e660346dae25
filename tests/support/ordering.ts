import { randomUUID } from 'node:crypto';
import { vi } from 'vitest';
import type { CheckoutBody, Shop } from './shop.ts';

/** Longer than any one server is away. */
const PATIENCE = { timeout: 120_000, interval: 200 };

export type Ordering = {
  /** Waits until so many more orders are decided. */
  more(count: number): Promise<void>;
  /** Finishes those under way; how each ended. */
  stop(): Promise<Record<string, unknown>[]>;
};

/** Clients that place one order after the other, as `next` says, until they are stopped; what gets no answer is asked again with its key. */
export function keepOrdering(shop: Shop, clients: number, next: () => CheckoutBody): Ordering {
  const orders: Record<string, unknown>[] = [];
  let isStopped = false;

  async function order(): Promise<void> {
    const [body, key] = [next(), randomUUID()];
    const orderId = await vi.waitFor(async () => {
      const answer = await shop.checkout(body, { key });
      if (![201, 202, 409].includes(answer.status)) throw new Error(`${answer.status}: ${JSON.stringify(answer.body)}`);
      return String(answer.body.orderId);
    }, PATIENCE);
    orders.push(await vi.waitFor(() => shop.settled(orderId), PATIENCE));
  }
  const running = Promise.all(
    Array.from({ length: clients }, async () => {
      while (!isStopped) await order();
    }),
  );

  return {
    async more(count) {
      const wanted = orders.length + count;
      const enough = vi.waitFor(() => {
        if (orders.length < wanted) throw new Error(`${wanted - orders.length} of ${count} orders are not decided yet`);
      }, PATIENCE);
      await Promise.race([enough, running]);
    },
    async stop() {
      isStopped = true;
      await running;
      return orders;
    },
  };
}
