import type { RunningStack } from '../running-stack.ts';
import { createAuditor, type RunOptions } from './auditor.ts';
import type { AuditReport } from './report.ts';

export { type AuditReport, isGreen, linesOf } from './report.ts';

/** One audit of a shop: checks the invariants of docs/guarantees.md across the three services. Changes nothing. */
export async function audit({ since, restMs, settleMs, onProgress, ...stack }: RunningStack & RunOptions): Promise<AuditReport> {
  const auditor = await createAuditor(stack);
  try {
    return await auditor.run({ since, restMs, settleMs, onProgress });
  } finally {
    await auditor.close();
  }
}
