import Type, { type Static } from 'typebox';
import { Count, Currency, OrderId, ReservationId, Sku, Timestamp, UnitPrice } from '../values.ts';
import { CheckoutItem, Shortage } from './orders.ts';

const closed = { additionalProperties: false } as const;
const ProductName = Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' });

export const Product = Type.Object({ sku: Sku, name: Type.String(), unitPrice: UnitPrice, currency: Currency, active: Type.Boolean() });
export type Product = Static<typeof Product>;

export const ProductRequest = Type.Object(
  { sku: Sku, name: ProductName, unitPrice: UnitPrice, currency: Currency, active: Type.Optional(Type.Boolean({ default: true })) },
  closed,
);
export type ProductRequest = Static<typeof ProductRequest>;
/** The whole product; `sku` may be repeated and must then be the one of the path. */
export const ProductReplacement = Type.Object(
  {
    sku: Type.Optional(Sku),
    name: ProductName,
    unitPrice: UnitPrice,
    currency: Currency,
    active: Type.Optional(Type.Boolean({ default: true })),
  },
  closed,
);
export type ProductReplacement = Static<typeof ProductReplacement>;

export const StockLevel = Type.Object({ sku: Sku, available: Count, reserved: Count, sold: Count });
export type StockLevel = Static<typeof StockLevel>;

/** Most that one adjustment of stock or points may change, either way (issue 3). */
export const MAX_CHANGE = 1_000_000_000;
const nonZero = { not: { const: 0 } };
/** A restock or correction, or points given or taken by hand. */
export const Adjustment = Type.Object(
  {
    change: Type.Integer({
      minimum: -MAX_CHANGE,
      maximum: MAX_CHANGE,
      ...nonZero,
      description: 'Added when positive, taken when negative, never zero',
    }),
    reason: Type.String({ minLength: 1, maxLength: 500, pattern: '\\S' }),
  },
  closed,
);
export type Adjustment = Static<typeof Adjustment>;

/**
 * What a movement does to the level, with n = `change`:
 * received, adjusted: available + n · reserved, held: available + n, reserved - n (n < 0) · released, hold_released: the same with n > 0
 * · sold: reserved + n, sold - n (n < 0) · returned: available + n, sold - n.
 */
export const stockMovementTypes = ['received', 'adjusted', 'reserved', 'released', 'held', 'hold_released', 'sold', 'returned'] as const;
export type StockMovementType = (typeof stockMovementTypes)[number];
export const StockMovement = Type.Object({
  movementId: Type.String(),
  sku: Sku,
  type: Type.Enum([...stockMovementTypes]),
  change: Type.Integer(),
  reason: Type.String(),
  orderId: Type.Optional(OrderId),
  at: Timestamp,
});
export type StockMovement = Static<typeof StockMovement>;

export const ValidateStockRequest = Type.Object(
  { items: Type.Array(CheckoutItem, { minItems: 1, maxItems: 50 }), reserve: Type.Optional(Type.Boolean()) },
  closed,
);
export type ValidateStockRequest = Static<typeof ValidateStockRequest>;
export const ValidateStockResult = Type.Object({
  ok: Type.Boolean(),
  shortages: Type.Array(Shortage),
  reservationId: Type.Optional(ReservationId),
  expiresAt: Type.Optional(Timestamp),
});
export type ValidateStockResult = Static<typeof ValidateStockResult>;
export const RollbackStockRequest = Type.Object({ reservationId: ReservationId }, closed);
export const holdStatuses = ['held', 'claimed', 'released', 'expired'] as const;
export type HoldStatus = (typeof holdStatuses)[number];
export const RollbackStockResult = Type.Object({ reservationId: ReservationId, status: Type.Enum([...holdStatuses]) });
