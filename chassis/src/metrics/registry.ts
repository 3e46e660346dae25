import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { sleep } from '../clock.ts';
import { chassisMetrics } from './catalogue.ts';
import type { MetricDefinition } from './definition.ts';
import type { Metrics, Sample, SetGauge } from './metrics.ts';
import { processMetrics } from './process-metrics.ts';

/** How long a query for a gauge may take before its values are left out. */
const SAMPLE_MS = 2000;
const KEEP_MS = 5000;

export type MetricsRegistry = Metrics & {
  /** All of it in Prometheus's text format, the process's own included. Never fails for a dependency that is away. */
  text(): Promise<string>;
  readonly contentType: string;
};

/** The metrics of one service, apart from those of others in the same process. */
export function createMetrics(service: string): MetricsRegistry {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  const samples: (() => Promise<void>)[] = [];
  const configOf = ({ name, help, labels }: MetricDefinition) => ({ name, help, labelNames: [...labels], registers: [registry] });
  const gauges = new Map<string, Gauge>();
  const gaugeOf = (definition: MetricDefinition<'gauge'>): Gauge => {
    const known = gauges.get(definition.name) ?? new Gauge(configOf(definition));
    gauges.set(definition.name, known);
    return known;
  };
  const failures = new Counter(configOf(chassisMetrics.sampleFailures));

  return {
    counter(definition) {
      const made = new Counter(configOf(definition));
      return { add: (labels, by = 1) => made.inc(labels, by) };
    },
    histogram(definition) {
      const made = new Histogram({ ...configOf(definition), ...(definition.buckets && { buckets: [...definition.buckets] }) });
      return { observe: (labels, value) => made.observe(labels, value) };
    },
    gauge(definition) {
      const made = gaugeOf(definition);
      return { set: (labels, value) => made.set(labels, value) };
    },
    sampled(source, sample, keepMs = KEEP_MS) {
      for (const definition of sample.gauges) gaugeOf(definition);
      samples.push(
        atMostEvery(keepMs, async () => {
          const values = await inTime(sample);
          // Without a value rather than with an old one, or the 0 that `reset` gives a gauge without labels.
          for (const { name, labels } of sample.gauges) labels.length > 0 ? gauges.get(name)?.reset() : gauges.get(name)?.remove();
          if (values) for (const { definition, labels, value } of values) gaugeOf(definition).set(labels, value);
          else failures.inc({ source });
        }),
      );
    },
    async text() {
      await Promise.all(samples.map((refresh) => refresh()));
      return `${await registry.metrics()}\n${await processMetrics()}`;
    },
    contentType: registry.contentType,
  };
}

type Value = { definition: MetricDefinition<'gauge'>; labels: Readonly<Record<string, string>>; value: number };

/** What a sample says, or undefined when it failed or is late: what comes later changes nothing. */
async function inTime({ read }: Sample): Promise<Value[] | undefined> {
  const values: Value[] = [];
  const set: SetGauge = (definition, labels, value) => void values.push({ definition, labels, value });
  const late = new AbortController();
  const isDone = await Promise.race([
    read(set).then(
      () => true,
      () => false,
    ),
    sleep(SAMPLE_MS, late.signal).then(() => false),
  ]);
  late.abort();
  return isDone ? [...values] : undefined;
}

/** One run at a time, which all who ask meanwhile share. */
function atMostEvery(keepMs: number, run: () => Promise<void>): () => Promise<void> {
  let last: { at: number; running: Promise<void> } | undefined;
  return () => {
    if (!last || performance.now() - last.at >= keepMs) last = { at: performance.now(), running: run() };
    return last.running;
  };
}
