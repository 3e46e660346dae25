import Type, { type Static } from 'typebox';
import { CustomerId, OrderId, Timestamp } from '../values.ts';
import { Email, PersonName } from './orders.ts';

const closed = { additionalProperties: false } as const;

export const Customer = Type.Object({ customerId: CustomerId, email: Type.String(), name: Type.String(), blocked: Type.Boolean() });
export type Customer = Static<typeof Customer>;
export const CustomerRequest = Type.Object(
  { customerId: Type.Optional(CustomerId), email: Email, name: PersonName, blocked: Type.Optional(Type.Boolean({ default: false })) },
  closed,
);
export type CustomerRequest = Static<typeof CustomerRequest>;
export const CustomerChange = Type.Object(
  { email: Type.Optional(Email), name: Type.Optional(PersonName), blocked: Type.Optional(Type.Boolean()) },
  { ...closed, minProperties: 1 },
);
export type CustomerChange = Static<typeof CustomerChange>;

export const PointsBalance = Type.Object({ balance: Type.Integer({ minimum: 0 }) });
export type PointsBalance = Static<typeof PointsBalance>;

export const pointsMovementTypes = ['adjusted', 'deducted', 'refunded', 'earned', 'taken_back'] as const;
export type PointsMovementType = (typeof pointsMovementTypes)[number];
/** One row of the ledger; the balance is the sum of `change`, or zero while that sum is negative (owed). */
export const PointsMovement = Type.Object({
  movementId: Type.String(),
  customerId: CustomerId,
  type: Type.Enum([...pointsMovementTypes]),
  change: Type.Integer(),
  reason: Type.String(),
  orderId: Type.Optional(OrderId),
  at: Timestamp,
});
export type PointsMovement = Static<typeof PointsMovement>;
