import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MetricDefinition } from '@microshop/chassis/metrics/definition';
import { processMetrics } from '@microshop/chassis/metrics/process-metrics';
import { metricsByService, metricsServed } from '@microshop/tools/metrics-docs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseMetrics } from './support/metrics.ts';

const root = join(import.meta.dirname, '..');
const text = (path: string): string => readFileSync(join(root, path), 'utf8');

type Rule = { alert: string; expr: string; for?: string; labels: Record<string, string>; annotations: Record<string, string> };
type Rules = { groups: { name: string; rules: Rule[] }[] };
type Panel = { id: number; title: string; datasource: { uid: string }; targets: { expr: string; legendFormat: string }[] };
type Dashboard = { uid: string; title: string; panels: Panel[] };

type Scraping = { scrape_configs: { job_name: string; dns_sd_configs: { names: string[]; port: number }[] }[] };
const [job] = (parse(text('ops/prometheus/prometheus.yml')) as Scraping).scrape_configs;
const targets = job?.dns_sd_configs.flatMap(({ names, port }) => names.map((service) => ({ service, port }))) ?? [];

const declared = metricsByService.flatMap(([, metrics]) => Object.values(metrics));
const rules = (parse(text('ops/prometheus/alerts.yml')) as Rules).groups.flatMap((group) => group.rules);
const dashboards = readdirSync(join(root, 'ops/grafana/dashboards')).map((file) => ({
  file,
  ...(JSON.parse(text(`ops/grafana/dashboards/${file}`)) as Dashboard),
}));

const servedBy: Readonly<Record<string, Readonly<Record<string, MetricDefinition>>>> = metricsServed;
const served = targets.flatMap(({ service }) => Object.values(servedBy[service] ?? {}));

/** What can be asked for: the names of the samples that somebody serves whom Prometheus asks, and the labels of each. */
const known = new Map<string, ReadonlySet<string>>([['up', new Set()]]);
for (const { name, type, labels } of served)
  for (const suffix of type === 'histogram' ? ['_bucket', '_count', '_sum'] : [''])
    known.set(`${name}${suffix}`, new Set([...labels, 'le']));
for (const { name, labels } of parseMetrics(await processMetrics()).samples) known.set(name, new Set(Object.keys(labels)));
/** Whoever scrapes adds these, and the service its name. */
const ANYWHERE = ['service', 'job', 'instance', 'le'];

/** A metric is what is neither a function nor a word of the language; the labels stand in braces and after `by`. */
function faultsOf(expr: string): string[] {
  const bare = expr.replaceAll(/"[^"]*"/g, '""').replaceAll(/\[[^\]]*\]/g, '');
  const selectors = [...bare.matchAll(/\b((?:microshop|process|nodejs)_\w+|up)\b(?:\{([^}]*)\})?/g)];
  const names = selectors.map(([, name = '']) => name);
  const labels = selectors.flatMap(([, , inBraces = '']) => [...inBraces.matchAll(/(\w+)\s*[=!]/g)].map(([, label = '']) => label));
  const grouped = [...bare.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(',').map((label) => label.trim()));
  const allowed = new Set([...ANYWHERE, ...names.flatMap((name) => [...(known.get(name) ?? [])])]);
  return [
    ...(names.length === 0 ? ['it asks for no metric'] : []),
    ...names.filter((name) => !known.has(name)).map((name) => `there is no ${name}`),
    ...[...labels, ...grouped].filter((label) => !allowed.has(label)).map((label) => `nothing in it has the label ${label}`),
  ];
}

test.each([
  ['sum(microshop_order_total)', 'there is no microshop_order_total'],
  ['microshop_orders_total{outcome="confirmed"}', 'nothing in it has the label outcome'],
  ['max by (sku) (microshop_stock_units)', 'nothing in it has the label sku'],
  ['rate(microshop_checkout_duration_seconds[5m])', 'there is no microshop_checkout_duration_seconds'],
  ['vector(1)', 'it asks for no metric'],
])('the check that follows sees what is wrong with %s', (expr, fault) => {
  expect(faultsOf(expr)).toEqual([fault]);
});

describe('metrics', () => {
  test.each(declared.map((definition) => ({ ...definition })))(
    '$name is named as Prometheus wants it',
    ({ name, type, help, labels, buckets }) => {
      expect(name).toMatch(/^microshop_[a-z]+(_[a-z]+)+$/);
      expect(name.endsWith('_total')).toBe(type === 'counter');
      expect(name).not.toMatch(/_(ms|millis|milliseconds|minutes|kb|mb)(_|$)/);
      expect(help).toMatch(/^[A-Z].*\.$/);
      for (const label of labels) expect(label).toMatch(/^[a-z]+(_[a-z]+)*$/);
      expect(buckets ?? []).toEqual([...(buckets ?? [])].sort((a, b) => a - b));
    },
  );

  test('have names of their own', () => {
    expect(new Set(declared.map(({ name }) => name)).size).toBe(declared.length);
  });
});

describe('alerts', () => {
  const runbook = text('docs/runbook.md');

  test.each(rules.map((rule) => ({ ...rule })))(
    '$alert asks for what there is, and has its page',
    ({ alert, expr, for: duration, labels, annotations }) => {
      expect(faultsOf(expr)).toEqual([]);
      expect(duration ?? '1m').toMatch(/^\d+[smh]$/);
      expect(['critical', 'warning']).toContain(labels.severity);
      expect(annotations).toEqual({
        summary: expect.stringMatching(/\.$/),
        description: expect.stringMatching(/\.$/),
        runbook_url: `docs/runbook.md#${alert.toLowerCase()}`,
      });
      expect(runbook).toContain(`\n### ${alert}\n`);
    },
  );

  test.each([
    ['stock below zero', 'microshop_stock_lowest_units'],
    ['order latency', 'microshop_checkout_duration_seconds_bucket'],
    ['stuck orders', 'microshop_orders_oldest_pending_age_seconds'],
    ['the age of the outbox', 'microshop_outbox_oldest_age_seconds'],
    ['dead letters', 'microshop_dead_letters'],
    ['what is disconnected', 'microshop_dependency_up'],
    ['errors of transactions', 'microshop_transactions_total'],
    ['the verdicts of the audit', 'microshop_audit_violations'],
  ])('there is one for %s', (_what, metric) => {
    expect(rules.filter(({ expr }) => expr.includes(metric))).not.toEqual([]);
  });

  test('each section of the runbook has its rule', () => {
    const section = /\n## Alerts\n(.*?)\n## /s.exec(runbook)?.[1] ?? '';
    expect([...section.matchAll(/^### (.*)$/gm)].map(([, title]) => title)).toEqual(rules.map(({ alert }) => alert));
  });
});

describe('dashboards', () => {
  test.each(dashboards.flatMap(({ file, panels }) => panels.map((panel) => ({ file, ...panel }))))(
    '$file: $title asks for what there is',
    ({ targets, datasource }) => {
      expect(targets.flatMap(({ expr }) => faultsOf(expr))).toEqual([]);
      for (const { legendFormat } of targets) expect(legendFormat).not.toBe('');
      expect(text('ops/grafana/provisioning/datasources/datasources.yml')).toContain(`uid: ${datasource.uid}\n`);
    },
  );

  test('are told apart', () => {
    expect(dashboards.map(({ uid, file }) => `${uid}.json` === file)).toEqual(dashboards.map(() => true));
    for (const { panels } of dashboards) expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  });
});

describe('the profile observability of docker-compose.yml', () => {
  const compose = parse(text('docker-compose.yml'), { merge: true }) as {
    services: Record<
      string,
      { profiles?: string[]; image?: string; ports?: string[]; volumes?: string[]; healthcheck?: { test: string[] } }
    >;
  };
  const watchers = Object.entries(compose.services).filter(([, { profiles }]) => profiles?.includes('observability'));

  test('has exact versions, and ports on this machine alone', () => {
    expect(watchers.map(([name]) => name)).toEqual(['prometheus', 'otel-collector', 'jaeger', 'grafana']);
    for (const [name, { image, ports = [] }] of watchers) {
      expect(image, name).toMatch(/:v?\d+\.\d+\.\d+$/);
      for (const port of ports) expect(port, name).toMatch(/^127\.0\.0\.1:/);
    }
  });

  test('mounts files that are there, and scrapes the services where they listen', () => {
    const mounted = watchers
      .flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(':')[0] ?? ''))
      .filter((path) => path.startsWith('.'));
    expect(mounted.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    expect(job?.job_name).toBe('microshop');
    expect(targets.map(({ service }) => service)).toEqual(Object.keys(metricsServed));
    for (const { service, port } of targets) expect(compose.services[service]?.healthcheck?.test.at(-1), service).toBe(String(port));
  });
});
