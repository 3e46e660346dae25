import type { catalog, EventOf, stockLevels } from '@microshop/contracts';
import type { LevelDocument, StockDocument } from './collections.ts';

type ProductChanged = EventOf<typeof catalog, 'ProductChanged'>;
type StockLevelChanged = EventOf<typeof stockLevels, 'StockLevelChanged'>;

const unknownStock = (sku: string): StockDocument => ({ _id: sku, productVersion: 0, available: 0, reserved: 0, sold: 0, version: 0 });

/** The product with the greatest version. */
export function foldProduct(present: StockDocument | undefined, { sku, version, ...product }: ProductChanged): StockDocument {
  const stock = present ?? unknownStock(sku);
  return version > stock.productVersion ? { ...stock, ...product, productVersion: version } : stock;
}

/** The level with the greatest version. */
export function foldLevel(present: StockDocument | undefined, { sku, ...level }: StockLevelChanged, at: Date): StockDocument {
  const stock = present ?? unknownStock(sku);
  if (level.version < stock.version) return stock;
  const isSame = level.version === stock.version && stock.changedAt !== undefined && stock.changedAt < at;
  return { ...stock, ...level, changedAt: isSame ? (stock.changedAt as Date) : at };
}

export const levelIdOf = ({ sku, version }: Pick<StockLevelChanged, 'sku' | 'version'>): string => `${sku}@${version}`;

/** A level in the history; told twice, the first time counts. */
export const levelOf = (present: LevelDocument | undefined, level: StockLevelChanged, at: Date): LevelDocument => ({
  _id: levelIdOf(level),
  ...level,
  at: present && present.at < at ? present.at : at,
});
