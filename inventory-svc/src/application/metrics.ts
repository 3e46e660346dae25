import { counter, gauge } from '@microshop/chassis/metrics/definition';
import type { Metrics } from '@microshop/chassis/metrics/metrics';
import type { Level } from '../domain/stock.ts';

export const inventoryMetrics = {
  guardHits: counter(
    'stock_guard_hits_total',
    'Movements that were refused because a counter of the stock would go below zero: a bug. Must be 0.',
  ),
  holdsEnded: counter('holds_ended_total', 'Holds whose units went back: released by the caller or expired.', ['outcome']),
  holdsActive: gauge('holds_active', 'Holds that nobody has claimed yet; counted up to 10000.'),
  stockUnits: gauge('stock_units', 'Units of all products: available, reserved (by orders and holds), sold.', ['state']),
  lowestCounter: gauge('stock_lowest_units', 'The lowest counter of any product. Below zero is impossible.'),
} as const;

export type StockTotals = Level & { lowest: number };
export type StockQueries = { countHolds(): Promise<number>; sumStock(): Promise<StockTotals> };

/** What the use cases tell of that no transaction shows. */
export type StockWatch = { guardHit(): void; holdEnded(outcome: 'released' | 'expired'): void };

/** All products are read for it. */
const STOCK_KEEP_MS = 10_000;

export function measureStock(metrics: Metrics, { countHolds, sumStock }: StockQueries): StockWatch {
  const guardHits = metrics.counter(inventoryMetrics.guardHits);
  const ended = metrics.counter(inventoryMetrics.holdsEnded);
  const { holdsActive, stockUnits, lowestCounter } = inventoryMetrics;
  metrics.sampled('holds', { gauges: [holdsActive], read: async (set) => set(holdsActive, {}, await countHolds()) });
  metrics.sampled(
    'stock',
    {
      gauges: [stockUnits, lowestCounter],
      async read(set) {
        const { lowest, ...totals } = await sumStock();
        for (const [state, units] of Object.entries(totals)) set(stockUnits, { state }, units);
        set(lowestCounter, {}, lowest);
      },
    },
    STOCK_KEEP_MS,
  );
  return { guardHit: () => guardHits.add({}), holdEnded: (outcome) => ended.add({ outcome }) };
}
