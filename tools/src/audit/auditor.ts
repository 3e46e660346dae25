import { sleep } from '@microshop/chassis/clock';
import type { Broker } from '@microshop/chassis/kafka/broker';
import { connectBroker } from '../broker.ts';
import { type Databases, openDatabases } from '../databases.ts';
import { ToolFailure } from '../failure.ts';
import type { RunningStack } from '../running-stack.ts';
import { auditDelivery, suspectEventsAgain } from './audit-delivery.ts';
import { auditDiscounts, auditKeys } from './audit-keys.ts';
import { auditOrders, auditStrangers, ordersSince, suspectAgain } from './audit-orders.ts';
import { auditPoints } from './audit-points.ts';
import { auditStock } from './audit-stock.ts';
import type { AuditContext, Checkpoints } from './context.ts';
import { countDeadLetters } from './dead-letters.ts';
import { markNow } from './marks.ts';
import { type AuditReport, reportOf } from './report.ts';
import { waitForRest } from './rest.ts';
import type { Finding, InvariantId } from './rules/finding.ts';
import { settle } from './settle.ts';

export type RunOptions = {
  /** Looks only at what has changed since then, at most six days ago. */
  since?: Date | undefined;
  /** Waits so long for rest first, and is violated without it. */
  restMs?: number | undefined;
  /** How long a suspicion may wait for what is under way. */
  settleMs?: number | undefined;
  onProgress?: AuditContext['onProgress'] | undefined;
};

/** Runs audits on one shop; a later one of the same auditor need not add up again what an earlier one has. Changes nothing. */
export type Auditor = { readonly databases: Databases; run(options?: RunOptions): Promise<AuditReport>; close(): Promise<void> };

/** Counting over a whole collection takes longer than what a service may wait. */
const SOCKET_TIMEOUT_MS = 300_000;

/** Fails with a ToolFailure when MongoDB or Kafka can not be reached. */
export async function createAuditor(stack: RunningStack): Promise<Auditor> {
  const databases = await openDatabases(stack, 'audit', SOCKET_TIMEOUT_MS);
  const broker = connectBroker(stack, 'audit');
  const close = async () => {
    await broker.stop();
    await databases.close();
  };
  try {
    await broker.ping();
  } catch (error) {
    await close();
    throw new ToolFailure(`Kafka can not be reached (${(error as Error).message}): start the shop, or set KAFKA_BROKERS.`);
  }
  const checkpoints: Checkpoints = new Map();
  return { databases, close, run: (options = {}) => run({ databases, broker, kafka: stack, checkpoints }, options) };
}

type Connections = Pick<AuditContext, 'databases' | 'kafka' | 'checkpoints'> & { broker: Broker };

async function run(
  connections: Connections,
  { since, restMs, settleMs = 30_000, onProgress = () => undefined }: RunOptions,
): Promise<AuditReport> {
  const { databases, broker } = connections;
  const [startedAt, begin] = [new Date(), performance.now()];
  const unrest = restMs === undefined ? undefined : await waitForRest(databases, broker, restMs);
  const findings = { checked: {}, violations: [], suspicions: [] };
  await lookAt({ ...connections, since, findings, onProgress });
  const { violations, unsettled } = await settle(
    findings.suspicions,
    { mark: () => markNow(databases, broker), again: (suspicions) => again(databases, suspicions), now: () => performance.now(), sleep },
    settleMs,
  );
  return reportOf({
    startedAt,
    durationMs: Math.round(performance.now() - begin),
    since,
    unrest,
    checked: findings.checked,
    leftOut: since ? wholeOnly : {},
    violations: [...findings.violations, ...violations],
    unsettled,
    deadLetters: await countDeadLetters(databases),
  });
}

const reason = 'only a run without --since counts them';
const wholeOnly: Partial<Record<InvariantId, string>> = { idempotency: reason, discounts: reason };

async function lookAt(context: AuditContext): Promise<void> {
  const orderIds = context.since && (await ordersSince(context.databases, context.since));
  await auditStock(context);
  await auditPoints(context, orderIds);
  await auditOrders(context, orderIds);
  if (!context.since) await auditStrangers(context);
  await auditDelivery(context);
  if (context.since) return;
  await auditKeys(context);
  await auditDiscounts(context);
}

async function again(databases: Databases, suspicions: readonly Finding[]): Promise<Finding[]> {
  const orderIds = new Set(suspicions.flatMap(({ subject }) => (subject.kind === 'order' ? subject.id : [])));
  const events = suspicions.filter(({ subject }) => subject.kind === 'event');
  return [...(await suspectAgain(databases, [...orderIds])), ...(await suspectEventsAgain(databases, events))];
}
