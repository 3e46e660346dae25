import { pointsMovementTypes } from '@microshop/contracts/http';
import Type, { type Static } from 'typebox';
import { MaybeText, Time } from './values.ts';

/** Points that an order moved, or a person by hand. Why a person did stands in loyalty-svc's ledger only. */
export const PointsMovement = Type.Object({
  movementId: Type.String(),
  orderId: Type.Union([Type.String(), Type.Null()], { description: 'null for what was adjusted by hand' }),
  type: Type.Enum([...pointsMovementTypes]),
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
/** A customer as the points topics tell it; their orders are those of `/console/orders?customer=`. */
export const CustomerPoints = Type.Object({
  customerId: Type.String(),
  balance: Type.Integer({ minimum: 0, description: 'After the last event' }),
  balanceAt: Time,
  /** Newest first. */
  movements: Type.Object({ data: Type.Array(PointsMovement), nextCursor: MaybeText }),
});
export type CustomerPoints = Static<typeof CustomerPoints>;
