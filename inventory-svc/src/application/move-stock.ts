import type { NewId } from '@microshop/chassis/clock';
import type { Tx } from '@microshop/chassis/store/unit-of-work';
import { stockLevels } from '@microshop/contracts';
import { applyMovement, type Movement } from '../domain/stock.ts';
import { movements, type StockDocument, stock } from './collections.ts';

export type MoveStock = (tx: Tx, sku: string, movement: Movement & { reason: string; orderId?: string }) => Promise<StockDocument>;

/** The only way by which a level changes: the level, its ledger entry and its event, together. */
export const createMoveStock =
  (newId: NewId, onGuardHit: () => void = () => undefined): MoveStock =>
  async (tx, sku, movement) => {
    const present = await tx.get(stock, sku);
    if (!present) throw new Error(`Stock of ${sku} can not move: there is none`);
    const next = { _id: sku, ...guarded(() => applyMovement(present, movement), onGuardHit), version: present.version + 1 };
    tx.put(stock, next);
    tx.insert(movements, { _id: newId(), sku, version: next.version, ...movement, at: tx.now });
    publishLevel(tx, next);
    return next;
  };

function guarded<R>(apply: () => R, onGuardHit: () => void): R {
  try {
    return apply();
  } catch (error) {
    onGuardHit();
    throw error;
  }
}

export function publishLevel(tx: Tx, { _id: sku, available, reserved, sold, version }: StockDocument): void {
  const level = { sku, available, reserved, sold, version };
  tx.publishState(stockLevels, 'StockLevelChanged', level, { type: 'stock', id: sku, version });
}
