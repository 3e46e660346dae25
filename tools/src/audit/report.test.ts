import { createMetrics } from '@microshop/chassis/metrics/registry';
import { describe, expect, it } from 'vitest';
import { observeAudits, serveMetrics } from './metrics.ts';
import { isGreen, linesOf, type Run, reportOf, withWhole } from './report.ts';
import type { Finding } from './rules/finding.ts';

const finding = (id: string): Finding => ({
  invariant: 'stock',
  subject: { kind: 'sku', id },
  sentence: `${id} is wrong`,
  fault: { kind: 'ledger_gap', version: 2, rows: 0 },
});

const report = (overrides: Partial<Run> = {}) =>
  reportOf({
    startedAt: new Date('2026-02-10T12:00:00Z'),
    durationMs: 1500,
    checked: { stock: 7 },
    leftOut: {},
    violations: [],
    unsettled: [],
    deadLetters: [],
    ...overrides,
  });

describe('a report', () => {
  it('is green when nothing was found, and has a line for each invariant', () => {
    const lines = [...linesOf(report())];
    expect(isGreen(report())).toBe(true);
    expect(lines).toHaveLength(7);
    expect(lines[0]).toMatch(/^ok {7}1 stock: .* \(7 checked\)$/);
  });

  it('is violated by one finding, shows the first twenty, and by what is not at rest', () => {
    const found = report({ violations: Array.from({ length: 22 }, (_, nth) => finding(`SKU-${nth}`)) });
    expect(found.verdict).toBe('violated');
    expect([...linesOf(found)].slice(0, 23)).toEqual([
      expect.stringMatching(/^VIOLATED 1 stock/),
      ...Array.from({ length: 20 }, (_, nth) => `           SKU-${nth} is wrong`),
      '           and 2 more',
      expect.stringMatching(/^ok {7}2 points/),
    ]);
    const restless = report({ unrest: ['2 orders pending'] });
    expect(restless.verdict).toBe('violated');
    expect([...linesOf(restless)][0]).toBe('VIOLATED at rest: 2 orders pending');
  });

  it('is unsettled when something could not be judged, and says why', () => {
    const found = report({ unsettled: [{ finding: finding('MUG'), because: 'inventory-svc is 120 records behind' }] });
    expect(found.verdict).toBe('unsettled');
    expect([...linesOf(found)].slice(-2)).toEqual([
      'UNSETTLED 1 suspicion: inventory-svc is 120 records behind',
      '           MUG is wrong',
    ]);
  });

  it('lets no control sequence of what it names reach the terminal', () => {
    expect([...linesOf(report({ violations: [finding('\u001b[2J')] }))][1]).toBe('           \\x1b[2J is wrong');
  });

  it('keeps what only a run over everything has found', () => {
    const whole = report({ checked: { discounts: 3 }, violations: [{ ...finding('SALE'), invariant: 'discounts' }] });
    const recent = withWhole(report({ leftOut: { discounts: 'only a whole run counts them' } }), whole);

    expect(recent.verdict).toBe('violated');
    expect(recent.invariants.find(({ invariant }) => invariant === 'discounts')).toMatchObject({
      checked: 3,
      violations: [{ sentence: 'SALE is wrong' }],
    });
    expect(withWhole(report(), whole).verdict).toBe('green');
  });

  it('tells what a run since a time left out, and the dead letters', () => {
    const since = new Date('2026-02-10T11:00:00Z');
    const lines = [...linesOf(report({ since, leftOut: { discounts: 'for a reason' }, deadLetters: ['2 dead letters at order-svc'] }))];
    expect(lines[0]).toBe('what has changed since 2026-02-10T11:00:00.000Z');
    expect(lines.at(-2)).toMatch(/^left out 7 discounts: .* \(for a reason\)$/);
    expect(lines.at(-1)).toBe('note     2 dead letters at order-svc: npm run dlt -- list');
  });
});

describe('the metrics', () => {
  it('are those of the last report, at /metrics alone', async () => {
    const metrics = createMetrics('audit');
    const { observe, failed } = observeAudits(metrics);
    observe(report());
    observe(report({ violations: [finding('MUG')], leftOut: { discounts: 'for a reason' } }));
    failed();
    const server = await serveMetrics(metrics, '127.0.0.1', 0);
    const url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
    const text = await (await fetch(`${url}/metrics`)).text();
    const { status } = await fetch(`${url}/`);
    server.close();
    expect(status).toBe(404);
    for (const line of [
      'microshop_audit_violations{invariant="stock",service="audit"} 1',
      'microshop_audit_violations{invariant="points",service="audit"} 0',
      'microshop_audit_checked{invariant="stock",service="audit"} 7',
      'microshop_audit_verdict{verdict="violated",service="audit"} 1',
      'microshop_audit_verdict{verdict="green",service="audit"} 0',
      'microshop_audit_unsettled{service="audit"} 0',
      'microshop_audit_last_run_timestamp_seconds{service="audit"} 1770724800',
      'microshop_audit_last_run_duration_seconds{service="audit"} 1.5',
      'microshop_audit_failed_runs_total{service="audit"} 1',
    ])
      expect(text.split('\n')).toContain(line);
  });
});
