import type { Clock } from '@microshop/chassis/clock';
import type { Shortage } from '@microshop/contracts/http';
import type { Item } from '../domain/pricing.ts';
import type { Announce } from './settle-order.ts';

/**
 * What so many orders were just rejected for that another one need not be made. Only in memory and only for a moment: an order now and then is let through all the
 * same, and what becomes of it tells of units that have come back.
 */
export type Shortages = {
  /** Told of each ending that this process decides. */
  onEnding: Announce;
  /** Those of the items that can not be had; none where inventory-svc is to be asked. */
  of(items: readonly Item[]): Shortage[];
};

/** Rejections without a pause. Below this inventory-svc is asked for everybody, who gets an order that is rejected. */
const MANY = 50;
/** What was so when an order was made counts for so long. */
const FRESH_MS = 2000;
const ASK_MS = 100;
/** So many SKUs are remembered. */
const MOST = 1000;

type Short = { available: number; rejections: number; freshUntil: number; nextAskAt: number };

export function createShortages(clock: Clock): Shortages {
  const shorts = new Map<string, Short>();
  const now = () => clock.now().getTime();

  function learn({ sku, available }: Shortage, freshUntil: number) {
    const { rejections = 0, nextAskAt = 0 } = freshOf(sku) ?? {};
    shorts.delete(sku);
    shorts.set(sku, { available, rejections: rejections + 1, freshUntil, nextAskAt });
    const [oldest] = shorts.size > MOST ? shorts.keys() : [];
    if (oldest !== undefined) shorts.delete(oldest);
  }

  /** What seems to lie further ahead was before the clock was set back. */
  const isAhead = (until: number, atMostMs: number): boolean => until > now() && until - now() <= atMostMs;

  function freshOf(sku: string): Short | undefined {
    const short = shorts.get(sku);
    return short && isAhead(short.freshUntil, FRESH_MS) ? short : undefined;
  }

  return {
    onEnding({ status, rejection, items, createdAt }) {
      const freshUntil = createdAt.getTime() + FRESH_MS;
      if (!isAhead(freshUntil, FRESH_MS)) return;
      if (status === 'confirmed') for (const { sku } of items) shorts.delete(sku);
      else if (rejection?.code === 'out_of_stock') for (const shortage of rejection.errors ?? []) learn(shortage, freshUntil);
    },
    of(items) {
      if (shorts.size === 0) return [];
      const missing = items.flatMap(({ sku, quantity }) => {
        const short = freshOf(sku);
        return short && short.rejections >= MANY && quantity > short.available ? [{ sku, quantity, short }] : [];
      });
      if (missing.some(({ short }) => !isAhead(short.nextAskAt, ASK_MS))) {
        for (const { short } of missing) short.nextAskAt = now() + ASK_MS;
        return [];
      }
      return missing.map(({ sku, quantity, short: { available } }) => ({ sku, requested: quantity, available }));
    },
  };
}
