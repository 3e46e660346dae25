import type { Running } from '@microshop/chassis/lifecycle';
import type { AuditObserver } from '@microshop/tools/audit/metrics';
import type { AuditReport } from '@microshop/tools/audit/report';
import { type AuditingOptions, startAuditing } from '@microshop/tools/audit/start-auditing';
import type { Audit, Invariant } from '../api/health.ts';

export type Auditing = Running & {
  /** What the last run found. */
  last(): Audit;
  /** Runs now, and from then on at the interval. */
  soon(): void;
};

type Start = (options: AuditingOptions) => Running;
type Options = Omit<AuditingOptions, 'onReport' | 'onFailure'> & { observer: AuditObserver };

const NONE: Audit = { state: 'none', at: null, seconds: null, isRunning: true, detail: null, invariants: [] };
const SHOWN = 50;

/** Checks the invariants again and again, and keeps the last report; `observer` is told of each. */
export function keepAuditing({ observer, ...options }: Options, start: Start = startAuditing): Auditing {
  let last = NONE;
  let runs = begin();
  let restarting = Promise.resolve();

  function begin(): Running {
    return start({
      ...options,
      onReport: (report) => {
        last = auditOf(report);
        observer.observe(report);
      },
      onFailure: ({ message }) => {
        last = { ...last, state: 'failed', at: new Date().toISOString(), isRunning: false, detail: message };
        observer.failed();
      },
    });
  }

  async function restart(): Promise<void> {
    await runs.stop();
    runs = begin();
  }

  return {
    last: () => last,
    soon() {
      if (last.isRunning) return;
      last = { ...last, isRunning: true };
      restarting = restarting.then(restart);
    },
    async stop() {
      await restarting;
      await runs.stop();
    },
  };
}

const states = { green: 'green', violated: 'violated', unsettled: 'not-settled' } as const;

export function auditOf({ verdict, startedAt, durationMs, invariants, unsettled }: AuditReport): Audit {
  return {
    state: states[verdict],
    at: startedAt.toISOString(),
    seconds: durationMs / 1000,
    isRunning: false,
    detail: null,
    invariants: invariants.map((of) => invariantView(of, unsettled)),
  };
}

type Verdict = AuditReport['invariants'][number];
type Found = Verdict['violations'][number];

function invariantView({ invariant: id, title, checked, violations, leftOut }: Verdict, unsettled: AuditReport['unsettled']): Invariant {
  const open = unsettled.filter(({ finding }) => finding.invariant === id);
  const verdict = leftOut !== undefined ? 'left-out' : violations.length > 0 ? 'violated' : open.length > 0 ? 'not-settled' : 'holds';
  const findings = [
    ...violations.map((found) => findingView(found, found.sentence)),
    ...open.map(({ finding, because }) => findingView(finding, `${finding.sentence} (not settled: ${because})`)),
  ];
  return { id, title, verdict, checked, findings: findings.slice(0, SHOWN) };
}

const findingView = ({ subject }: Found, text: string): Invariant['findings'][number] => ({
  subject: subject.id,
  text,
  orderId: subject.kind === 'order' ? subject.id : null,
});
