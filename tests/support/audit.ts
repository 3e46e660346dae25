import { audit, isGreen, linesOf } from '@microshop/tools/audit/audit';
import { expect, inject } from 'vitest';

/** Every invariant holds once all is at rest; else the report is the failure. */
export async function expectGreenAudit(): Promise<void> {
  const report = await audit({ mongodbUrl: inject('mongodbUrl'), brokers: inject('kafkaBrokers') });
  if (!isGreen(report)) expect.fail([...linesOf(report)].join('\n'));
}
