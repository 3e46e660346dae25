import Type, { type Static } from 'typebox';
import { Count, MaybeText, MaybeTime, ServiceName, Time } from './values.ts';

export const OrderStatus = Type.Enum(['pending', 'confirmed', 'rejected', 'cancelled', 'fulfilled']);
export type OrderStatus = Static<typeof OrderStatus>;

/** What became of a line at inventory-svc; `sold` with the order's confirmation, which inventory-svc books when it reads it. */
export const LineState = Type.Enum(['asked', 'reserved', 'sold', 'refused', 'released']);
export const OrderLine = Type.Object({
  sku: Type.String(),
  quantity: Count,
  stock: LineState,
  reason: MaybeText,
  available: Type.Union([Count, Type.Null()]),
});
/** What became of the points at loyalty-svc: `taken` also of 0 points. */
export const OrderPoints = Type.Object({
  state: Type.Enum(['asked', 'taken', 'refused', 'earned', 'refunded']),
  redeemed: Count,
  earned: Count,
  reason: MaybeText,
});

/** What an order waits for: `service` has not told yet of `what`, which it knows of since `since`. */
export const Waiting = Type.Object({ service: ServiceName, what: Type.String({ examples: ['an answer for MUG-BLUE'] }), since: Time });
export type Waiting = Static<typeof Waiting>;

export const OrderRow = Type.Object({
  orderId: Type.String(),
  status: OrderStatus,
  customerId: MaybeText,
  isGuest: Type.Boolean(),
  totalPrice: Type.Union([Count, Type.Null()], { description: 'Minor units; null while only a part of the order is known' }),
  currency: MaybeText,
  lines: Type.Array(OrderLine),
  points: OrderPoints,
  rejection: Type.Union([Type.String(), Type.Null()], { description: 'The code: out_of_stock, insufficient_points, …' }),
  requestedAt: Time,
  changedAt: Time,
  version: Count,
  records: Type.Integer({ minimum: 1, description: 'Records of it on the topics so far' }),
  deadLetters: Type.Integer({ minimum: 0, description: 'How many of them are on dead-letter topics' }),
  waitingFor: Type.Array(Waiting),
});
export type OrderRow = Static<typeof OrderRow>;

export const OrdersQuery = Type.Object(
  {
    search: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 254,
        description: "Beginning of an order id (4 characters or more), a customer's id, or an e-mail address",
      }),
    ),
    customer: Type.Optional(Type.String({ maxLength: 64, description: "A customer's id, whole" })),
    status: Type.Optional(OrderStatus),
    reason: Type.Optional(Type.String({ maxLength: 64, description: 'A rejection code, or the reason of a line or of the points' })),
    sku: Type.Optional(Type.String({ maxLength: 64 })),
    from: Type.Optional(Time),
    until: Type.Optional(Time),
    dead: Type.Optional(Type.Boolean({ description: 'Only those with dead letters' })),
    limit: Type.Integer({ minimum: 1, maximum: 100, default: 30 }),
    cursor: Type.Optional(Type.String({ maxLength: 1024 })),
  },
  { additionalProperties: false },
);
export type OrdersQuery = Static<typeof OrdersQuery>;
/** Newest first. */
export const OrderPage = Type.Object({ data: Type.Array(OrderRow), nextCursor: MaybeText });
export type OrderPage = Static<typeof OrderPage>;

/** One record of the order on a topic. */
export const TimelineEntry = Type.Object({
  entryId: Type.String({ description: 'topic/partition@offset' }),
  lane: ServiceName,
  /** Whose reading it asks for; empty where nobody listens. */
  consumers: Type.Array(ServiceName),
  type: Type.String({ description: 'The event; `unreadable` where there is none' }),
  eventId: MaybeText,
  /** The event that caused it; null: a request, or the clock. It may be one of another order, or not be there. */
  causationId: MaybeText,
  /** When the producer decided it, and when the broker had it. */
  decidedAt: MaybeTime,
  appendedAt: Time,
  topic: Type.String(),
  partition: Count,
  offset: Type.String(),
  key: MaybeText,
  headers: Type.Record(Type.String(), Type.String()),
  /** As JSON; text where it is none. A guest's name and e-mail address are left out. */
  payload: Type.Unknown(),
  /** `replay`: of a dead letter. `repeat`: the same event was published before. `dead-letter`: on a dead-letter topic, and `error` says why. */
  kind: Type.Enum(['event', 'repeat', 'replay', 'dead-letter']),
  error: MaybeText,
});
export type TimelineEntry = Static<typeof TimelineEntry>;

/** In the order of the broker's clock. */
export const OrderTimeline = Type.Object({ order: OrderRow, entries: Type.Array(TimelineEntry), isWhole: Type.Boolean() });
export type OrderTimeline = Static<typeof OrderTimeline>;
