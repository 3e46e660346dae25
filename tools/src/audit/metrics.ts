import { createServer, type Server } from 'node:http';
import { Counter, Gauge, Registry } from 'prom-client';
import type { AuditReport, Verdict } from './report.ts';

const verdicts: readonly Verdict[] = ['green', 'violated', 'unsettled'];

export type AuditMetrics = { readonly registry: Registry; observe(report: AuditReport): void; failed(): void };

/** The last report as numbers. */
export function createAuditMetrics(registry = new Registry()): AuditMetrics {
  const registers = [registry];
  const gauge = <L extends string>(name: string, help: string, labelNames: readonly L[] = []) =>
    new Gauge({ name: `microshop_audit_${name}`, help, labelNames, registers });
  const violations = gauge('violations', 'Violations of the invariant that the last run found.', ['invariant']);
  const checked = gauge('checked', 'How many things the last run checked for the invariant.', ['invariant']);
  const verdict = gauge('verdict', '1 for the verdict of the last run, 0 for the others.', ['verdict']);
  const unsettled = gauge('unsettled', 'Suspicions that the last run could not judge in time.');
  const timestamp = gauge('last_run_timestamp_seconds', 'When the last run began, in seconds since 1970.');
  const duration = gauge('last_run_duration_seconds', 'How long the last run took.');
  const failures = new Counter({ name: 'microshop_audit_failed_runs_total', help: 'Runs that could not be done.', registers });
  return {
    registry,
    observe(report) {
      for (const each of report.invariants) {
        if (each.leftOut !== undefined) continue;
        violations.set({ invariant: each.invariant }, each.violations.length);
        checked.set({ invariant: each.invariant }, each.checked);
      }
      for (const each of verdicts) verdict.set({ verdict: each }, each === report.verdict ? 1 : 0);
      unsettled.set(report.unsettled.length);
      timestamp.set(report.startedAt.getTime() / 1000);
      duration.set(report.durationMs / 1000);
    },
    failed: () => failures.inc(),
  };
}

/** Serves `/metrics` and nothing else. */
export async function serveMetrics(registry: Registry, host: string, port: number): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.url !== '/metrics') return void response.writeHead(404).end();
    registry.metrics().then(
      (text) => response.writeHead(200, { 'content-type': registry.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject).listen(port, host, resolve);
  await promise;
  return server;
}
