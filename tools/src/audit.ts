import { parseArgs } from 'node:util';
import { brokersOf, loadConfigOrExit, serviceSettings } from '@microshop/chassis/config';
import Type from 'typebox';
import { audit, isGreen, linesOf } from './audit/audit.ts';

/** `npm run audit`: exits 0 when every invariant holds, 1 when one is violated, 2 when the system can not be reached. */
const usage =
  'Usage: npm run audit [-- --rebuild-stock]. --rebuild-stock is what it always does: each level is compared with its rebuilt ledger.';

try {
  parseArgs({ options: { 'rebuild-stock': { type: 'boolean' } } });
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n${usage}\n`);
  process.exit(2);
}

const { KAFKA_BROKERS, MONGODB_URL } = serviceSettings;
const config = loadConfigOrExit(Type.Object({ KAFKA_BROKERS, MONGODB_URL }), process.env);
try {
  const report = await audit({ mongodbUrl: config.MONGODB_URL, brokers: brokersOf(config) });
  for (const line of linesOf(report)) process.stdout.write(`${line}\n`);
  process.stdout.write(isGreen(report) ? 'audit: green\n' : 'audit: violated\n');
  process.exit(isGreen(report) ? 0 : 1);
} catch (error) {
  process.stderr.write(
    `audit: MongoDB or Kafka can not be reached (${(error as Error).message}). Start them, or set MONGODB_URL and KAFKA_BROKERS.\n`,
  );
  process.exit(2);
}
