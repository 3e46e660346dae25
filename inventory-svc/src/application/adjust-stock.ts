import { refused } from '@microshop/chassis/errors';
import type { Cause } from '@microshop/chassis/events/event';
import type { RunInTransaction, Tx } from '@microshop/chassis/store/unit-of-work';
import type { Adjustment } from '@microshop/contracts/http';
import { adjustments, type StockDocument, stock } from './collections.ts';
import type { FreeDueHolds } from './free-due-holds.ts';
import type { MoveStock } from './move-stock.ts';
import { unknownSku } from './refusals.ts';

export type StockAdjustment = Adjustment & { sku: string; idempotencyKey?: string | undefined };
type Ports = { transact: RunInTransaction; moveStock: MoveStock; freeDueHolds: FreeDueHolds };

/** Puts units in or takes them out by hand. With an idempotency key it happens once; a repeat is answered with the level as it is. */
export function createAdjustStock({ transact, moveStock, freeDueHolds }: Ports) {
  async function adjust(tx: Tx, { sku, change, reason }: StockAdjustment): Promise<StockDocument> {
    if ((await readLevel(tx, sku)).available + change < 0) await freeDueHolds(tx, [sku]);
    const { available } = await readLevel(tx, sku);
    if (available + change < 0) {
      throw refused(409, 'stock_below_zero', `Only ${available} of ${sku} are available, ${-change} can not be taken.`, { sku, available });
    }
    return moveStock(tx, sku, { type: change > 0 ? 'received' : 'adjusted', change, reason });
  }

  return (adjustment: StockAdjustment, cause: Cause): Promise<{ level: StockDocument; replayed: boolean }> =>
    transact(async (tx) => {
      const present = await readLevel(tx, adjustment.sku);
      if (await isDone(tx, adjustment)) return { level: present, replayed: true };
      return { level: await adjust(tx, adjustment), replayed: false };
    }, cause);
}

async function readLevel(tx: Tx, sku: string): Promise<StockDocument> {
  const level = await tx.get(stock, sku);
  if (!level) throw unknownSku(sku);
  return level;
}

/** Whether this key was used for the same adjustment before; if it was not used, it is now, together with the adjustment. */
async function isDone(tx: Tx, { sku, change, reason, idempotencyKey }: StockAdjustment): Promise<boolean> {
  if (idempotencyKey === undefined) return false;
  const id = `${sku}/${idempotencyKey}`;
  const earlier = await tx.get(adjustments, id);
  if (!earlier) tx.put(adjustments, { _id: id, change, reason, at: tx.now });
  else if (earlier.change !== change || earlier.reason !== reason) {
    throw refused(422, 'idempotency_key_reused', 'This Idempotency-Key was used for another change of this SKU. Send a new one.');
  }
  return earlier !== undefined;
}

export type AdjustStock = ReturnType<typeof createAdjustStock>;
