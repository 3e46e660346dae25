import { dataOf, type StockLevel } from '@microshop/client';
import { type Query, Status, useQuery } from '../ui/index.ts';
import { shop, showing } from './shop-client.ts';

const EVERY_MS = 2500;
const FEW = 5;

/** How many can be had, by SKU; a product that is not there any more has none. */
export type Stock = ReadonlyMap<string, number>;

export const useStock = (skus: readonly string[]): Query<Stock> =>
  useQuery(
    skus.join(),
    async (signal) => {
      const levels = await Promise.all(skus.map((sku) => showing(levelOf(sku, signal))));
      return new Map(levels.map(({ sku, available }) => [sku, available]));
    },
    { everyMs: EVERY_MS },
  );

async function levelOf(sku: string, signal: AbortSignal): Promise<Pick<StockLevel, 'sku' | 'available'>> {
  const answer = shop.api.GET('/products/{sku}/stock', { params: { path: { sku } }, signal });
  return (await answer).response.status === 404 ? { sku, available: 0 } : dataOf(answer);
}

export function StockMark({ available }: { available: number | undefined }) {
  if (available === undefined) return <span class="soft">…</span>;
  if (available === 0) return <Status tone="bad">Sold out</Status>;
  if (available <= FEW) return <Status tone="warn">Only {available} left</Status>;
  return <Status tone="good">{available} in stock</Status>;
}
