import Type, { type Static } from 'typebox';

const Count = Type.Number({ minimum: 0 });
const ByName = Type.Record(Type.String(), Count);

const Latency = Type.Object({ count: Count, p50: Count, p95: Count, p99: Count, max: Count });

/** What one round of one system was measured to do. */
export const Round = Type.Object({
  seconds: Count,
  /** Orders that were confirmed or rejected. */
  ordersPerSecond: Count,
  answers: ByName,
  latencyMs: Latency,
  refusedMs: Latency,
  /** CPU for each order, by process; the load is not among them. */
  cpuMsPerOrder: ByName,
  loadCpuMsPerOrder: Count,
  residentMb: ByName,
  /** Database commands, transactions, sends and records for each order. */
  operationsPerOrder: ByName,
});
export type Round = Static<typeof Round>;

/** One system under one load; `at` is where on the scenario's axis. */
export const Measurement = Type.Object({
  system: Type.String(),
  label: Type.String(),
  at: Type.Optional(Type.Number()),
  rounds: Type.Array(Round),
});
export type Measurement = Static<typeof Measurement>;

/** One number that the scenario is about; `least` and `most` are its spread over rounds, `target` what it should be. */
export const Figure = Type.Object({
  name: Type.String(),
  unit: Type.String(),
  value: Type.Number(),
  spread: Type.Optional(Type.Object({ least: Type.Number(), most: Type.Number() })),
  target: Type.Optional(Type.Union([Type.Object({ atLeast: Type.Number() }), Type.Object({ atMost: Type.Number() })])),
});
export type Figure = Static<typeof Figure>;

export const Check = Type.Object({ what: Type.String(), holds: Type.Boolean(), found: Type.String() });
export type Check = Static<typeof Check>;

const Point = Type.Object({ x: Type.Number(), y: Type.Number() });
/** A curve on the page: cost as the work grows, or what happened second by second. */
export const Curve = Type.Object({
  title: Type.String(),
  x: Type.String(),
  y: Type.String(),
  isLogarithmic: Type.Boolean(),
  lines: Type.Array(Type.Object({ name: Type.String(), points: Type.Array(Point) })),
});
export type Curve = Static<typeof Curve>;

export const ScenarioResult = Type.Object({
  scenario: Type.String(),
  title: Type.String(),
  seconds: Count,
  figures: Type.Array(Figure),
  measurements: Type.Array(Measurement),
  curves: Type.Array(Curve),
  checks: Type.Array(Check),
});
export type ScenarioResult = Static<typeof ScenarioResult>;

/** The file that a run leaves. */
export const RunResult = Type.Object({
  format: Type.Literal(1),
  startedAt: Type.String(),
  seconds: Count,
  options: Type.Record(Type.String(), Type.Unknown()),
  machine: Type.Object({ cpu: Type.String(), cores: Count, memoryGb: Count, system: Type.String(), loadBefore: Count }),
  versions: Type.Record(Type.String(), Type.String()),
  commit: Type.String(),
  scenarios: Type.Array(ScenarioResult),
});
export type RunResult = Static<typeof RunResult>;
