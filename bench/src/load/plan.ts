import type { OrderShape } from './orders.ts';

/** `closed`: so many clients, each waits for its answer before it orders again. `open`: orders come at a rate, whatever becomes of those before. */
export type Arrivals =
  | { readonly kind: 'closed'; readonly clients: number; readonly pauseMs?: number }
  | { readonly kind: 'open'; readonly perSecond: number; readonly connections: number };

export type Plan = {
  /** Instances of the service, taken in turn. */
  readonly urls: readonly string[];
  readonly orders: OrderShape;
  readonly arrivals: Arrivals;
  /** What is measured: a time after a warm-up, or a number of orders. */
  readonly span: { readonly warmupMs: number; readonly ms: number } | { readonly orders: number };
};

export type LatencyMs = { count: number; p50: number; p95: number; p99: number; max: number };

/** One second of what was measured, by when it was answered. */
export type Second = { second: number; confirmed: number; rejected: number; refused: number; p99: number; refusedP99: number };

export type LoadResult = {
  seconds: number;
  /** From the end of what is measured to the last answer. */
  drainSeconds: number;
  /** By status, with the code of the problem where there is one; `lost` without an answer, `unsent` where no connection was free. */
  answers: Record<string, number>;
  /** Orders that were confirmed or rejected. */
  decided: LatencyMs;
  /** Answers 429 and 503. */
  refused: LatencyMs;
  timeline: Second[];
  /** What the load itself took. */
  cpuSeconds: number;
};

/** From the worker. `edge`: what is measured begins, or ends. */
export type WorkerReport = { report: 'ready' | 'edge' } | { report: 'done'; result: LoadResult };
