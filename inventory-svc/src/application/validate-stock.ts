import type { NewId } from '@microshop/chassis/clock';
import type { Cause } from '@microshop/chassis/events/event';
import type { RunInTransaction, Tx } from '@microshop/chassis/store/unit-of-work';
import type { Shortage, ValidateStockRequest, ValidateStockResult } from '@microshop/contracts/http';
import { holds, products, stock } from './collections.ts';
import type { FreeDueHolds } from './free-due-holds.ts';
import { itemsDigest } from './items-digest.ts';
import type { MoveStock } from './move-stock.ts';

type Item = { sku: string; quantity: number };
type Ports = { transact: RunInTransaction; newId: NewId; moveStock: MoveStock; freeDueHolds: FreeDueHolds; holdTtlMs: number };

/** Says whether a cart can be had, and holds all of it on request: all or nothing. */
export function createValidateStock({ transact, newId, moveStock, freeDueHolds, holdTtlMs }: Ports) {
  async function findShortages(tx: Tx, items: readonly Item[]): Promise<Shortage[]> {
    const short = await shortagesOf(tx, items);
    if (short.length === 0) return short;
    await freeDueHolds(
      tx,
      short.map(({ sku }) => sku),
    );
    return shortagesOf(tx, items);
  }

  async function hold(tx: Tx, items: readonly Item[]): Promise<{ reservationId: string; expiresAt: string }> {
    const reservationId = newId();
    const expiresAt = new Date(tx.now.getTime() + holdTtlMs);
    const parts = items.map((item) => ({ ...item, settled: false }));
    tx.insert(holds, { _id: reservationId, status: 'held', items: parts, itemsDigest: itemsDigest(items), expiresAt });
    for (const { sku, quantity } of items)
      await moveStock(tx, sku, { type: 'held', change: -quantity, reason: `hold ${reservationId} made` });
    return { reservationId, expiresAt: expiresAt.toISOString() };
  }

  return ({ items, reserve = false }: ValidateStockRequest, cause: Cause): Promise<ValidateStockResult> =>
    transact(async (tx) => {
      const wanted = sumBySku(items);
      const shortages = await findShortages(tx, wanted);
      const ok = shortages.length === 0;
      return { ok, shortages, ...(ok && reserve && (await hold(tx, wanted))) };
    }, cause);
}

/** Two items of one SKU are one wish: checked one by one, each could be met and both not. */
function sumBySku(items: readonly Item[]): Item[] {
  const bySku = Map.groupBy(items, ({ sku }) => sku);
  return [...bySku].map(([sku, ofSku]) => ({ sku, quantity: ofSku.reduce((sum, { quantity }) => sum + quantity, 0) }));
}

async function shortagesOf(tx: Tx, items: readonly Item[]): Promise<Shortage[]> {
  const skus = items.map(({ sku }) => sku);
  await tx.load(products, skus);
  await tx.load(stock, skus);
  const checked = await Promise.all(
    items.map(async ({ sku, quantity }) => ({ sku, requested: quantity, available: await availableOf(tx, sku) })),
  );
  return checked.filter(({ requested, available }) => available < requested);
}

/** Nothing can be had of a SKU that is unknown or retired. */
async function availableOf(tx: Tx, sku: string): Promise<number> {
  const product = await tx.get(products, sku);
  return product?.active ? ((await tx.get(stock, sku))?.available ?? 0) : 0;
}

export type ValidateStock = ReturnType<typeof createValidateStock>;
