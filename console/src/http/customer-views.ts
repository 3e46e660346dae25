import type { PointsMovement } from '../api/customers.ts';
import type { MovementDocument } from '../projection/collections.ts';

export const movementView = ({ _id: movementId, orderId, type, change, at }: MovementDocument): PointsMovement => ({
  movementId,
  orderId: orderId ?? null,
  type,
  change,
  at: at.toISOString(),
});
