import { audit, isGreen, linesOf } from '@microshop/tools/audit/audit';
import { expect, inject } from 'vitest';
import type { Stack } from './processes.ts';

/** Every invariant holds once all is at rest; else the report is the failure. */
export async function expectGreenAudit(stack?: Stack): Promise<void> {
  const { mongodbUrl, kafkaBrokers } = stack ?? { mongodbUrl: inject('mongodbUrl'), kafkaBrokers: inject('kafkaBrokers') };
  const report = await audit({ mongodbUrl, brokers: kafkaBrokers });
  if (!isGreen(report)) expect.fail([...linesOf(report)].join('\n'));
}
