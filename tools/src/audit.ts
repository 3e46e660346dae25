import { parseArgs } from 'node:util';
import { audit, isGreen, linesOf } from './audit/audit.ts';
import { runningStack } from './running-shop.ts';

/** `npm run audit`: exits 0 when every invariant holds, 1 when one is violated, 2 when the system can not be reached. */
const USAGE = `Usage: npm run audit [-- --rebuild-stock]

Waits up to 30 s for rest, then checks the invariants of docs/guarantees.md on what KAFKA_BROKERS and MONGODB_URL name.
--rebuild-stock changes nothing: each level is always compared with the one that its ledger amounts to.`;

const unreachable = (message: string): never => {
  process.stderr.write(`${message}\n`);
  process.exit(2);
};

try {
  parseArgs({ options: { 'rebuild-stock': { type: 'boolean' } } });
} catch (error) {
  unreachable(`${(error as Error).message}\n${USAGE}`);
}

try {
  const report = await audit(runningStack(process.env));
  for (const line of linesOf(report)) process.stdout.write(`${line}\n`);
  process.stdout.write(isGreen(report) ? 'audit: green\n' : 'audit: violated\n');
  process.exit(isGreen(report) ? 0 : 1);
} catch (error) {
  unreachable(
    `audit: MongoDB or Kafka can not be reached (${(error as Error).message}). Start them, or set MONGODB_URL and KAFKA_BROKERS.`,
  );
}
