import { audit, isGreen, linesOf } from '@microshop/tools/audit/audit';
import { auditEvery, auditOnce } from '@microshop/tools/audit/commands';
import { parseOptions } from '@microshop/tools/audit/options';
import { expect, inject } from 'vitest';
import type { Stack } from './processes.ts';

/** Every invariant holds once all is at rest; else the report is the failure. */
export async function expectGreenAudit(stack?: Stack): Promise<void> {
  const { mongodbUrl, kafkaBrokers } = stack ?? { mongodbUrl: inject('mongodbUrl'), kafkaBrokers: inject('kafkaBrokers') };
  const report = await audit({ mongodbUrl, brokers: kafkaBrokers, restMs: 30_000 });
  if (!isGreen(report)) expect.fail([...linesOf(report)].join('\n'));
}

/** `npm run audit -- LINE` in this process: its exit code, and what it said. */
export async function auditCommand(
  line: string,
  stopping = new AbortController().signal,
  onOut: (said: string) => void = () => undefined,
): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  const io = {
    env: { MONGODB_URL: inject('mongodbUrl'), KAFKA_BROKERS: inject('kafkaBrokers').join(',') },
    out: {
      write(text: string) {
        said.out += text;
        onOut(said.out + said.err);
      },
    },
    err: {
      write(text: string) {
        said.err += text;
      },
    },
    stopping,
  };
  const options = parseOptions(line.split(' ').filter(Boolean), new Date());
  if (options.name === 'help') throw new Error('Nobody asked for help.');
  return { code: options.name === 'once' ? await auditOnce(options, io) : await auditEvery(options, io), ...said };
}
