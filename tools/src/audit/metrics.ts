import { createServer, type Server } from 'node:http';
import { counter, gauge } from '@microshop/chassis/metrics/definition';
import type { Metrics } from '@microshop/chassis/metrics/metrics';
import type { MetricsRegistry } from '@microshop/chassis/metrics/registry';
import type { AuditReport, Verdict } from './report.ts';

export const auditMetrics = {
  violations: gauge('audit_violations', 'Violations of the invariant that the last run found.', ['invariant']),
  checked: gauge('audit_checked', 'How many things the last run checked for the invariant.', ['invariant']),
  verdict: gauge('audit_verdict', 'Which verdict the last run had: that one is 1, the others are 0.', ['verdict']),
  unsettled: gauge('audit_unsettled', 'Suspicions that the last run could not judge in time.'),
  lastRun: gauge('audit_last_run_timestamp_seconds', 'When the last run began, in seconds since 1970.'),
  lastDuration: gauge('audit_last_run_duration_seconds', 'How long the last run took.'),
  failures: counter('audit_failed_runs_total', 'Runs that could not be done.'),
} as const;

export type AuditObserver = { observe(report: AuditReport): void; failed(): void };

const verdicts: readonly Verdict[] = ['green', 'violated', 'unsettled'];

/** The last report as numbers. */
export function observeAudits(metrics: Metrics): AuditObserver {
  const [violations, checked] = [metrics.gauge(auditMetrics.violations), metrics.gauge(auditMetrics.checked)];
  const [verdict, unsettled] = [metrics.gauge(auditMetrics.verdict), metrics.gauge(auditMetrics.unsettled)];
  const [lastRun, lastDuration] = [metrics.gauge(auditMetrics.lastRun), metrics.gauge(auditMetrics.lastDuration)];
  const failures = metrics.counter(auditMetrics.failures);
  return {
    observe(report) {
      for (const { invariant, leftOut, violations: found, checked: looked } of report.invariants) {
        if (leftOut !== undefined) continue;
        violations.set({ invariant }, found.length);
        checked.set({ invariant }, looked);
      }
      for (const each of verdicts) verdict.set({ verdict: each }, each === report.verdict ? 1 : 0);
      unsettled.set({}, report.unsettled.length);
      lastRun.set({}, report.startedAt.getTime() / 1000);
      lastDuration.set({}, report.durationMs / 1000);
    },
    failed: () => failures.add({}),
  };
}

/** Serves `/metrics` and nothing else. */
export async function serveMetrics(metrics: MetricsRegistry, host: string, port: number): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.url !== '/metrics') return void response.writeHead(404).end();
    metrics.text().then(
      (text) => response.writeHead(200, { 'content-type': metrics.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject).listen(port, host, resolve);
  await promise;
  return server;
}
