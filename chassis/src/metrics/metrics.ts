import type { MetricDefinition } from './definition.ts';

export type Labels<L extends string> = Readonly<Record<L, string>>;
export type Counter<L extends string> = { add(labels: Labels<L>, by?: number): void };
export type Histogram<L extends string> = { observe(labels: Labels<L>, value: number): void };
export type Gauge<L extends string> = { set(labels: Labels<L>, value: number): void };

/** Where a service and the chassis's mechanisms count. The client library is behind it and nowhere else. */
export type Metrics = {
  counter<L extends string>(definition: MetricDefinition<'counter', L>): Counter<L>;
  histogram<L extends string>(definition: MetricDefinition<'histogram', L>): Histogram<L>;
  gauge<L extends string>(definition: MetricDefinition<'gauge', L>): Gauge<L>;
  /**
   * Gauges that take a query, asked when somebody reads the metrics, and not again before `keepMs`. What is not answered within two seconds is
   * left out, until it is.
   */
  sampled(source: string, sample: Sample, keepMs?: number): void;
};

export type Sample = { gauges: readonly MetricDefinition<'gauge', string>[]; read(set: SetGauge): Promise<void> };
export type SetGauge = <L extends string>(definition: MetricDefinition<'gauge', L>, labels: Labels<L>, value: number) => void;
