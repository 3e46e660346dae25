/** What a metric is, apart from its values: the docs, the alerts and the dashboards are checked against these. */
export type MetricDefinition<T extends MetricType = MetricType, L extends string = string> = {
  readonly type: T;
  /** `microshop_`, base units, `_total` for counters. */
  readonly name: string;
  readonly help: string;
  /** Each with few values, known beforehand: never an id, a SKU or a customer. */
  readonly labels: readonly L[];
  /** Upper bounds of a histogram. */
  readonly buckets?: readonly number[];
};
export type MetricType = 'counter' | 'gauge' | 'histogram';

type Define<T extends MetricType> = <const L extends string = never>(
  name: string,
  help: string,
  labels?: readonly L[],
) => MetricDefinition<T, L>;
const define =
  <T extends MetricType>(type: T): Define<T> =>
  (name, help, labels = []) => ({ type, name: `microshop_${name}`, help, labels });

export const counter = define('counter');
export const gauge = define('gauge');

export const histogram = <const L extends string = never>(
  name: string,
  help: string,
  buckets: readonly number[],
  labels: readonly L[] = [],
): MetricDefinition<'histogram', L> => ({ ...define('histogram')(name, help, labels), buckets });

/** From what a transaction takes to what a person waits for; seconds. */
export const SHORT_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
/** From what a person waits for to an outage; seconds. */
export const LONG_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 600];
