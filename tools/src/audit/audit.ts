import { createKafkaBroker } from '@microshop/chassis/kafka/kafkajs-broker';
import { createLogger } from '@microshop/chassis/logger';
import { checkAgreement } from './check-agreement.ts';
import { checkDelivery, countDeadLetters } from './check-delivery.ts';
import { checkIdempotency, checkOrders } from './check-orders.ts';
import { checkPoints } from './check-points.ts';
import { checkStock } from './check-stock.ts';
import { type Finding, openDatabases } from './databases.ts';
import { waitForRest } from './rest.ts';

export type AuditReport = { findings: Finding[]; unrest: string[]; deadLetters: string[] };

export type AuditOptions = { mongodbUrl: string; brokers: readonly string[]; restMs?: number };

/** Checks the invariants of docs/guarantees.md across the three services, after waiting for rest. Changes nothing. */
export async function audit({ mongodbUrl, brokers, restMs = 30_000 }: AuditOptions): Promise<AuditReport> {
  const databases = openDatabases(mongodbUrl);
  const broker = createKafkaBroker({
    brokers,
    clientId: 'audit',
    logger: createLogger({ name: 'audit', level: 'silent' }),
    onFatal: () => undefined,
  });
  try {
    await broker.ping();
    const unrest = await waitForRest(databases, broker, restMs);
    const findings = [
      await checkStock(databases),
      await checkPoints(databases),
      await checkOrders(databases),
      await checkAgreement(databases),
      await checkDelivery(databases, brokers),
      await checkIdempotency(databases),
    ];
    return { findings, unrest, deadLetters: await countDeadLetters(databases) };
  } finally {
    await broker.stop();
    await databases.close();
  }
}

export const isGreen = ({ findings, unrest }: AuditReport): boolean =>
  unrest.length === 0 && findings.every(({ violations }) => violations.length === 0);

const SHOWN = 20;

/** The report as lines: a verdict for each invariant, and what is wrong with it. */
export function* linesOf({ findings, unrest, deadLetters }: AuditReport): Generator<string> {
  yield unrest.length === 0 ? 'at rest: nothing pending, unpublished or unread' : `VIOLATED at rest: ${unrest.join(', ')}`;
  for (const { invariant, checked, violations } of findings) {
    yield `${violations.length === 0 ? 'ok      ' : 'VIOLATED'} ${invariant} (${checked} checked)`;
    for (const violation of violations.slice(0, SHOWN)) yield `           ${violation}`;
    if (violations.length > SHOWN) yield `           and ${violations.length - SHOWN} more`;
  }
  for (const line of deadLetters) yield `note     ${line}: npm run dlt -- list`;
}
