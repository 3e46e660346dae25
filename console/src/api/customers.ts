import Type, { type Static } from 'typebox';
import { MaybeText, Time } from './values.ts';

/** Points that an order moved. What is adjusted by hand is told by no event and stands in loyalty-svc's ledger only. */
export const PointsMovement = Type.Object({
  movementId: Type.String(),
  orderId: Type.String(),
  type: Type.Enum(['deducted', 'earned', 'refunded', 'taken_back']),
  change: Type.Integer({ description: 'Below zero: taken' }),
  at: Time,
});
export type PointsMovement = Static<typeof PointsMovement>;

export const CustomerQuery = Type.Object(
  {
    limit: Type.Integer({ minimum: 1, maximum: 100, default: 30, description: 'Most movements of a page' }),
    cursor: Type.Optional(Type.String({ maxLength: 1024 })),
  },
  { additionalProperties: false },
);
/** A customer as the points topic tells it; their orders are those of `/console/orders?customer=`. */
export const CustomerPoints = Type.Object({
  customerId: Type.String(),
  balance: Type.Integer({ minimum: 0, description: 'After the last event; points adjusted by hand since then are not in it' }),
  balanceAt: Time,
  /** Newest first. */
  movements: Type.Object({ data: Type.Array(PointsMovement), nextCursor: MaybeText }),
});
export type CustomerPoints = Static<typeof CustomerPoints>;
