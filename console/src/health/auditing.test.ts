import type { AuditReport } from '@microshop/tools/audit/report';
import type { AuditingOptions } from '@microshop/tools/audit/start-auditing';
import { expect, test, vi } from 'vitest';
import { keepAuditing } from './auditing.ts';

const finding = {
  invariant: 'orders',
  subject: { kind: 'order', id: 'order-1' },
  sentence: 'order-1 is stuck',
  fault: { kind: 'order_stuck', overdueMs: 1 },
} as const;

const report = (more: Partial<AuditReport>): AuditReport => ({
  verdict: 'green',
  startedAt: new Date('2026-01-01T12:00:00Z'),
  durationMs: 1500,
  invariants: [
    { invariant: 'stock', title: '1 stock', checked: 7, violations: [] },
    { invariant: 'orders', title: '3 orders', checked: 3, violations: [] },
    { invariant: 'discounts', title: '7 discounts', checked: 0, violations: [], leftOut: 'only a whole run' },
  ],
  unsettled: [],
  deadLetters: [],
  ...more,
});

function audits() {
  const runs: AuditingOptions[] = [];
  const stop = vi.fn(async () => undefined);
  const stack = { brokers: [], mongodbUrl: '' };
  const observer = { observe: vi.fn(), failed: vi.fn() };
  const auditing = keepAuditing({ stack, intervalMs: 1000, observer }, (options) => {
    runs.push(options);
    return { stop };
  });
  return { auditing, runs, stop, observer };
}

test('before the first report there is none', () => {
  expect(audits().auditing.last()).toMatchObject({ state: 'none', isRunning: true, invariants: [] });
});

test('each invariant has its verdict, and what was found names its order', () => {
  const { auditing, runs } = audits();
  runs[0]?.onReport(report({ verdict: 'unsettled', unsettled: [{ finding, because: 'inventory-svc is 3 records behind' }] }));
  expect(auditing.last()).toMatchObject({
    state: 'not-settled',
    seconds: 1.5,
    isRunning: false,
    invariants: [
      { id: 'stock', verdict: 'holds', checked: 7 },
      {
        id: 'orders',
        verdict: 'not-settled',
        findings: [{ orderId: 'order-1', text: 'order-1 is stuck (not settled: inventory-svc is 3 records behind)' }],
      },
      { id: 'discounts', verdict: 'left-out' },
    ],
  });
  const invariants = [{ invariant: 'orders', title: '3 orders', checked: 3, violations: [finding] }] as const;
  runs[0]?.onReport(
    report({ verdict: 'violated', invariants: [...invariants].map((each) => ({ ...each, violations: [...each.violations] })) }),
  );
  expect(auditing.last()).toMatchObject({
    state: 'violated',
    invariants: [{ verdict: 'violated', findings: [{ text: 'order-1 is stuck' }] }],
  });
});

test('a run that could not be done says why, and keeps what was known', () => {
  const { auditing, runs, observer } = audits();
  runs[0]?.onReport(report({}));
  expect(observer.observe).toHaveBeenCalledExactlyOnceWith(report({}));
  runs[0]?.onFailure?.(new Error('Kafka can not be reached.'));
  expect(observer.failed).toHaveBeenCalledOnce();
  expect(auditing.last()).toMatchObject({ state: 'failed', detail: 'Kafka can not be reached.', invariants: [{}, {}, {}] });
});

test('asked for, it runs again at once, and only once at a time', async () => {
  const { auditing, runs, stop } = audits();
  auditing.soon();
  expect(runs).toHaveLength(1);
  runs[0]?.onReport(report({}));
  auditing.soon();
  auditing.soon();
  await vi.waitFor(() => expect(runs).toHaveLength(2));
  expect(stop).toHaveBeenCalledOnce();
  expect(auditing.last().isRunning).toBe(true);
});
