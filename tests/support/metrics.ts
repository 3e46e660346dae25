import type { MetricDefinition } from '@microshop/chassis/metrics/definition';
import { expect } from 'vitest';

export type Sample = { name: string; labels: Readonly<Record<string, string>>; value: number };
export type Scrape = {
  samples: Sample[];
  /** Of each metric its type; also of those without a value yet. */
  types: ReadonlyMap<string, string>;
  helps: ReadonlyMap<string, string>;
  /** The sum over all samples of that name with those labels. */
  sum(name: string, labels?: Record<string, string>): number;
};

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;

/** Reads Prometheus's text format. */
export function parseMetrics(text: string): Scrape {
  const types = new Map<string, string>();
  const helps = new Map<string, string>();
  const samples: Sample[] = [];
  for (const line of text.split('\n').filter((each) => each !== '')) {
    const [, comment, name = '', rest = ''] = /^# (TYPE|HELP) (\S+) (.*)$/.exec(line) ?? [];
    if (comment) (comment === 'TYPE' ? types : helps).set(name, rest);
    else samples.push(sampleOf(line));
  }
  const matches = (sample: Sample, labels: Record<string, string>) =>
    Object.entries(labels).every(([key, value]) => sample.labels[key] === value);
  return {
    samples,
    types,
    helps,
    sum: (name, labels = {}) =>
      samples.filter((sample) => sample.name === name && matches(sample, labels)).reduce((sum, { value }) => sum + value, 0),
  };
}

function sampleOf(line: string): Sample {
  const [, name, labels = '', value] = LINE.exec(line) ?? [];
  if (name === undefined) throw new Error(`This is no line of Prometheus's text format: ${line}`);
  return {
    name,
    labels: Object.fromEntries([...labels.matchAll(LABEL)].map(([, key = '', content = '']) => [key, content])),
    value: Number(value),
  };
}

/** Each metric that is declared is there, under its type and help, and no other of the shop's; and what is the process's own. */
export function expectServed({ types, helps }: Scrape, declared: Readonly<Record<string, MetricDefinition>>): void {
  const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name);
  const served = [...types]
    .filter(([name]) => name.startsWith('microshop_'))
    .map(([name, type]) => ({ name, type, help: helps.get(name) }));
  expect(served.sort(byName)).toEqual(
    Object.values(declared)
      .map(({ name, type, help }) => ({ name, type, help }))
      .sort(byName),
  );
  expect([...types.keys()]).toEqual(expect.arrayContaining(['process_cpu_seconds_total', 'nodejs_eventloop_lag_p99_seconds']));
}

export async function scrape(url: string, headers: Record<string, string> = {}): Promise<Scrape> {
  const response = await fetch(`${url}/metrics`, { headers });
  if (response.status !== 200) throw new Error(`${url}/metrics answered ${response.status}: ${await response.text()}`);
  return parseMetrics(await response.text());
}
