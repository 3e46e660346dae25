import Type, { type Static } from 'typebox';
import { Count, MaybeText, MaybeTime, Time } from './values.ts';

/** One SKU as the topics tell it. A product without stock movements has a level of zeros and `changedAt` null. */
export const StockRow = Type.Object({
  sku: Type.String(),
  name: MaybeText,
  isActive: Type.Boolean({ description: 'False: retired' }),
  unitPrice: Type.Union([Count, Type.Null()], { description: 'Minor units' }),
  currency: MaybeText,
  available: Count,
  reserved: Count,
  sold: Count,
  isLow: Type.Boolean({ description: 'Active, and fewer available than the low-stock mark' }),
  version: Count,
  changedAt: MaybeTime,
});
export type StockRow = Static<typeof StockRow>;

/** MongoDB takes no NUL in a pattern. */
export const StockSearch = Type.String({ maxLength: 64, pattern: '^[^\\0]*$', description: 'Beginning of the SKU, or a part of the name' });
export const StockQuery = Type.Object(
  {
    search: Type.Optional(StockSearch),
    low: Type.Optional(Type.Boolean({ description: 'Only those that are low' })),
    limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
    cursor: Type.Optional(Type.String({ maxLength: 1024 })),
  },
  { additionalProperties: false },
);
export type StockQuery = Static<typeof StockQuery>;
/** Sorted by SKU. */
export const StockPage = Type.Object({ data: Type.Array(StockRow), nextCursor: MaybeText });
export type StockPage = Static<typeof StockPage>;

export const StockPoint = Type.Object({ at: Time, version: Count, available: Count, reserved: Count, sold: Count });
export type StockPoint = Static<typeof StockPoint>;
/** Levels as they were, oldest first; each holds until the next. */
export const StockHistory = Type.Object({
  sku: Type.String(),
  points: Type.Array(StockPoint),
  isWhole: Type.Boolean({ description: 'False: older points were left out' }),
});
export type StockHistory = Static<typeof StockHistory>;
export const StockHistoryQuery = Type.Object(
  { from: Type.Optional(Time), limit: Type.Integer({ minimum: 1, maximum: 2000, default: 500 }) },
  { additionalProperties: false },
);
