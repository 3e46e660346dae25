import Type from 'typebox';

/** ISO 8601, UTC. */
export const Time = Type.String({ format: 'date-time', description: 'ISO 8601, UTC' });
export const MaybeTime = Type.Union([Time, Type.Null()]);
export const MaybeText = Type.Union([Type.String(), Type.Null()]);
export const Count = Type.Integer({ minimum: 0 });
export const ServiceName = Type.Enum(['order-svc', 'inventory-svc', 'loyalty-svc']);
