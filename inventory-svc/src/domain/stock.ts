import type { StockMovementType } from '@microshop/contracts/http';

/** Units of one SKU: free to be had, promised to orders and holds, and sold. What was ever received is their sum. */
export type Level = { readonly available: number; readonly reserved: number; readonly sold: number };

/** One entry of the ledger: `change` counts units the way that `stockMovementTypes` of the contract says. */
export type Movement = { readonly type: StockMovementType; readonly change: number };

export const emptyLevel: Level = { available: 0, reserved: 0, sold: 0 };

/** What one unit of `change` does to each counter. Only `received` and `adjusted` alter the sum. */
const effects: Record<StockMovementType, Level> = {
  received: { available: 1, reserved: 0, sold: 0 },
  adjusted: { available: 1, reserved: 0, sold: 0 },
  reserved: { available: 1, reserved: -1, sold: 0 },
  released: { available: 1, reserved: -1, sold: 0 },
  held: { available: 1, reserved: -1, sold: 0 },
  hold_released: { available: 1, reserved: -1, sold: 0 },
  sold: { available: 0, reserved: 1, sold: -1 },
  returned: { available: 1, reserved: 0, sold: -1 },
};

const add = (level: Level, { type, change }: Movement): Level => ({
  available: level.available + effects[type].available * change,
  reserved: level.reserved + effects[type].reserved * change,
  sold: level.sold + effects[type].sold * change,
});

/** The level after the movement. A counter below zero is a bug of the caller, who has to refuse first. */
export function applyMovement(level: Level, movement: Movement): Level {
  const next = add(level, movement);
  if (next.available < 0 || next.reserved < 0 || next.sold < 0) {
    throw new RangeError(`${movement.type} of ${movement.change} would take a counter of the stock below zero`);
  }
  return next;
}

/** The level that a whole ledger amounts to, in whatever order its movements come. */
export const rebuildLevel = (ledger: Iterable<Movement>): Level => Iterator.from(ledger).reduce(add, emptyLevel);

/** Everything that ever came in, less what was taken out by hand. */
export const received = ({ available, reserved, sold }: Level): number => available + reserved + sold;
