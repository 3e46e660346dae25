import { createLogger } from '@microshop/chassis/logger';
import { every } from '@microshop/chassis/periodic';
import type { RunningStack } from '../running-stack.ts';
import { type Auditor, createAuditor } from './auditor.ts';
import { type AuditReport, isGreen, withWhole } from './report.ts';

export type AuditingOptions = {
  stack: RunningStack;
  /** From the end of one run to the begin of the next. */
  intervalMs: number;
  /** A run looks at what has changed in so long; 24 h, at most 6 days. The second run, one after a finding, and one each 24 h look at everything. */
  windowMs?: number;
  settleMs?: number | undefined;
  onReport(report: AuditReport): void;
  /** A run that could not be done: MongoDB or Kafka is away. It is tried again at the next. */
  onFailure?(error: Error): void;
};

const DAY_MS = 24 * 3600 * 1000;

/**
 * Audits the running shop again and again. What only a run over everything checks keeps the verdict of the last such run. The first run is a
 * short one, so that there is a verdict soon.
 */
export function startAuditing({ stack, intervalMs, windowMs = DAY_MS, settleMs, onReport, onFailure }: AuditingOptions): {
  stop(): Promise<void>;
} {
  let auditor: Auditor | undefined;
  let whole: AuditReport | undefined;
  let isFirst = true;

  async function run(running: Auditor): Promise<AuditReport> {
    // After a finding too, so that it is gone as soon as it is mended.
    const isWhole = !isFirst && (!whole || !isGreen(whole) || Date.now() - whole.startedAt.getTime() >= DAY_MS);
    isFirst = false;
    const report = await running.run({ since: isWhole ? undefined : new Date(Date.now() - windowMs), settleMs });
    if (isWhole) whole = report;
    return whole ? withWhole(report, whole) : report;
  }

  const runs = every(intervalMs, 'audit', createLogger({ name: 'audit', level: 'silent' }), async () => {
    try {
      auditor ??= await createAuditor(stack);
      onReport(await run(auditor));
    } catch (error) {
      onFailure?.(error as Error);
      throw error;
    }
  });
  return {
    async stop() {
      await runs.stop();
      await auditor?.close();
    },
  };
}
