import { sleep } from '@microshop/chassis/clock';
import type { ShopClient } from './shop-client.ts';

const PAUSE_MS = 100;

/** Asks for an order with one key until it knows the outcome, and with the next one if that was not a confirmation. */
export function createCanary(client: ShopClient): (signal: AbortSignal) => Promise<void> {
  let keys = 0;
  const body = { customer: { customerId: 'rich-0' }, items: [{ sku: 'CANARY', quantity: 1 }] };
  return async (signal) => {
    for (let key = `canary-${keys++}`; ; await sleep(PAUSE_MS, signal)) {
      signal.throwIfAborted();
      const outcome = await client.checkout(key, body, { prefer: 'wait=5' });
      if (outcome.type !== 'ok' || outcome.told.orderStatus === 'pending') continue;
      if (outcome.told.orderStatus !== 'rejected') return;
      // Timed out while what it needs was away: that key stays so.
      key = `canary-${keys++}`;
    }
  };
}
