import type { Tx } from '@microshop/chassis/store/unit-of-work';
import { type HoldChange, isSettled } from '../domain/hold.ts';
import { type HoldDocument, holds } from './collections.ts';
import type { StockWatch } from './metrics.ts';
import type { MoveStock } from './move-stock.ts';

export type ChangeHold = (tx: Tx, holdId: string, change: HoldChange, why: { reason: string; orderId?: string }) => Promise<void>;

/** Carries out what was decided about a hold, and gives back the units that it sets free. */
export const createChangeHold =
  (moveStock: MoveStock, onEnded: StockWatch['holdEnded'] = () => undefined): ChangeHold =>
  async (tx, holdId, { next, freed }, why) => {
    const document: HoldDocument = { ...next, _id: holdId, ...(isSettled(next) && { settledAt: tx.now }) };
    tx.put(holds, document);
    const { status } = next;
    if (status === 'released' || status === 'expired') tx.afterCommit(() => onEnded(status));
    for (const { sku, quantity } of freed) await moveStock(tx, sku, { type: 'hold_released', change: quantity, ...why });
  };
