import type { StockPoint, StockRow } from '../api/stock.ts';
import type { LevelDocument, StockDocument } from '../projection/collections.ts';

export function stockRow(
  { _id: sku, name, active = true, unitPrice, currency, changedAt, ...level }: StockDocument,
  lowStock: number,
): StockRow {
  const { available, reserved, sold, version } = level;
  return {
    sku,
    name: name ?? null,
    isActive: active,
    unitPrice: unitPrice ?? null,
    currency: currency ?? null,
    available,
    reserved,
    sold,
    isLow: active && available < lowStock,
    version,
    changedAt: changedAt?.toISOString() ?? null,
  };
}

export const levelView = ({ at, version, available, reserved, sold }: LevelDocument): StockPoint => ({
  at: at.toISOString(),
  version,
  available,
  reserved,
  sold,
});
