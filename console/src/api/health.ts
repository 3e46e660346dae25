import Type, { type Static } from 'typebox';
import { Count, MaybeText, MaybeTime, ServiceName, Time } from './values.ts';

/** How far a group is behind. `seconds`: how long the oldest record that it has not handled has been waiting; null when it can not be told. */
export const Lag = Type.Object({ records: Count, seconds: Type.Union([Type.Number({ minimum: 0 }), Type.Null()]) });
export type Lag = Static<typeof Lag>;

const Check = Type.Object({ name: Type.String(), isOk: Type.Boolean(), detail: MaybeText });

export const ServiceHealth = Type.Object({
  name: ServiceName,
  state: Type.Enum(['ready', 'degraded', 'draining', 'away']),
  /** What its /readyz says; empty when it is away. */
  checks: Type.Array(Check),
  outbox: Type.Object({
    pending: Type.Union([Count, Type.Null()], {
      description: 'Transactions whose events are not published yet; null when MongoDB is away',
    }),
    oldestSeconds: Type.Union([Type.Number({ minimum: 0 }), Type.Null()], {
      description: 'Age of the oldest of them; null when there is none',
    }),
    stuck: Type.Union([Count, Type.Null()], { description: 'Those of which the broker refuses an event' }),
  }),
  lag: Type.Union([Lag, Type.Null()], { description: 'null when Kafka is away' }),
  deadLetters: Type.Union([Type.Object({ dead: Count, parked: Count }), Type.Null()]),
});
export type ServiceHealth = Static<typeof ServiceHealth>;

/** `live`: follows the topics. `catching-up`: behind by `lag`. `rebuilding`: a new one is made beside it, which takes over when it is whole. `away`: can not be told. */
export const ProjectionHealth = Type.Object({
  state: Type.Enum(['live', 'catching-up', 'rebuilding', 'away']),
  generation: Type.Integer({ minimum: 1 }),
  lag: Type.Union([Lag, Type.Null()]),
  /** How much of a rebuild is done; null when there is none. */
  progress: Type.Union([Type.Number({ minimum: 0, maximum: 1 }), Type.Null()]),
  builtAt: MaybeTime,
});
export type ProjectionHealth = Static<typeof ProjectionHealth>;

export const Health = Type.Object({
  at: Time,
  isOk: Type.Boolean(),
  services: Type.Array(ServiceHealth),
  kafka: Check,
  mongodb: Check,
  projection: ProjectionHealth,
  /** Orders requested in each of the last 30 minutes, the oldest first; the last is the minute that is running. */
  ordersPerMinute: Type.Array(Count),
  orders: Type.Object({ pending: Count, oldestPendingAt: MaybeTime }),
});
export type Health = Static<typeof Health>;

export const Finding = Type.Object({
  subject: Type.String({ description: 'What it is about, such as an order id or a SKU' }),
  text: Type.String(),
  orderId: MaybeText,
});
export const Invariant = Type.Object({
  id: Type.String(),
  title: Type.String(),
  verdict: Type.Enum(['holds', 'violated', 'not-settled', 'left-out'], { description: 'left-out: only npm run audit looks at it' }),
  checked: Count,
  findings: Type.Array(Finding),
});
export type Invariant = Static<typeof Invariant>;

/** The last audit. `none`: there was none yet; `failed`: it could not be done, and `detail` says why. */
export const Audit = Type.Object({
  state: Type.Enum(['none', 'green', 'violated', 'not-settled', 'failed']),
  at: MaybeTime,
  seconds: Type.Union([Type.Number(), Type.Null()]),
  isRunning: Type.Boolean(),
  detail: MaybeText,
  invariants: Type.Array(Invariant),
});
export type Audit = Static<typeof Audit>;
